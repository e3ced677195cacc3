"""Ties in the database: counted from the log at rest, and the same however the log came to be."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from interactions.queries.names import persons_of
from interactions.schema import addresses, owners
from interactions.schema import ties as table
from interactions.store import forget, identity, ties, word
from interactions.store.database import Database
from tests.interactions.queries.story import ANNA, ANNA_WORK, BORIS, ME, Mailbox, Story, ago, kept, mail, meeting, tell
from tests.torture.dump import dump


def tie_of(db: Database, address: str) -> Mapping[str, Any] | None:
    """The tie of the person whose address it is."""
    with db.reading() as conn:
        number = conn.execute(select(addresses.c.id).where(addresses.c.canonical == address)).scalar_one()
        person = persons_of(conn, [number])[number]
        return conn.execute(select(table).where(table.c.person_id == person)).mappings().first()


def days(at: datetime) -> int:
    return int(at.timestamp()) // 86_400


def test_a_tie_holds_days_of_contact_and_what_a_person_is_linked_to_adds_up(db: Database) -> None:
    tell(db)
    anna = tie_of(db, ANNA.address)
    assert anna is not None
    assert tie_of(db, ANNA_WORK.address) == anna
    assert (anna["days_out"], anna["days_in"], anna["days_met"]) == (1, 2, 2)
    assert (anna["first_day"], anna["last_out"]) == (days(ago(days=30)), days(ago(days=-5)))
    assert (anna["days"], anna["gaps"]) == (5, 2)
    boris = tie_of(db, BORIS.address)
    assert boris is not None
    assert boris["sum_365"] > 0


def test_what_lies_ahead_is_counted_when_its_time_has_come(db: Database) -> None:
    story = Story(db)
    soon = datetime.now(UTC) + timedelta(seconds=2)
    both = (ANNA, "attendee")
    story.judge((meeting(1, [ANNA], "Tea", soon), kept("both", both, kind="meeting", rule="calendar.meeting")))
    anna = tie_of(db, ANNA.address)
    assert anna is not None
    assert (anna["days_met"], anna["next_at"]) == (0, int(soon.timestamp()))
    assert not ties.is_due(db)
    time.sleep(2.1)
    assert ties.is_due(db)
    ties.settle(db)
    anna = tie_of(db, ANNA.address)
    assert anna is not None
    assert (anna["days_met"], anna["next_at"]) == (1, None)
    assert not ties.is_due(db)


def test_counted_from_scratch_they_are_what_they_were(db: Database) -> None:
    story = tell(db)
    story.judge((mail(90, ANNA, [Mailbox(ME)], "Late", ago(days=300)), kept("in", (ANNA, "from"))))
    before = dump(db)["ties"]
    with db.writing() as conn:
        conn.execute(table.delete())
        ties.owe_all(conn, story.owner_id)
    assert ties.count(db, story.owner_id) == len(before)
    assert dump(db)["ties"] == before


def test_a_merge_makes_one_tie_of_two_and_a_split_two_again(db: Database) -> None:
    story = tell(db)
    before = dump(db)["ties"]
    anna, boris = tie_of(db, ANNA.address), tie_of(db, BORIS.address)
    word.merge(db, story.owner_id, [[ANNA.address], [BORIS.address]])
    identity.settle(db)
    ties.settle(db)
    one = tie_of(db, ANNA.address)
    assert tie_of(db, BORIS.address) == one
    assert one is not None
    assert anna is not None
    assert boris is not None
    for name in ("sum_1", "sum_64", "sum_365"):
        assert one[name] == pytest.approx(anna[name] + boris[name], abs=1e-9)
    word.undo(db, story.owner_id)
    assert dump(db)["ties"] == before


def test_who_is_forgotten_leaves_no_tie(db: Database) -> None:
    story = tell(db)
    forget.forget(db, story.owner_id, [BORIS.address], [BORIS.name])
    found = dump(db)["ties"]
    assert found
    assert not [row for row in found if BORIS.address in row[0]]


def test_while_much_is_judged_ties_are_counted_now_and_then(db: Database) -> None:
    story = tell(db)
    story.store(mail(91, ANNA, [Mailbox(ME)], "Not judged yet", ago(days=1)))
    with db.writing() as conn:
        ties.owe_all(conn, story.owner_id)
    assert ties.due(db, quiet=60.0) == []
    with db.writing() as conn:
        conn.execute(update(owners).values(ties_at=owners.c.ties_at - 61.0))
    assert ties.due(db, quiet=60.0) == [story.owner_id]
