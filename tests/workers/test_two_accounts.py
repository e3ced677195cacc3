"""One mail or meeting seen from a Google and a Microsoft account of the same owner is one (RFC 5322 §3.6.4, 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.rate import LocalLedger
from connectors.slots import LocalSlots
from interactions.queries.language import parse
from interactions.queries.log import log
from interactions.settings import Settings
from interactions.store import connections
from interactions.store.database import Database
from sandbox.google.server import serve as serve_google
from sandbox.google.world import Google
from sandbox.microsoft.server import serve as serve_microsoft
from sandbox.microsoft.world import Microsoft
from tests.workers import google as google_parts
from tests.workers import microsoft as microsoft_parts
from tests.workers.streams import Streams
from workers.broker import Queue, make_broker
from workers.context import Context

PRIVATE, WORK, BO = "ann@example.org", "ann@work.example", "bo@choir.example"
THIS = datetime.now(UTC).year


@dataclass
class Both:
    """Two accounts of one owner."""

    google: Google
    microsoft: Microsoft
    streams: Streams
    google_id: int
    microsoft_id: int

    def pull(self, first: str) -> None:
        names = {"google": ["google.mail", "google.calendar"], "microsoft": ["microsoft.mail", "microsoft.calendar"]}
        second = "microsoft" if first == "google" else "google"
        self.streams.look(*names[first])
        self.streams.look(*names[second])

    def asked(self, words: str) -> list[str]:
        now = datetime.now(UTC)
        found = log(self.streams.db, self.streams.owner_id, parse(words, now, UTC), int(now.timestamp()), limit=50)
        return [entry.title for entry in found.entries]


@contextmanager
def _both(db: Database, folder: Path, redis_url: str) -> Iterator[Both]:
    google, microsoft = Google(), Microsoft()
    google.add_account(PRIVATE, "Ann")
    microsoft.add_account(WORK, "Ann")
    with serve_google(google) as one, serve_microsoft(microsoft, folder / "tls") as two:
        settings = Settings(
            data_dir=folder, broker_url=redis_url,
            **google_parts.google_settings(one.url), **microsoft_parts.microsoft_settings(two),
        )  # fmt: skip
        context = Context(settings, db, Queue(make_broker(redis_url)))
        context.__dict__["ledger"], context.__dict__["slots"] = LocalLedger(), LocalSlots()
        owner_id, google_id = google_parts.connect(db, google, settings)
        _, microsoft_id = microsoft_parts.connect(db, microsoft, settings)
        yield Both(google, microsoft, Streams(context, owner_id, google_id), google_id, microsoft_id)


@pytest.fixture
def both(db: Database, tmp_path: Path, redis_url: str) -> Iterator[Both]:
    with _both(db, tmp_path, redis_url) as made:
        yield made


def letter(subject: str) -> list[tuple[str, str]]:
    return [
        ("From", f"Bo <{BO}>"), ("To", f"{PRIVATE}, {WORK}"), ("Subject", subject),
        ("Message-ID", f"<{subject}@choir.example>"), ("Date", "Mon, 2 Mar 2026 10:11:12 +0000"),
    ]  # fmt: skip


def meet(both: Both, title: str, *, series: bool = False) -> None:
    uid, start = f"{title.lower()}@google.com", datetime(THIS, 3, 5, 9, tzinfo=UTC)
    book = both.google.only().calendars
    guests = [{"email": PRIVATE, "self": True, "responseStatus": "accepted"},
              {"email": BO, "displayName": "Bo", "responseStatus": "accepted"}]  # fmt: skip
    event = {
        "kind": "calendar#event", "id": title.lower(), "status": "confirmed", "summary": title, "iCalUID": uid,
        "start": {"dateTime": start.isoformat(), "timeZone": "UTC"},
        "end": {"dateTime": start.replace(hour=10).isoformat(), "timeZone": "UTC"},
        "organizer": {"email": BO, "displayName": "Bo"}, "attendees": guests, "updated": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    if series:
        event["recurrence"] = ["RRULE:FREQ=WEEKLY;COUNT=3"]
    book.put(PRIVATE, event)
    starts = [start.replace(day=day) for day in (5, 12, 19)] if series else ()
    box = {"emailAddress": {"name": "Ann", "address": WORK}, "type": "required", "status": {"response": "accepted"}}
    both.microsoft.only().calendars.put(
        title, start, 60, uid=uid, starts=starts, attendees=[box], responseStatus={"response": "accepted"},
        organizer={"emailAddress": {"name": "Bo", "address": BO}},
    )  # fmt: skip


@pytest.mark.parametrize("first", ["google", "microsoft"])
def test_one_mail_and_one_meeting_in_both_are_one_interaction_whichever_came_first(both: Both, first: str) -> None:
    both.google.only().mailbox.deliver(letter("Hello"))
    both.microsoft.only().mailbox.deliver(letter("Hello"))
    meet(both, "Lunch")
    meet(both, "Weekly", series=True)
    both.pull(first)
    titles = [title for _, _, title in both.streams.log()]
    assert sorted(titles) == ["Hello", "Lunch", "Weekly", "Weekly", "Weekly"]
    with both.streams.db.reading() as conn:
        sources = conn.execute(text(
            "SELECT count(*) FROM sources JOIN interactions ON interactions.id = interaction_id"
            " WHERE title IN ('Hello', 'Lunch')"
        )).scalar_one()  # fmt: skip
    assert sources == 4, "each is told by both"


def test_each_account_can_be_asked_for(both: Both) -> None:
    both.google.only().mailbox.deliver(letter("Both"))
    both.microsoft.only().mailbox.deliver(letter("Both"))
    both.google.only().mailbox.deliver(letter("Private"))
    both.microsoft.only().mailbox.deliver(letter("Work"))
    both.pull("google")
    assert sorted(both.asked("account:google")) == ["Both", "Private"]
    assert sorted(both.asked("account:microsoft")) == ["Both", "Work"]
    assert both.asked(f"-account:{WORK}") == ["Private"]


@pytest.mark.parametrize("purged", ["google", "microsoft"])
def test_purging_one_account_leaves_what_the_other_saw(both: Both, purged: str) -> None:
    for subject, boxes in (("Both", "gm"), ("Private", "g"), ("Work", "m")):
        if "g" in boxes:
            both.google.only().mailbox.deliver(letter(subject))
        if "m" in boxes:
            both.microsoft.only().mailbox.deliver(letter(subject))
    meet(both, "Lunch")
    meet(both, "Weekly", series=True)
    both.pull("google")
    gone, stays = (both.google_id, "Work") if purged == "google" else (both.microsoft_id, "Private")
    connections.erase(both.streams.db, both.streams.owner_id, gone)
    titles = sorted(title for _, _, title in both.streams.log())
    assert titles == sorted(["Both", "Lunch", "Weekly", "Weekly", "Weekly", stays])
