"""A week: what was given, who is back, whom to water, what is ahead; looked at, never written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from interactions.items import Mailbox
from interactions.queries.week import Week, week
from interactions.schema import interactions, proposals
from interactions.store import corrections, word
from interactions.store.database import Database
from interactions.store.tending import week as proposed
from tests.interactions.queries.story import ANNA, BORIS, ME, NOW, Story, ago, kept, mail, meeting

EVE = Mailbox("eve@sea.example", "Eve Sand")


def theirs(story: Story, number: int, who: Mailbox, at: datetime, *others: Mailbox) -> None:
    one = mail(number, who, [Mailbox(ME), *others], "a", at)
    story.judge((one, kept("in", (who, "from"), *((other, "to") for other in others))))


def mine(story: Story, number: int, at: datetime, *whom: Mailbox, answers: int = 0) -> None:
    one = replace(mail(number, Mailbox(ME), whom, "b", at), in_reply_to=f"{answers}@x.example" if answers else "")
    story.judge((one, kept("out", *((who, "to") for who in whom))))


def asked(story: Story, until: datetime = NOW) -> Week:
    return week(story.db, story.owner_id, until)


def answers(found: Week) -> list[tuple[str, int]]:
    return [(one.who.name, one.told.days) for one in found.answered]


def test_an_answer_after_two_days_is_given_and_names_both_mails(db: Database) -> None:
    story = Story(db)
    theirs(story, 1, ANNA, ago(days=9))
    theirs(story, 2, ANNA, ago(days=4))
    mine(story, 3, ago(days=3), ANNA, answers=1)
    [one] = asked(story).answered
    assert (one.who.name, one.told.days) == ("Anna Berg", 6)
    with db.reading() as conn:
        at = {row[0]: row[1] for row in conn.execute(select(interactions.c.id, interactions.c.at))}
    assert (at[one.told.asked], at[one.told.answer]) == (int(ago(days=9).timestamp()), int(ago(days=3).timestamp()))


@pytest.mark.parametrize(
    ("asked_days", "answered_days"),
    [(4, 3), (63, 2), (12, 8), (20, 7.01)],
    ids=["soon", "late", "earlier", "just before"],
)
def test_no_answer_is_told_that_came_soon_or_late_or_in_another_week(
    db: Database, asked_days: float, answered_days: float
) -> None:
    story = Story(db)
    theirs(story, 1, ANNA, ago(days=asked_days))
    mine(story, 2, ago(days=answered_days), ANNA, answers=1)
    assert asked(story).answered == ()


def test_a_mail_that_answers_nothing_is_no_answer_and_ends_no_waiting(db: Database) -> None:
    """RFC 5322 §3.6.4: In-Reply-To names what a mail answers."""
    story = Story(db)
    theirs(story, 1, ANNA, ago(days=9))
    theirs(story, 2, ANNA, ago(days=8))
    mine(story, 3, ago(days=5), ANNA)
    assert asked(story).answered == ()
    mine(story, 4, ago(days=3), ANNA, answers=2)
    [one] = asked(story).answered
    assert (one.told.days, one.told.at) == (5, int(ago(days=3).timestamp()))


def test_only_the_first_mail_after_theirs_is_an_answer(db: Database) -> None:
    story = Story(db)
    theirs(story, 1, ANNA, ago(days=9))
    mine(story, 2, ago(days=8), ANNA, answers=1)
    mine(story, 3, ago(days=3), ANNA, answers=1)
    theirs(story, 4, BORIS, ago(days=6))
    met = meeting(5, [BORIS], "Seeds", ago(days=4))
    story.judge((met, kept("both", (BORIS, "attendee"), kind="meeting", rule="calendar.meeting")))
    mine(story, 6, ago(days=1), BORIS, answers=4)
    assert asked(story).answered == ()


def test_neither_a_mail_to_a_crowd_nor_one_from_a_third_is_one_that_waits(db: Database) -> None:
    story = Story(db)
    crowd = [Mailbox(f"m{number}@many.example") for number in range(5)]
    theirs(story, 1, ANNA, ago(days=9), *crowd)
    theirs(story, 2, BORIS, ago(days=9), EVE)
    mine(story, 3, ago(days=3), ANNA, answers=1)
    mine(story, 4, ago(days=3), EVE, answers=2)
    mine(story, 5, ago(days=2), *crowd, BORIS, answers=2)
    assert asked(story).answered == ()


def rhythm(story: Story, who: Mailbox, since: int, until: int, step: int = 14) -> None:
    """Letters both ways every `step` days, from `since` to `until` days ago."""
    letters = []
    for days in range(since, until - 1, -step):
        number = 100_000 + 10 * days
        key = sum(who.address.encode()) * 1_000_000
        asked_so = mail(key + number, who, [Mailbox(ME)], "a", ago(days=days))
        letters.append((asked_so, kept("in", (who, "from"))))
        letters.append((mail(key + number + 1, Mailbox(ME), [who], "b", ago(days=days)), kept("out", (who, "to"))))
    story.judge(*letters)


@pytest.mark.parametrize("first", ["out", "in"])
def test_contact_after_a_long_silence_is_back_in_touch(db: Database, first: str) -> None:
    story = Story(db)
    rhythm(story, ANNA, 200, 102)
    if first == "in":
        theirs(story, 1, ANNA, ago(days=2))
    else:
        mine(story, 1, ago(days=2), ANNA)
    mine(story, 2, ago(days=1), ANNA)
    [one] = asked(story).revived
    assert (one.who.name, one.told.direction, one.told.silent) == ("Anna Berg", first, 100)
    assert one.told.usual == pytest.approx(14, abs=2)
    assert one.told.before is not None
    assert asked(story, NOW - timedelta(days=7)).revived == ()


@pytest.mark.parametrize(("last", "told"), [(61, []), (62, [60])])
def test_two_months_are_the_least(db: Database, last: int, told: list[int]) -> None:
    story = Story(db)
    rhythm(story, ANNA, last + 70, last)
    mine(story, 1, ago(days=2), ANNA)
    assert [one.told.silent for one in asked(story).revived] == told


def test_what_is_usual_between_two_decides(db: Database) -> None:
    story = Story(db)
    rhythm(story, ANNA, 1_000, 90, step=90)
    mine(story, 1, ago(days=2), ANNA)
    assert asked(story).revived == ()


def test_who_never_wrote_back_is_not_revived(db: Database) -> None:
    story = Story(db)
    rhythm(story, ANNA, 200, 102)
    mine(story, 1, ago(days=300), EVE)
    mine(story, 2, ago(days=2), EVE)
    assert asked(story).revived == ()
    theirs(story, 3, EVE, ago(days=1))
    assert [one.who.name for one in asked(story).revived] == ["Eve Sand"]


@pytest.mark.parametrize("kind", [corrections.MUTE, corrections.REST])
def test_who_is_muted_or_at_rest_is_left_in_peace(db: Database, kind: str) -> None:
    story = Story(db)
    rhythm(story, ANNA, 200, 102)
    theirs(story, 1, ANNA, ago(days=6))
    mine(story, 2, ago(days=2), ANNA, answers=1)
    assert (len(asked(story).answered), len(asked(story).revived)) == (1, 1)
    word.leave_out(db, story.owner_id, kind, [ANNA.address])
    assert (asked(story).answered, asked(story).revived) == ((), ())


def test_an_introduction_of_the_owners_is_told_with_what_came_of_it(db: Database) -> None:
    story = Story(db)
    for number, who in enumerate((ANNA, BORIS)):
        theirs(story, 10 + number, who, ago(days=40))
        mine(story, 20 + number, ago(days=39), who)
    both = mail(30, Mailbox(ME), [ANNA, BORIS], "Anna <> Boris", ago(days=5))
    story.judge((both, kept("out", (ANNA, "to"), (BORIS, "to"))))
    assert [(one.by, one.state, one.taken_up) for one in asked(story).introduced] == [(None, "possible", None)]
    theirs(story, 31, ANNA, ago(days=4), BORIS)
    [one] = asked(story).introduced
    assert (one.state, one.taken_up is not None) == ("confirmed", True)
    assert asked(story, NOW + timedelta(days=7)).introduced == ()


def test_help_that_was_noted_is_given(db: Database) -> None:
    story = Story(db)
    mine(story, 1, ago(days=2), ANNA)
    assert asked(story).helped == ()
    with db.writing() as conn:
        conn.execute(update(interactions).values(rule="owner.gave"))
    assert [one.people[0].name for one in asked(story).helped] == ["Anna Berg"]


def test_looking_proposes_nothing_and_shows_what_is_proposed(db: Database) -> None:
    story = Story(db)
    for number in range(5):
        rhythm(story, Mailbox(f"p{number}@office.example", f"Person {number}"), 200, 102)
    assert (asked(story).first_look, asked(story).water) == (True, ())
    word.tend(db, story.owner_id, [])
    looked = asked(story)
    assert (len(looked.water), looked.first_look) == (3, False)
    assert all(one.last is not None for one in looked.water)
    with db.reading() as conn:
        assert conn.execute(select(proposals)).all() == []
    made = [one.proposal.person_id for one in proposed(db, story.owner_id, NOW.date()).proposed]
    assert [one.told.who.person_id for one in asked(story).water] == made[:3]


def test_meetings_of_the_next_seven_days_are_ahead(db: Database) -> None:
    story = Story(db)
    whole = (ANNA, "attendee")
    for number, days in enumerate((-0.1, 0.2, 7.4, 7.6), 1):
        met = meeting(number, [ANNA], f"In {days}", NOW + timedelta(days=days))
        story.judge((met, kept("both", whole, kind="meeting", rule="calendar.meeting")))
    assert [one.title for one in asked(story).ahead] == ["In 0.2", "In 7.4"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland", "UTC"])
def test_a_day_of_its_own_is_ahead_by_the_owners_calendar(db: Database, zone: str) -> None:
    story = Story(db)
    for number, day in enumerate((14, 15, 16, 22, 23), 1):
        met = meeting(number, [ANNA], f"{day}", datetime(2026, 3, day, tzinfo=UTC), minutes=1_440)
        story.judge((met, kept("both", (ANNA, "attendee"), kind="meeting", rule="calendar.meeting")))
    with db.writing() as conn:
        conn.execute(update(interactions).values(all_day=True))
    until = datetime(2026, 3, 15, 18, 0, tzinfo=ZoneInfo(zone))
    assert [one.title for one in asked(story, until).ahead] == ["16", "22"]


def test_another_owner_sees_nothing_of_it(db: Database) -> None:
    story = Story(db)
    rhythm(story, ANNA, 200, 102)
    theirs(story, 1, ANNA, ago(days=6))
    mine(story, 2, ago(days=2), ANNA)
    other = week(db, Story(db, "other", "/other").owner_id, NOW)
    told = (other.introduced, other.answered, other.helped, other.revived, other.water, other.ahead)
    assert told == ((), (), (), (), (), ())
    assert (other.coverage.mail, other.day) == (None, date(2026, 3, 16))
