"""Judging: an item that cannot be judged costs nobody else anything, and a failing database costs no item anything."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

import workers.classify
from interactions.decide import decide
from interactions.items import Email
from interactions.schema import interactions, items, verdicts
from interactions.settings import Settings
from interactions.store import claims, quarantine
from interactions.store.database import Database
from interactions.store.opening import open_database
from tests.torture.harness import Broker
from tests.workers.parts import count, mailbox, make_context, nothing_owed, owed_ids, registered
from workers.classify import classify
from workers.context import Context
from workers.pull import pull

BAD = "Cannot be judged"


@pytest.fixture
def context(db: Database, broker: Broker, tmp_path: Path) -> Context:
    """Thirty items owed, one of them marked."""
    context = make_context(db, broker, tmp_path, classify_batch=10)
    pull(context, registered(db, mailbox(tmp_path, 30, m7=BAD)))
    return context


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Judging the marked item raises; how often each subject was looked at."""
    counted: Counter[str] = Counter()

    def raising(item: Any, known: Any) -> Any:
        assert isinstance(item, Email)
        counted[item.subject] += 1
        if item.subject == BAD:
            raise ValueError(f"what a parser might quote: {item.subject}")
        return decide(item, known)

    monkeypatch.setattr(workers.classify, "decide", raising)
    return counted


def ring_round(context: Context) -> list[list[int]]:
    """What the scheduler would ring now, handed to a worker."""
    bells = claims.ring(context.db, 1_000, 0.0, context.settings.classify_batch)
    for bell in bells:
        classify(context, bell.item_ids)
    return [bell.item_ids for bell in bells]


def test_an_item_that_cannot_be_judged_costs_its_company_nothing(context: Context, tries: Counter[str]) -> None:
    assert [len(ids) for ids in ring_round(context)] == [10, 10, 10]
    [left] = owed_ids(context.db)
    assert count(context.db, items.c.state.in_(("kept", "dropped"))) == 29
    assert {subject: number for subject, number in tries.items() if number != 1} == {}
    assert ring_round(context) == [[left]], "it comes back alone"


def test_an_item_that_keeps_failing_is_set_aside_and_can_be_tried_again(
    context: Context, tries: Counter[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        rounds = 0
        while not nothing_owed(context.db):
            ring_round(context)
            rounds += 1
            assert rounds <= context.settings.max_attempts
    assert 2 <= tries.pop(BAD) <= context.settings.max_attempts
    assert set(tries.values()) == {1}
    chosen = select(items.c.id, verdicts.c.body).join(verdicts).where(items.c.state == "quarantined")
    with context.db.reading() as conn:
        [(item_id, body)] = conn.execute(chosen).all()
        assert conn.execute(select(interactions).where(interactions.c.title == BAD)).first() is None
    assert json.loads(body)["reason"]
    assert BAD not in body
    assert "ValueError" in caplog.text
    assert BAD not in caplog.text
    monkeypatch.setattr(workers.classify, "decide", decide)
    with context.db.reading() as conn:
        owner = conn.execute(select(items.c.owner_id)).scalars().first()
    assert owner is not None
    quarantine.retry(context.db, owner, [item_id])
    ring_round(context)
    assert count(context.db, items.c.state.in_(("kept", "dropped"))) == 30


def test_a_failing_database_gives_attempts_back(broker: Broker, tmp_path: Path) -> None:
    db = open_database(Settings(data_dir=tmp_path / "data"))
    context = make_context(db, broker, tmp_path / "data")
    pull(context, registered(db, mailbox(tmp_path, 10)))
    with db.writing() as conn:
        # What SQLite says when no byte can be written, said by SQLite (https://www.sqlite.org/rescode.html#full).
        conn.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON verdicts BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        )
    for _ in range(6):
        assert sum(map(len, ring_round(context))) == 10, "they may be rung again at once, and together"
        assert count(db, items.c.attempts == 0, items.c.claimed_until.is_(None)) == 10
    with db.writing() as conn:
        conn.execute(text("DROP TRIGGER full"))
    ring_round(context)
    assert nothing_owed(db)
    db.close()


def test_what_another_worker_has_claimed_is_left_alone(context: Context, tries: Counter[str]) -> None:
    ids = owed_ids(context.db)
    claims.claim(context.db, ids[:10], 60, 4)
    classify(context, ids)
    assert len(owed_ids(context.db)) >= 10
    assert count(context.db, items.c.id.in_(ids[:10]), items.c.attempts == 1) == 10


def test_two_workers_with_the_same_message_judge_each_item_once(context: Context, tries: Counter[str]) -> None:
    ids = [item_id for item_id in owed_ids(context.db) if item_id != owed_ids(context.db)[7]]
    together = threading.Barrier(2)

    def work() -> None:
        together.wait(5)
        classify(context, ids)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert set(tries.values()) == {1}
    assert len(tries) == len(ids) == count(context.db, items.c.state.in_(("kept", "dropped")))


def test_ids_that_are_not_owed_or_not_there_are_no_error(context: Context) -> None:
    classify(context, [*owed_ids(context.db), 987_654])
    classify(context, list(range(1, 31)))
    classify(context, [])
    assert nothing_owed(context.db)
