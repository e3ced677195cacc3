"""The scheduler rings for what is due and owed, mends what was lost, and rests when there is nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import func, select, update

import workers.classify
import workers.schedule
from interactions.schema import accounts, interactions, items, owners, streams
from interactions.settings import Settings
from interactions.store import claims, leases
from interactions.store.database import Database
from interactions.store.opening import open_database
from tests.torture.dump import dump
from tests.torture.harness import Broker
from tests.workers.parts import (
    count,
    mailbox,
    make_context,
    nothing_owed,
    owed_ids,
    registered,
    running,
    settle,
    wait_until,
)
from workers.broker import CLASSIFY, PULL
from workers.classify import classify
from workers.context import Context
from workers.pull import pull
from workers.schedule import Scheduler


@pytest.fixture
def context(db: Database, broker: Broker, tmp_path: Path) -> Context:
    """Both kinds of database, a real queue, and ticks in quick succession."""
    return make_context(db, broker, tmp_path, tick_seconds=0.1, classify_batch=10)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """A database as Kith opens it on one machine."""
    db = open_database(Settings(data_dir=tmp_path / "data"))
    yield db
    db.close()


def test_bells_lost_with_the_whole_queue_are_rung_again_within_two_seconds(
    context: Context, tmp_path: Path, broker: Broker
) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 50))
    pull(context, stream_id)
    assert context.queue.waiting(CLASSIFY) == 5
    broker.flush()
    assert context.queue.waiting(CLASSIFY) == 0
    with running(context, "all", "schedule"):
        wait_until(lambda: nothing_owed(context.db), 2.5, "judging")
    assert count(context.db, items.c.state.in_(("kept", "dropped"))) == 50


def test_the_queue_may_be_emptied_again_and_again_while_work_is_done(
    db: Database, tmp_path: Path, broker: Broker
) -> None:
    context = make_context(db, broker, tmp_path, tick_seconds=0.1, classify_batch=10, bell_seconds=0.5)
    registered(context.db, mailbox(tmp_path, 300))
    with running(context, "all", "schedule"):
        for _ in range(10):
            broker.flush()
            time.sleep(0.05)
        wait_until(lambda: count(context.db) == 300 and nothing_owed(context.db), 10, "all of it")
    assert count(context.db, items.c.state.in_(("kept", "dropped"))) == 300


def heard(broker: Broker) -> list[Any]:
    """What waits in judging's queue, as sorted ids."""
    messages: Any = redis.Redis.from_url(broker.url).hgetall(f"kith:{CLASSIFY}.msgs")
    return sorted(number for message in messages.values() for number in json.loads(message)["args"][0])


def test_what_is_claimed_is_not_rung(context: Context, tmp_path: Path, broker: Broker) -> None:
    pull(context, registered(context.db, mailbox(tmp_path, 30)))
    ids = owed_ids(context.db)
    claims.claim(context.db, ids[:20], 60, 4)
    broker.flush()
    scheduler = Scheduler(context)
    for _ in range(4):
        scheduler.tick()
    assert heard(broker) == ids[20:]


def test_what_a_dead_worker_had_claimed_is_rung_after_its_claim(db: Database, tmp_path: Path, broker: Broker) -> None:
    context = make_context(db, broker, tmp_path, bell_seconds=0.2)
    pull(context, registered(db, mailbox(tmp_path, 10)))
    ids = owed_ids(db)
    claims.claim(db, ids, 0.6, 4)
    broker.flush()
    scheduler = Scheduler(context)
    scheduler.tick()
    assert heard(broker) == []
    time.sleep(0.7)
    scheduler.tick()
    assert heard(broker) == ids


def test_a_stream_whose_worker_died_is_rung_again_after_its_lease(db: Database, broker: Broker, tmp_path: Path) -> None:
    context = make_context(db, broker, tmp_path, bell_seconds=5.0)
    stream_id = registered(db, mailbox(tmp_path, 3))
    assert leases.acquire(db, stream_id, "the dead", 0.8)
    scheduler = Scheduler(context)
    scheduler.tick()
    assert context.queue.waiting(PULL) == 0
    time.sleep(0.9)
    scheduler.tick()
    assert context.queue.waiting(PULL) == 1
    scheduler.tick()
    assert context.queue.waiting(PULL) == 1, "it is not rung again at every tick"


