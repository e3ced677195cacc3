"""The log as asked, the same on both databases."""

from __future__ import annotations

from datetime import UTC

import pytest

from interactions.items import Mailbox
from interactions.queries.language import parse
from interactions.queries.log import Log, log
from interactions.store import ties
from interactions.store.database import Database
from interactions.verdict import Verdict
from kith.show.answers import log_sum
from tests.interactions.queries.story import ANNA, BORIS, ME, NOW, Story, ago, card, kept, mail, now, tell

QUERIES = {
    "with:anna": ["100% sure_thing", "Work morning", "Re: Choir weekend", "Choir weekend"],
    "with:a.berg@office.example": ["100% sure_thing", "Work morning", "Re: Choir weekend", "Choir weekend"],
    'with:"berg anna"': ["100% sure_thing", "Work morning", "Re: Choir weekend", "Choir weekend"],
    "with:anna with:boris": ["Work morning"],
    "with:ЕЛКИН": ["ЁЛКА и Straße", "Work morning"],
    "-with:anna": ["ЁЛКА и Straße"],
    "kind:meeting": ["Work morning"],
    "-kind:mail": ["Work morning"],
    "direction:out": ["Re: Choir weekend"],
    "-direction:in": ["Work morning", "Re: Choir weekend"],
    "after:7d before:yesterday": ["100% sure_thing", "Work morning"],
    "after:yesterday": ["ЁЛКА и Straße"],
    "account:archive kind:meeting": ["Work morning"],
    "account:elsewhere": [],
    "-account:elsewhere kind:meeting": ["Work morning"],
    "weekend": ["Re: Choir weekend", "Choir weekend"],
    "choir.example kind:meeting": ["Work morning"],
    '"weekend choir"': [],
    "weekend choir": ["Re: Choir weekend", "Choir weekend"],
    "елка": ["ЁЛКА и Straße"],
    "STRASSE": ["ЁЛКА и Straße"],
    "100%": ["100% sure_thing"],
    "100_": [],
    "sure_": ["100% sure_thing"],
    "-weekend direction:in": ["ЁЛКА и Straße", "100% sure_thing"],
    "boris": ["ЁЛКА и Straße", "Work morning"],
    "'; DROP TABLE items;": [],
}


def ask(story: Story, query: str = "", **options: int | bool) -> Log:
    return log(story.db, story.owner_id, parse(query, NOW, UTC), now(), **options)  # type: ignore[arg-type]


def titles(story: Story, query: str = "", **options: int | bool) -> list[str]:
    return [entry.title for entry in ask(story, query, **options).entries]


def test_the_newest_stands_first_and_the_future_is_left_out(db: Database) -> None:
    story = tell(db)
    found = ask(story)
    assert [entry.title for entry in found.entries] == [
        "ЁЛКА и Straße", "100% sure_thing", "Work morning", "Re: Choir weekend", "Choir weekend",
    ]  # fmt: skip
    assert (found.total, found.people, found.dropped) == (5, 2, 3)
    assert not any(entry.planned for entry in found.entries)


def test_people_are_as_many_whether_counted_beside_their_ties_or_in_the_log(db: Database) -> None:
    story = tell(db)
    assert ask(story).people == ask(story, "after:2001-01-01").people == 2
    db.write(lambda conn: ties.owe_all(conn, story.owner_id))
    assert ask(story).people == 2, "while they are to be counted anew"


def test_planned_meetings_are_shown_when_asked_for_soonest_first(db: Database) -> None:
    story = tell(db)
    planned = ask(story, planned=True)
    assert [(entry.title, entry.planned) for entry in planned.entries] == [("Dinner", True)]
    assert titles(story, "after:tomorrow") == ["Dinner"]
    assert titles(story, "kind:meeting before:2027-01-01") == ["Dinner", "Work morning"]


def test_a_query_means_the_same_on_every_database(db: Database) -> None:
    story = tell(db)
    assert {query: titles(story, query) for query in QUERIES} == QUERIES


def test_the_cards_name_finds_all_addresses_of_a_person(db: Database) -> None:
    story = tell(db)
    assert titles(story, "with:sørensen") == titles(story, "with:anna")
    first = ask(story, "kind:meeting").entries[0]
    assert [who.name for who in first.people] == ["Anna Berg-Sørensen", "Борис Ёлкин"]


def test_pages_join_without_gap_or_overlap(db: Database) -> None:
    story = tell(db)
    parts = [titles(story, limit=2, offset=start) for start in (0, 2, 4, 6)]
    assert [title for part in parts for title in part] == titles(story)
    assert ask(story, limit=2).total == 5


def test_what_goes_on_and_on_is_counted_so_far_and_no_further(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    story = tell(db)
    monkeypatch.setattr("interactions.queries.log.COUNTED_MAX", 3)
    mails = ask(story, "kind:mail")
    assert (mails.total, mails.more, mails.people, len(mails.entries)) == (3, True, None, 4)
    assert (ask(story).total, ask(story).people) == (3, 2), "ties know of everybody"
    assert log_sum(mails, planned=False) == "more than 3 interactions · the first 4 are shown (--limit)"
    meetings = ask(story, "kind:meeting")
    assert (meetings.total, meetings.more, meetings.people) == (1, False, 2)


def test_dropped_items_are_counted_for_the_time_asked_and_only_then(db: Database) -> None:
    story = tell(db)
    assert ask(story, "after:7d").dropped == 2
    assert ask(story, "after:7d with:anna").dropped == 0


def test_one_owner_never_sees_anothers_log(db: Database) -> None:
    story = tell(db)
    other = Story(db, "other", "/other")
    other.judge((mail(9, BORIS, [Mailbox(ME)], "Secret", ago(days=1)), kept("in", (BORIS, "from"))))
    assert "Secret" not in titles(story)
    assert "Secret" not in titles(story, "with:boris")
    assert titles(other, "with:boris") == ["Secret"]
    assert titles(other, "choir") == []


def test_what_a_sender_chose_is_only_ever_text(db: Database) -> None:
    story = Story(db)
    name = "x%' OR 1=1 --"
    hostile = Mailbox("hostile@x.example", name)
    story.judge((mail(1, hostile, [Mailbox(ME)], "50% \\ off_", ago(days=1)), kept("in", (hostile, "from"))))
    assert ask(story, "with:hostile").entries[0].people[0].name == name
    assert titles(story, "50% off_") == ["50% \\ off_"]
    assert titles(story, '"% \\"') == ["50% \\ off_"]
    assert ANNA.address not in str(ask(story).entries)


def test_a_mail_from_an_address_that_two_share_is_by_whom_it_says(db: Database) -> None:
    story = tell(db)
    for number, name in ((31, "Hanna Weiss"), (32, "Karl Weiss")):
        sender = Mailbox("weiss@web.example", name)
        story.judge(
            (card(number, name, sender.address), Verdict(True, "contact", "contact.card")),
            (mail(number, sender, [Mailbox(ME)], f"By {name}", ago(days=2)), kept("in", (sender, "from"))),
        )
    found = ask(story, "with:weiss@web.example").entries
    assert {(entry.title, entry.people[0].name) for entry in found} == {
        ("By Hanna Weiss", "Hanna Weiss"), ("By Karl Weiss", "Karl Weiss")
    }  # fmt: skip
    assert len({entry.people[0].person_id for entry in found}) == 1
