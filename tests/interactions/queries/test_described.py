"""One language for the log and for people: circles, states, ties and last contacts, the same on both databases."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from interactions.errors import UsageProblem
from interactions.items import Mailbox
from interactions.queries.chosen import Order
from interactions.queries.language import parse
from interactions.queries.log import log
from interactions.queries.people import people
from interactions.store import word
from interactions.store.corrections import CADENCE, CIRCLE, CIRCLE_NAME, MUTE, REST, Word
from interactions.store.database import Database
from interactions.verdict import Verdict
from tests.interactions.queries.story import ME, Story, card, kept, mail, meeting

#: Days of silence of people who used to write every two weeks, by what that makes of them.
SILENT = {"Tom Touch": 3, "Dana Due": 40, "Olga Overdue": 80, "Finn Fading": 150, "Dora Dormant": 300}


def back(days: float) -> datetime:
    """So many days before this moment: ties are counted by the database's own clock."""
    return datetime.now(UTC) - timedelta(days=days)


def who(name: str) -> Mailbox:
    return Mailbox(f"{name.split()[0].lower()}@{name.split()[1].lower()}.example", name)


def write(story: Story, name: str, days: float, *, mine: bool, title: str = "") -> None:
    """One mail between the owner and somebody."""
    one, number = who(name), int(days * 1_000) + 10_000_000 * len(name) + ord(name[0]) + mine
    sent = mail(number, *((Mailbox(ME), [one]) if mine else (one, [Mailbox(ME)])), title or name, back(days))
    story.judge((sent, kept("out", (one, "to")) if mine else kept("in", (one, "from"))))


def lived(db: Database) -> Story:
    """Five people silent for ever longer; one to be met, one who was, one not answering, one who wrote once; a card."""
    story = Story(db)
    for name, silence in SILENT.items():
        for turn in range(4):
            write(story, name, silence + 14 * turn + 1, mine=True)
            write(story, name, silence + 14 * turn, mine=False)
    write(story, "Wim Waiting", 5, mine=False)
    write(story, "Wim Waiting", 2, mine=True)
    write(story, "Once Only", 10, mine=False)
    met, plan = who("Mia Met"), who("Pia Planned")
    story.judge(
        (meeting(1, [met], "Lunch", back(20)), kept("both", (met, "attendee"), kind="meeting")),
        (meeting(2, [plan], "Tea", back(70)), kept("both", (plan, "attendee"), kind="call")),
        (meeting(3, [plan], "Concert", back(-6)), kept("both", (plan, "attendee"), kind="meeting")),
        (card(4, "Cara Card", "cara@card.example"), Verdict(True, "contact", "contact.card")),
    )
    circle = [Word(CIRCLE, f"own:choir|{who(name).address}", "in") for name in ("Tom Touch", "Olga Overdue")]
    word.circle(db, story.owner_id, [Word(CIRCLE_NAME, "own:choir", "Choir"), *circle])
    return story


def listed(story: Story, query: str, order: Order | None = None) -> list[str]:
    asked = parse(query, datetime.now(UTC), UTC)
    found = people(story.db, story.owner_id, asked, int(time.time()), order=order or Order("name"))
    assert found.total == len(found.people)
    return [one.name for one in found.people]


def titles(story: Story, query: str, *, oldest: bool = False) -> list[str]:
    asked = parse(query, datetime.now(UTC), UTC)
    return [one.title for one in log(story.db, story.owner_id, asked, int(time.time()), oldest=oldest).entries]


EVERYBODY = [
    "Cara Card", "Dana Due", "Dora Dormant", "Finn Fading", "Mia Met", "Olga Overdue", "Once Only", "Pia Planned",
    "Tom Touch", "Wim Waiting",
]  # fmt: skip
PEOPLE = {
    "": EVERYBODY,
    "state:in-touch": ["Mia Met", "Tom Touch", "Wim Waiting"],
    "state:due": ["Dana Due"],
    "state:overdue": ["Olga Overdue", "Pia Planned"],
    "state:fading state:dormant": ["Dora Dormant", "Finn Fading"],
    "state:planned": ["Pia Planned"],
    "state:waiting": ["Wim Waiting"],
    "state:overdue -state:planned": ["Olga Overdue"],
    "-state:in-touch -state:overdue": ["Cara Card", "Dana Due", "Dora Dormant", "Finn Fading", "Once Only"],
    "tie:new": ["Mia Met", "Tom Touch", "Wim Waiting"],
    "tie:quiet -state:dormant": ["Dana Due", "Finn Fading", "Olga Overdue", "Pia Planned"],
    "met:<30d": ["Mia Met"],
    "met:3m": ["Mia Met", "Pia Planned"],
    "met:>30d": ["Pia Planned"],
    "met:30d+": ["Pia Planned"],
    "-met:never": ["Mia Met", "Pia Planned"],
    "met:never state:in-touch": ["Tom Touch", "Wim Waiting"],
    "heard:4d": ["Tom Touch"],
    "seen:4d": ["Tom Touch", "Wim Waiting"],
    "seen:>6m": ["Dora Dormant"],
    "seen:never": ["Cara Card"],
    "heard:1y+": [],
    "circle:choir": ["Olga Overdue", "Tom Touch"],
    "circle:choir state:overdue met:never": ["Olga Overdue"],
    "-circle:choir state:in-touch": ["Mia Met", "Wim Waiting"],
    "kind:meeting": ["Mia Met"],
    "kind:call kind:meeting": ["Mia Met", "Pia Planned"],
    "kind:call after:30d": [],
    "-kind:mail": ["Cara Card", "Mia Met", "Pia Planned"],
    "direction:out after:4d": ["Tom Touch", "Wim Waiting"],
    "-direction:out -direction:both": ["Cara Card", "Once Only"],
    "after:15d": ["Once Only", "Tom Touch", "Wim Waiting"],
    "before:6m": ["Dora Dormant"],
    "after:6m before:100d": ["Finn Fading"],
    "after:tomorrow": ["Pia Planned"],
    "account:archive after:4d": ["Tom Touch", "Wim Waiting"],
    "account:elsewhere": [],
    "-account:archive": ["Cara Card"],
    "with:DUE": ["Dana Due", "Olga Overdue"],
    "dana due.example": ["Dana Due"],
    "due -with:olga": ["Dana Due"],
    "-due -touch state:overdue": ["Pia Planned"],
    "nobody": [],
}
LOG = {
    "state:waiting": ["Wim Waiting", "Wim Waiting"],
    "state:planned": ["Tea"],
    "state:planned after:yesterday before:2999-01-01": ["Concert"],
    "met:30d": ["Lunch"],
    "met:30d kind:mail": [],
    "kind:meeting -met:30d": [],
    "circle:choir state:overdue before:4d": ["Olga Overdue"] * 8,
    "tie:quiet met:3m": ["Tea"],
    "-state:in-touch -state:overdue -tie:quiet": ["Once Only"],
}


