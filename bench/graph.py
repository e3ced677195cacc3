"""`python -m bench.graph`: how fast an Outlook mailbox is read, beside what nobody could undercut.

20,000 messages in folders of 50, 25, 15, 5 and 5 %, 500 a page, at a Microsoft on this machine that takes 150 ms for
every answer and serves four requests at once. Three limits are measured beside it: the longest folder's chain of
answers, all answers four at a time, and the processor time of the same parsing and storing when nothing is waited for.
Then the service reads it from the consent on, until 50 interactions are in the log. Ends with one line of JSON:
seconds, chain, requests, processor, ratio (of seconds to the largest of the three), first_answer.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from bench.ended import ended
from bench.google import sandbox_process
from connectors.http import Http
from connectors.microsoft import entra
from connectors.microsoft.entra import ASKED, SCOPES
from connectors.microsoft.login import App
from connectors.rate import LocalLedger
from connectors.slots import LocalSlots
from interactions.queries import progress
from interactions.secret import load_key
from interactions.settings import Settings, load_settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from interactions.store.opening import open_database
from kith.supervisor import Supervisor
from sandbox.microsoft.generated import SHARES
from sandbox.web import visitor
from workers.broker import Queue, make_broker
from workers.context import Context
from workers.pull import pull

_MESSAGES, _PAGE, _DELAY, _AT_ONCE, _ROUNDS, _WANTED = 20_000, 500, 0.15, 4, 3, 50
_BAR, _FIRST_BAR = 1.3, 5.0


def main() -> int:
    """Print the figures; 1 when one is over its bar."""
    processor = statistics.median(_read(0.0)[1] for _ in range(_ROUNDS))
    seconds = statistics.median(_read(_DELAY)[0] for _ in range(_ROUNDS))
    pages = [math.ceil(_MESSAGES * share / _PAGE) for share in SHARES]
    chain, requests = max(pages) * _DELAY, sum(pages) * _DELAY / _AT_ONCE
    first = statistics.median(_first() for _ in range(_ROUNDS))
    ratio = seconds / max(chain, requests, processor)
    print(json.dumps({
        "messages": _MESSAGES, "seconds": round(seconds, 2), "chain": round(chain, 2), "requests": round(requests, 2),
        "processor": round(processor, 2), "ratio": round(ratio, 3), "first_answer": round(first, 2),
    }))  # fmt: skip
    return 0 if ratio <= _BAR and first < _FIRST_BAR else 1


def _read(delay: float) -> tuple[float, float]:
    """Seconds on the clock and of the processor that reading all mail takes in this process."""
    with _connected(delay) as (settings, db, owner_id, said):
        settings = settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"})
        context = Context(settings, db, _Silent(make_broker(settings.broker_url)))
        context.__dict__["ledger"], context.__dict__["slots"] = LocalLedger(), LocalSlots()
        stream_id = next(one.stream_id for one in accounts.due(db, 0.0) if one.name == "microsoft.mail")
        clock, processor = time.perf_counter(), time.process_time()
        pull(context, stream_id)
        taken = time.perf_counter() - clock, time.process_time() - processor
        with db.reading() as conn:
            stored = conn.exec_driver_sql("SELECT count(*) FROM items WHERE kind = 'email'").scalar_one()
        assert stored == said["messages"] == _MESSAGES, f"{stored} of {_MESSAGES}"
        print(f"delay {delay}: {taken[0]:.2f} s, processor {taken[1]:.2f} s", file=sys.stderr)
        return taken


def _first() -> float:
    """Seconds from the consent until the log has its first lines, with the service at work."""
    with _connected(_DELAY, now=False) as (settings, db, owner_id, said), Supervisor(settings).running():
        time.sleep(3.0)
        began = time.monotonic()
        _consent(settings, db, owner_id, said)
        while progress.logged(db, owner_id) < _WANTED:
            time.sleep(0.02)
        seconds = time.monotonic() - began
        print(f"{_WANTED} interactions after {seconds:.2f} s", file=sys.stderr)
        return seconds


@contextmanager
def _connected(delay: float, *, now: bool = True) -> Iterator[tuple[Settings, Database, int, dict[str, Any]]]:
    """A served mailbox and a fresh data folder, the account connected (or not yet)."""
    with tempfile.TemporaryDirectory() as folder:
        words = ("--microsoft", f"{folder}/tls", "--messages", str(_MESSAGES), "--delay", str(delay))
        with sandbox_process(*words) as sandbox:
            said = sandbox["microsoft"]
            settings = load_settings(
                {}, data_dir=Path(folder) / "data", microsoft_authority_root=said["url"],
                microsoft_graph_root=f"{said['url']}/v1.0", ca_file=Path(said["ca_file"]),
            )  # fmt: skip
            with closing(open_database(settings)) as db:
                owner_id = accounts.owner(db, "")
                if now:
                    _consent(settings, db, owner_id, said)
                yield settings, db, owner_id, said


def _consent(settings: Settings, db: Database, owner_id: int, said: dict[str, Any]) -> None:
    """Go through the sign-in page, and store what it gives."""
    key, client = load_key(settings), entra.client_of(said["client_id"], said["tenant"])
    credentials.save_client(db, key, "microsoft", msgspec.json.encode(client))
    with closing(Http(settings.microsoft_origins(), settings.ca_file, 30.0)) as http:
        app = App(settings, http, client)
        asked = app.asking("http://localhost:1")
        location = visitor.consent(asked.url, ca_file=said["ca_file"])
        given = app.answered(asked, location.partition("code=")[2].partition("&")[0])
    consent = connections.Consent(
        "microsoft", given.identity.subject, given.identity.address, " ".join(ASKED), given.cache, tuple(SCOPES)
    )  # fmt: skip
    connections.connect(db, key, owner_id, consent)
    accounts.add_own(db, owner_id, [given.identity.address])


class _Silent(Queue):
    """Nobody judges meanwhile: what is measured is reading."""

    def waiting(self, queue: str) -> int | None:
        """Unknown, so that nothing is rung."""
        return None


if __name__ == "__main__":
    sys.exit(ended(main))
