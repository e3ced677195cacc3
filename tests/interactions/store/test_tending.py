"""A week of proposals: made once, at most seven, by the owner's word, and never about whom they let rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from interactions.queries.tend import tend
from interactions.store import ties, word
from interactions.store.corrections import CADENCE, REST, SNOOZE, TEND, Word
from interactions.store.database import Database
from interactions.store.tending import week
from tests.interactions.queries.story import ME, NOW, Mailbox, Story, ago, kept, mail

TODAY = NOW.date()


def person(number: int, domain: str = "office.example") -> Mailbox:
    return Mailbox(f"p{number}@{domain}", f"Person {number:02}")


def known(db: Database, count: int, domain: str = "office.example", start: int = 0) -> Story:
    """So many people who wrote and were written to every two weeks, until a while ago."""
    story = Story(db)
    for number in range(start, start + count):
        one = person(number, domain)
        for turn in range(4):
            days = 120 + number + 14 * turn
            theirs = mail(1_000 * number + 2 * turn, one, [Mailbox(ME)], "a", ago(days=days))
            mine = mail(1_000 * number + 2 * turn + 1, Mailbox(ME), [one], "b", ago(days=days - 1))
            story.judge((theirs, kept("in", (one, "from"))), (mine, kept("out", (one, "to"))))
    return story


def begun(db: Database, story: Story) -> None:
    word.tend(db, story.owner_id, [])


def names(db: Database, story: Story, day: date = TODAY) -> list[str]:
    return [one.who.name for one in tend(db, story.owner_id, day).people]


def test_the_first_look_shows_everybody_and_proposes_nothing(db: Database) -> None:
    story = known(db, 9)
    found = tend(db, story.owner_id, TODAY)
    assert (found.first_look, len(found.people), found.others) == (True, 9, 0)
    assert len({one.code for one in found.people}) == 9
    assert week(db, story.owner_id, TODAY).proposed == ()


def test_a_week_is_made_once_and_holds_seven(db: Database) -> None:
    story = known(db, 9)
    begun(db, story)
    monday = names(db, story)
    assert len(monday) == 7
    assert sorted(names(db, story, TODAY + timedelta(days=6))) == sorted(monday)
    assert len(names(db, story, TODAY + timedelta(days=7))) == 2, "the others; those of last week are left in peace"


def test_who_was_written_to_is_done_and_stays_in_the_week(db: Database) -> None:
    story = known(db, 2)
    begun(db, story)
    assert len(names(db, story)) == 2
    one = person(0)
    story.judge((mail(9_999, Mailbox(ME), [one], "Hello again", datetime.now(UTC)), kept("out", (one, "to"))))
    found = tend(db, story.owner_id, TODAY).people
    assert {(one.who.name, one.done) for one in found} == {("Person 00", True), ("Person 01", False)}


@pytest.mark.parametrize(
    "said", [Word(REST, "p0@office.example", "yes"), Word(SNOOZE, "p0@office.example", "2026-05-01")]
)
def test_who_rests_or_was_put_off_is_not_proposed(db: Database, said: Word) -> None:
    story = known(db, 3)
    begun(db, story)
    word.tend(db, story.owner_id, [said])
    assert names(db, story) == ["Person 01", "Person 02"]
    found = tend(db, story.owner_id, TODAY)
    assert found.resting + found.snoozed == 1
    if said.kind == SNOOZE:
        assert "Person 00" in names(db, story, date(2026, 5, 4))


def test_whom_the_owner_keeps_comes_first_and_a_wish_sets_the_rhythm(db: Database) -> None:
    story = known(db, 9)
    word.tend(db, story.owner_id, [Word(TEND, "p8@office.example", "keep"),
                                   Word(CADENCE, "p1@office.example", "365")])  # fmt: skip
    found = names(db, story)
    assert found[0] == "Person 08"
    assert "Person 01" not in found, "once a year is not due yet"


def test_two_of_seven_are_from_outside_work(db: Database) -> None:
    story = known(db, 8)
    known(db, 3, "gmail.com", start=20)
    begun(db, story)
    ties.settle(db)
    found = tend(db, story.owner_id, TODAY).people
    assert (len(found), sum(not one.work for one in found)) == (7, 2)


def test_a_word_taken_back_is_as_if_it_was_never_said(db: Database) -> None:
    story = known(db, 2)
    before = tend(db, story.owner_id, TODAY)
    word.tend(db, story.owner_id, [Word(REST, "p0@office.example", "yes")])
    word.undo(db, story.owner_id)
    assert tend(db, story.owner_id, TODAY) == before


def test_coverage_is_told_by_kind(db: Database) -> None:
    story = known(db, 1)
    covered = tend(db, story.owner_id, TODAY).coverage
    assert covered.meetings is None
    assert covered.mail == int(ago(days=162).timestamp())