def test_a_query_means_the_same_people_on_every_database(db: Database) -> None:
    story = lived(db)
    assert {query: listed(story, query) for query in PEOPLE} == PEOPLE
    assert {query: titles(story, query) for query in LOG} == LOG


def test_in_the_log_one_person_is_all_that_is_asked_for_and_a_circle(db: Database) -> None:
    story = lived(db)
    tom, dana = who("Tom Touch"), who("Dana Due")
    both = mail(1, tom, [Mailbox(ME), dana], "To both", back(3))
    story.judge((both, kept("in", (tom, "from"), (dana, "to"))))
    assert "To both" in titles(story, "circle:choir state:in-touch")
    assert "To both" not in titles(story, "circle:choir state:due"), "Dana is due and does not sing"
    assert "To both" not in titles(story, "circle:choir -state:due"), "a minus leaves out whatever she is in"
    assert listed(story, "heard:2w state:due") == [], "who is merely named was not heard of"
    assert listed(story, "seen:2w state:due") == ["Dana Due"]


def test_a_state_is_the_one_that_tend_knows(db: Database) -> None:
    story = lived(db)
    address = who("Tom Touch").address
    word.tend(db, story.owner_id, [Word(CADENCE, address, "1")])
    assert listed(story, "state:overdue -state:planned") == ["Olga Overdue", "Tom Touch"]
    word.tend(db, story.owner_id, [Word(REST, who("Dana Due").address, "yes")])
    assert listed(story, "state:due") == ["Dana Due"], "who rests is asked about no more, and is found"


def test_people_are_sorted_as_asked_and_back(db: Database) -> None:
    story = lived(db)

    def order(by: str, reverse: bool = False) -> list[str]:
        return listed(story, "", Order(by, reverse, int(time.time()) // 86_400))

    assert order("last")[:3] == ["Wim Waiting", "Tom Touch", "Once Only"]
    assert order("last")[-2:] == ["Dora Dormant", "Cara Card"]
    assert order("last", True)[::9] == ["Dora Dormant", "Cara Card"], "nothing to sort by comes last both ways"
    assert order("first")[0] == "Dora Dormant"
    assert order("first", True)[0] == "Once Only" or order("first", True)[0] == "Wim Waiting"
    assert order("name") == EVERYBODY
    assert order("name", True) == EVERYBODY[::-1]
    assert set(order("total")[:5]) == set(SILENT)
    assert order("total", True)[0] == "Cara Card"
    assert order("close")[0] == "Tom Touch"
    assert set(order("close")[-2:]) == {"Cara Card", "Once Only"}
    assert order("quiet")[0] == "Dora Dormant"
    assert order("quiet", True)[0] == "Wim Waiting"


def test_pages_of_sorted_people_join_and_the_muted_are_counted_among_those_asked_for(db: Database) -> None:
    story = lived(db)
    word.leave_out(db, story.owner_id, MUTE, [who("Tom Touch").address])
    asked, now = parse("state:in-touch", datetime.now(UTC), UTC), int(time.time())
    for by in ("name", "close", "total"):
        pages = [people(db, story.owner_id, asked, now, limit=1, offset=at, order=Order(by)) for at in range(4)]
        assert sorted(one.name for page in pages for one in page.people) == ["Mia Met", "Tom Touch", "Wim Waiting"]
    found = people(db, story.owner_id, asked, now, muted=False)
    assert ([one.name for one in found.people], found.total, found.muted) == (["Wim Waiting", "Mia Met"], 2, 1)
    left = parse("state:in-touch -with:tom", datetime.now(UTC), UTC)
    assert people(db, story.owner_id, left, now, muted=False).muted == 0


def test_the_oldest_may_stand_first(db: Database) -> None:
    story = lived(db)
    assert titles(story, "with:mia with:lunch", oldest=True) == []
    assert titles(story, "", oldest=True) == titles(story, "")[::-1]


def test_a_circle_that_is_not_there_is_said_with_those_that_are(db: Database) -> None:
    story = lived(db)
    for ask in (listed, titles):
        with pytest.raises(UsageProblem, match=r"No circle is called 'tennis'\. There is Choir\."):
            ask(story, "circle:tennis")  # type: ignore[operator]
