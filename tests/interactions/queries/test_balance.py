"""Where the owner gives and where they receive, told from the log, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace

from interactions.items import Mailbox
from interactions.queries.balance import Balance, balances, of_person
from interactions.queries.people import named
from interactions.store import circles, forget, identity, notes, ties, word
from interactions.store.database import Database
from interactions.verdict import Verdict
from tests.interactions.queries.story import ANNA, ANNA_WORK, BORIS, ME, Story, ago, card, kept, mail, meeting, now

OWNER = Mailbox(ME)
EVE = Mailbox("eve@sea.example", "Eve Sand")


def letters(story: Story, who: Mailbox, first: int, count: int, *, answered: int) -> None:
    """So many mails of theirs, a few of them answered after two hours."""
    for number in range(count):
        at = ago(days=60 - 2 * number)
        asked = mail(first + number, who, [OWNER], f"Question {first + number}", at)
        judged = [(asked, kept("in", (who, "from")))]
        if number < answered:
            answer = mail(first + 50 + number, OWNER, [who], f"Re: {asked.subject}", at + timedelta(hours=2))
            answer = replace(answer, in_reply_to=asked.message_id)
            judged.append((answer, kept("out", (who, "to"), rule="mail.sent")))
        story.judge(*judged)


def told(db: Database) -> Story:
    story = Story(db)
    letters(story, ANNA, 100, 12, answered=10)
    letters(story, BORIS, 300, 3, answered=0)
    return story


def overall(story: Story) -> Balance:
    return balances(story.db, story.owner_id, now()).overall


def with_one(story: Story, text: str) -> Balance:
    [person] = named(story.db, story.owner_id, text, now()).people
    return of_person(story.db, story.owner_id, person, now())[0]


def test_overall_and_one_person_are_counted_alike(db: Database) -> None:
    story = told(db)
    found = overall(story)
    assert (found.mine.asked, found.mine.answered, found.theirs.began) == (15, 10, 15)
    assert (found.mine.began, found.theirs.asked, found.theirs.answered) == (0, 10, 0)
    assert found.mine.hours is not None
    anna, boris = with_one(story, "anna"), with_one(story, "boris")
    assert (anna.mine.asked + boris.mine.asked, anna.mine.answered + boris.mine.answered) == (15, 10)
    assert round(anna.given + boris.given, 2) == round(found.given, 2)
    assert (anna.word, boris.word) == ("giving", "too little data")


def test_behind_each_number_of_one_person_stand_its_interactions(db: Database) -> None:
    found = with_one(told(db), "anna")
    assert len(found.mine.evidence["asked"]) == found.mine.asked == 12
    assert len(found.mine.evidence["answers"]) == found.mine.answered == 10
    assert not set(found.mine.evidence["asked"]) & set(found.mine.evidence["answers"])


def test_an_answer_that_comes_later_is_counted_at_once(db: Database) -> None:
    story = told(db)
    assert overall(story).mine.answered == 10
    late = replace(mail(900, OWNER, [BORIS], "Re: Question 302", ago(days=50)), in_reply_to="302@x.example")
    story.judge((late, kept("out", (BORIS, "to"), rule="mail.sent")))
    assert overall(story).mine.answered == 11


def test_two_addresses_of_one_person_are_one_balance_and_two_again_when_split(db: Database) -> None:
    story = told(db)
    letters(story, ANNA_WORK, 500, 2, answered=2)
    before = overall(story)
    word.merge(db, story.owner_id, [[ANNA.address], [ANNA_WORK.address]])
    settled(db)
    assert with_one(story, ANNA.address).mine.answered == 12
    assert overall(story).mine == before.mine
    word.split(db, story.owner_id, [ANNA.address], [ANNA_WORK.address])
    settled(db)
    assert (with_one(story, ANNA.address).mine.answered, with_one(story, ANNA_WORK.address).mine.answered) == (10, 2)
    assert overall(story).mine == before.mine


def test_who_is_forgotten_is_not_counted(db: Database) -> None:
    story = told(db)
    forget.forget(db, story.owner_id, [BORIS.address], [BORIS.name])
    settled(db)
    assert overall(story).mine.asked == 12


def test_help_that_the_owner_notes_weighs_and_can_be_undone(db: Database) -> None:
    story = told(db)
    note = notes.Note("received", BORIS.address, BORIS.name, int(ago(days=1).timestamp()), False)
    word.note(db, story.owner_id, note)
    settled(db)
    found = with_one(story, "boris")
    assert (found.mine.helped, found.theirs.helped) == (0, 1)
    assert found.received > 2.5
    word.undo(db, story.owner_id)
    settled(db)
    assert with_one(story, "boris").theirs.helped == 0


def test_meetings_are_hosted_by_whoever_organized_them(db: Database) -> None:
    story = told(db)
    theirs = kept("both", (ANNA, "organizer"), (BORIS, "attendee"), kind="meeting", rule="calendar.meeting")
    mine = kept("both", (ANNA, "attendee"), kind="meeting", rule="calendar.meeting")
    story.judge((meeting(1, [ANNA, BORIS], "Choir", ago(days=7)), theirs))
    story.judge((meeting(2, [ANNA], "Work morning", ago(days=6)), mine))
    anna, boris = with_one(story, "anna"), with_one(story, "boris")
    assert (anna.mine.hosted, anna.theirs.hosted) == (1, 1)
    assert (boris.mine.hosted, boris.theirs.hosted) == (0, 0)


def test_what_is_done_to_several_at_once_counts_once_among_them(db: Database) -> None:
    story = Story(db)
    several = [ANNA, BORIS, EVE]
    group = replace(
        card(9, "Choir list", ANNA.address),
        card=(("categories", {}, "text", "Choir"), *card(9, ANNA.name, ANNA.address).card),
    )
    other = replace(
        card(8, BORIS.name, BORIS.address),
        card=(("categories", {}, "text", "Choir"), *card(8, BORIS.name, BORIS.address).card),
    )
    story.judge((group, Verdict(True, "contact", "contact.card")), (other, Verdict(True, "contact", "contact.card")))
    parties = [(one, "attendee") for one in several]
    story.judge(
        (meeting(1, several, "Rehearsal", ago(days=7)), kept("both", *parties, kind="meeting", rule="calendar.meeting"))
    )
    asked = mail(2, OWNER, several, "Who brings cake?", ago(days=6))
    story.judge((asked, kept("out", *((one, "to") for one in several), rule="mail.sent")))
    answer = replace(mail(3, EVE, [OWNER], "Re: Who brings cake?", ago(days=5)), in_reply_to=asked.message_id)
    story.judge((answer, kept("in", (EVE, "from"))))
    circles.renew(db, story.owner_id)
    found = balances(db, story.owner_id, now())
    all_of_them = found.overall
    assert (all_of_them.people, all_of_them.mine.hosted, all_of_them.mine.began) == (3, 1, 1)
    assert (all_of_them.theirs.asked, all_of_them.theirs.answered) == (1, 1), "one answered: it is answered"
    [choir] = found.circles
    assert (choir.balance.people, choir.balance.mine.hosted, choir.balance.mine.began) == (2, 1, 1)
    assert (choir.balance.theirs.asked, choir.balance.theirs.answered) == (1, 0), "nobody in the choir did"
    word.merge(db, story.owner_id, [[ANNA.address], [BORIS.address]])
    settled(db)
    assert balances(db, story.owner_id, now()).overall.mine == all_of_them.mine
    forget.forget(db, story.owner_id, [EVE.address], [EVE.name])
    settled(db)
    left = overall(story)
    assert (left.people, left.mine.hosted, left.theirs.asked, left.theirs.answered) == (1, 1, 1, 0)


def test_one_answer_to_several_mails_is_one_answer_to_the_mail_it_names(db: Database) -> None:
    """RFC 5322 §3.6.4: In-Reply-To names what a mail answers."""
    story = Story(db)
    first, second = (mail(n, ANNA, [OWNER], "Cake", ago(days=9 - n)) for n in (1, 2))
    first, second = (replace(one, thread="t") for one in (first, second))
    answer = replace(mail(3, OWNER, [ANNA], "Re: Cake", ago(days=6)), in_reply_to=second.message_id, thread="t")
    story.judge((first, kept("in", (ANNA, "from"))), (second, kept("in", (ANNA, "from"))))
    story.judge((answer, kept("out", (ANNA, "to"), rule="mail.sent")))
    found = with_one(story, "anna")
    assert (found.mine.asked, found.mine.answered, len(found.mine.evidence["answers"])) == (1, 1, 1)
    assert found.given == pytest.approx(1.0, abs=0.1)


def test_nobody_hosts_what_a_title_or_the_owners_word_tells(db: Database) -> None:
    story = Story(db)
    entry = replace(
        kept("both", (ANNA, "attendee"), kind="meeting", rule="calendar.from_title"), evidence={"from": "your calendar"}
    )
    again = replace(entry, rule="owner.kind", evidence={"your word": "kind=meeting", "from": "your calendar"})
    story.judge((meeting(1, [], "Coffee with Anna", ago(days=7)), entry))
    story.judge((meeting(2, [], "Tea with Anna", ago(days=6)), again))
    word.note(db, story.owner_id, notes.Note("met", ANNA.address, ANNA.name, int(ago(days=5).timestamp()), False))
    settled(db)
    found = with_one(story, "anna")
    assert (found.mine.hosted, found.theirs.hosted) == (0, 0)
    assert len(named(db, story.owner_id, "anna", now()).people[0].kinds) == 1


def test_of_much_evidence_the_newest_hundred_are_told(db: Database) -> None:
    story = Story(db)
    for number in range(103):
        asked = mail(number, ANNA, [OWNER], f"Question {number}", ago(days=200 - number))
        story.judge((asked, kept("in", (ANNA, "from"))))
    found = with_one(story, "anna").theirs
    assert (found.began, len(found.evidence["began"]), found.left_out) == (103, 100, {"began": 3})
    assert found.evidence["began"] == sorted(found.evidence["began"], reverse=True)


def test_asked_twice_at_once_it_is_counted_once(db: Database) -> None:
    story = told(db)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: overall(story), range(8)))
    assert len(set(map(str, found))) == 1


def test_circles_are_told_by_name(db: Database) -> None:
    story = told(db)
    group = card(9, "Anna Berg", ANNA.address)
    group = replace(group, card=(("categories", {}, "text", "Choir"), *group.card))
    story.judge((group, Verdict(True, "contact", "contact.card")))
    circles.renew(db, story.owner_id)
    [one] = balances(db, story.owner_id, now()).circles
    assert (one.name, one.balance.people, one.balance.mine.answered) == ("Choir", 1, 10)
    assert balances(db, story.owner_id, now(), circle="choir").circles == (one,)
    assert balances(db, story.owner_id, now(), circle="garden").circles == ()


def test_one_owner_never_sees_anothers_balance(db: Database) -> None:
    story = told(db)
    other = Story(db, "other", "/other")
    assert overall(other).people == 0
    letters(other, BORIS, 700, 1, answered=1)
    assert (overall(other).mine.answered, overall(story).mine.answered) == (1, 10)


def settled(db: Database) -> None:
    identity.settle(db)
    ties.settle(db)