def test_a_tick_without_work_writes_nothing_and_waits_for_no_writer(
    file: Database, broker: Broker, tmp_path: Path
) -> None:
    context = make_context(file, broker, tmp_path / "data")
    registered(file, mailbox(tmp_path, 20))
    settle(context)
    broker.flush()
    scheduler = Scheduler(context)
    scheduler.tick()
    with sqlite3.connect(tmp_path / "data" / "kith.db", isolation_level=None) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        scheduler._seldom_at = 0.0
        scheduler.tick()
        other.execute("BEGIN IMMEDIATE")
        ticking = threading.Thread(target=lambda: [scheduler.tick() for _ in range(5)])
        ticking.start()
        ticking.join(2)
        waited = ticking.is_alive()
        other.execute("ROLLBACK")
        ticking.join(30)
        assert not waited
        assert other.execute("PRAGMA data_version").fetchone() == before
    other.close()
    assert (context.queue.waiting(PULL), context.queue.waiting(CLASSIFY)) == (0, 0)


def daily(folder: Path) -> Path:
    """A calendar with one meeting a day, without an end."""
    archive = folder / "archive"
    archive.mkdir(exist_ok=True)
    began = datetime.now(UTC) - timedelta(days=10)
    (archive / "home.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//choir//EN\r\nBEGIN:VEVENT\r\nUID:daily@choir.example\r\n"
        f"DTSTAMP:{began:%Y%m%dT090000Z}\r\nDTSTART:{began:%Y%m%dT090000Z}\r\nDTEND:{began:%Y%m%dT093000Z}\r\n"
        "RRULE:FREQ=DAILY\r\nSUMMARY:Practice\r\nORGANIZER:mailto:me@home.example\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@home.example\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@choir.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return archive


def logged(db: Database) -> tuple[int, int]:
    """How many interactions there are, and when the last one is."""
    with db.reading() as conn:
        row = conn.execute(select(func.count(), func.max(interactions.c.at))).one()
    return row[0], row[1] or 0


def test_an_open_ended_series_gains_an_occurrence_a_day(context: Context, tmp_path: Path) -> None:
    db = context.db
    registered(db, daily(tmp_path), ["file.ics"])
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    with db.writing() as conn:
        conn.execute(update(owners).values(horizon=yesterday))
    settle(context)
    before = logged(db)
    assert before[0] > 300
    Scheduler(context).tick()
    settle(context)
    assert logged(db) == (before[0] + 1, before[1] + 86_400)
    Scheduler(context).tick()
    assert nothing_owed(db), "once a day is enough"


def test_raised_rules_judge_the_past_again(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = context.db
    registered(db, mailbox(tmp_path, 30))
    settle(context)
    before = dump(db)
    newer = workers.schedule.RULES_VERSION + 1
    monkeypatch.setattr(workers.schedule, "RULES_VERSION", newer)
    Scheduler(context).tick()
    assert len(owed_ids(db)) == 30
    monkeypatch.setattr(workers.classify, "RULES_VERSION", newer)
    classify(context, owed_ids(db))
    assert count(db, items.c.judged_rules == newer) == 30
    assert dump(db) == before
    Scheduler(context).tick()
    assert nothing_owed(db)
    # A worker not yet replaced must not put older verdicts over newer ones.
    monkeypatch.setattr(workers.classify, "RULES_VERSION", newer - 1)
    with db.writing() as conn:
        conn.execute(update(items).values(owed_since=1.0, rung_at=None))
    classify(context, owed_ids(db))
    assert count(db, items.c.judged_rules == newer) == 30


def test_a_paused_account_is_not_rung(context: Context, tmp_path: Path) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 3))
    with context.db.writing() as conn:
        conn.execute(update(accounts).values(paused=True))
    Scheduler(context).tick()
    assert context.queue.waiting(PULL) == 0
    with context.db.writing() as conn:
        conn.execute(update(accounts).values(paused=False))
        conn.execute(update(streams).where(streams.c.id == stream_id).values(rung_at=None))
    Scheduler(context).tick()
    assert context.queue.waiting(PULL) == 1


def test_a_database_or_queue_that_goes_away_does_not_end_the_scheduler(file: Database, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    server = Broker(tmp_path / "b")
    server.start()
    context = make_context(file, server, tmp_path / "data", tick_seconds=0.05)
    with running(context, "schedule"):
        time.sleep(0.2)
        server.kill()
        registered(file, mailbox(tmp_path, 5))
        time.sleep(0.3)
        (tmp_path / "b" / "s").unlink(missing_ok=True)
        server.start()
        with file.writing() as conn:
            conn.execute(update(streams).values(rung_at=None))
        wait_until(lambda: context.queue.waiting(PULL) == 1, 5, "the bell")
    server.kill()
