"""`python -m bench.quota [MESSAGES THREADS]`: how many quota units a Gmail mailbox costs, against the fewest possible.

A mailbox of 20,000 messages in 8,500 threads (65 % of one message, the rest geometric; one category a thread) at a
Google on this machine, limits raised 100-fold. Counted up to the point where only bulk mail is left:
- optimum: every listing page that nobody can do without, and min(20·n, 40) for n wanted mails of a thread;
- naive: the same listing and one get for every message.
Then everything is fetched, and what is missing counted. A second, smaller mailbox is read at a tenth of that rate, so
that the limit is reached again and again: `refused` must stay 0 while `rate_used` says how much of it was used.
Ends with one line of JSON: units, optimum, naive, ratio_to_optimum, ratio_to_naive, missing, refused, rate_used.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from bench.ended import ended
from bench.google import connected, settings_of
from connectors.rate import LocalLedger
from interactions.schema import items
from interactions.store import accounts
from interactions.store.opening import open_database
from sandbox.google.mail_sources import generated
from sandbox.google.mailbox import Mailbox
from sandbox.google.server import serve
from sandbox.google.world import Google
from workers.broker import Queue, make_broker
from workers.context import Context
from workers.pull import pull

_ANN = "ann@example.org"
_BULK = {"CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL"}
_GET, _THREAD, _LIST, _PAGE = 20, 40, 5, 500
#: Of the mailbox that is read at the limit, and its limit in units a minute.
_SMALL, _SMALL_LIMIT = (6_000, 2_550), 20_000


def main() -> int:
    """Print the figures; 1 when a line is not kept."""
    logging.disable(logging.WARNING)
    messages, threads = (int(word) for word in (sys.argv[1:3] or ("20000", "8500")))
    whole = _run(messages, threads, 600_000)
    print(
        f"units {whole['units']:,}, optimum {whole['optimum']:,}, one get a message {whole['naive']:,}", file=sys.stderr
    )
    limited = _run(*_SMALL, _SMALL_LIMIT)
    figures = {
        **whole, "ratio_to_optimum": round(whole["units"] / whole["optimum"], 4),
        "ratio_to_naive": round(whole["units"] / whole["naive"], 4),
        "refused": whole["refused"] + limited["refused"], "rate_used": limited["rate_used"],
    }  # fmt: skip
    print(json.dumps(figures))
    kept = figures["ratio_to_optimum"] <= 1.02 and not figures["missing"] and not figures["refused"]
    return 0 if kept else 1


def _run(messages: int, threads: int, limit: int) -> dict[str, float]:
    google = Google()
    google.add_account(_ANN, mailbox=generated(_ANN, messages, threads))
    google.quota.rate = limit / 6_000
    mailbox = google.only().mailbox
    with serve(google) as running, tempfile.TemporaryDirectory() as folder:
        # Nobody judges here: bulk mail waits until all else is judged, so reading stops where only it is left.
        settings = settings_of(
            Path(folder), running.url, broker_url="unix:///nonexistent", google_units_per_minute=limit
        )
        db = open_database(settings)
        context = Context(settings, db, Queue(make_broker(settings.broker_url)))
        context.__dict__["ledger"] = LocalLedger()
        owner_id, _ = connected(db, settings, google)
        started = time.monotonic()
        _read(context, "google.mail")
        units = google.quota.units()
        print(f"{messages:,} messages: {units:,} units in {time.monotonic() - started:.0f} s", file=sys.stderr)
        used = _fullest(google, limit)
        refused = google.quota.refused
        google.quota.rate, missing = 1e6, 0
        if limit > _SMALL_LIMIT:
            missing = _missing(context, owner_id, mailbox)
        db.close()
    optimum, naive = _optimum(mailbox), _naive(mailbox)
    return {
        "units": units, "optimum": optimum, "naive": naive, "missing": missing, "refused": refused, "rate_used": used,
    }  # fmt: skip


def _read(context: Context, name: str) -> None:
    """Pull until nothing is due soon, sitting out the waits that the quota asks for."""
    while True:
        for one in accounts.due(context.db, 0.0):
            if one.name == name:
                pull(context, one.stream_id)
        state = _state(context, name)
        if state != "waiting":
            return
        time.sleep(0.2)


def _state(context: Context, name: str) -> str:
    from interactions.schema import streams

    with context.db.reading() as conn:
        return str(conn.execute(select(streams.c.state).where(streams.c.name == name)).scalar_one())


def _missing(context: Context, owner_id: int, mailbox: Mailbox) -> int:
    """Judge nothing, fetch the rest, count what is not there."""
    from sqlalchemy import update

    from interactions.schema import streams

    for _ in range(500):
        with context.db.writing() as conn:
            conn.execute(update(items).values(owed_since=None))
            conn.execute(update(streams).where(streams.c.name == "google.mail").values(due_at=0, rung_at=None))
        context.ledger.__dict__["_accounts"].clear()
        _read(context, "google.mail")
        with context.db.reading() as conn:
            there = set(conn.execute(select(items.c.external_id)).scalars())
        if there >= set(mailbox.live()):
            return 0
    return len(set(mailbox.live()) - there)


def _optimum(mailbox: Mailbox) -> int:
    wanted = 0
    for ids in mailbox.threads.values():
        members = [mailbox.messages[id] for id in ids]
        talking = any("SENT" in one.labels for one in members)
        count = sum(talking or not one.labels & _BULK for one in members)
        wanted += min(_GET * count, _THREAD) if count else 0
    return wanted + _pages(len(mailbox.messages)) + sum(_pages(len(mailbox.listed([one], False))) for one in _BULK)


def _naive(mailbox: Mailbox) -> int:
    return _GET * len(mailbox.messages) + _pages(len(mailbox.messages))


def _pages(count: int) -> int:
    return _LIST * -(-count // _PAGE)


def _fullest(google: Google, limit: int) -> float:
    """The most that was spent in any 60 seconds, as a part of the limit."""
    log = [(at, units) for at, route, units in google.quota.log if route.startswith("gmail")]
    most, total, first = 0, 0, 0
    for at, units in log:
        total += units
        while log[first][0] <= at - 60:
            total -= log[first][1]
            first += 1
        most = max(most, total)
    return round(most / limit, 4)


if __name__ == "__main__":
    sys.exit(ended(main))
