"""What the owner excludes leaves the database, word for word; what they take back returns with the next reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from interactions.errors import LeaseLost, UsageProblem
from interactions.items import Mailbox, Page
from interactions.store import accounts, pages, purge
from interactions.store.database import Database
from tests.interactions.store.life import ANNA, BORIS, CARLA, OWNER, START, card, event, mail
from tests.interactions.store.sources import Source, emptied, holding, judge_all, rows, states
from tests.torture.dump import dump

WANDA = Mailbox("wanda@plum.example", "Wanda Wordone")


def fill(source: Source) -> None:
    """Wanda's things, some shared with Anna, and Anna's."""
    source.listing(
        mail("1", WANDA, [OWNER, Mailbox("only.here@wordtwo.example", "Wordthree")], "Wordfour", labels=["Zebra"]),
        mail("2", OWNER, [WANDA], "Wordfive", 1),
        mail("3", ANNA, [OWNER], "Choir", 2, labels=["Stay"]),
        mail("4", OWNER, [ANNA], "Re: Choir", 3, answers="3"),
        event("5", "wordsix", START, "Wordseven", guests=[WANDA, ANNA], calendar="Quince"),
        event("6", "walk", START, "Walk", calendar="Work"),
        card("7", "Wordeight", WANDA.address, "wordnine@x.example"),
    )
    judge_all(source.db)


WORDS = [f"word{n}" for n in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")]


def test_excluding_an_address_takes_everything_of_it_away(db: Database) -> None:
    source = Source(db, "google.mail")
    fill(source)
    assert len(holding(db, *WORDS)) > 10
    assert purge.exclude(db, source.owner_id, "address", "Wanda@Plum.example") == 4
    judge_all(db)
    assert holding(db, *WORDS) == []
    assert holding(db, "plum") == ["tombstones.value"]
    assert sorted(row[0] for row in rows(db, "SELECT title FROM interactions")) == ["Choir", "Re: Choir", "Walk"]
    assert [row for row in states(db).items() if row[1] == "dropped"] == [(key, "dropped") for key in "1257"]
    assert rows(db, "SELECT DISTINCT rule FROM items WHERE state = 'dropped'") == [("excluded.address",)]


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [("domain", "@plum.example", "1257"), ("label", "zebra", "1"), ("calendar", " QUINCE ", "5")],
)
def test_other_exclusions_take_what_they_name(db: Database, kind: str, value: str, taken: str) -> None:
    source = Source(db, "google.mail")
    fill(source)
    assert purge.exclude(db, source.owner_id, kind, value) == len(taken)
    judge_all(db)
    assert {key for key, state in states(db).items() if state == "dropped"} == set(taken)
    assert purge.excluded(db, source.owner_id) == [(kind, value.strip().strip("@").lower())]
    assert purge.exclude(db, source.owner_id, kind, value) == 0


def test_an_exclusion_before_and_after_end_the_same(db: Database) -> None:
    logs = []
    for before in (True, False):
        emptied(db)
        source = Source(db, "google.mail")
        if before:
            purge.exclude(db, source.owner_id, "domain", "plum.example")
        fill(source)
        if not before:
            purge.exclude(db, source.owner_id, "domain", "plum.example")
        judge_all(db)
        log = dump(db)
        log["items"] = [row[:6] for row in log["items"]]
        log["facts"] = [row for row in log["facts"] if any(row[1:])]
        logs.append(log)
    assert logs[0] == logs[1]


def test_what_is_included_again_returns_with_the_next_reading(db: Database) -> None:
    source = Source(db, "google.mail")
    fill(source)
    before = dump(db)
    purge.exclude(db, source.owner_id, "address", WANDA.address)
    judge_all(db)
    assert purge.include(db, source.owner_id, "address", "WANDA@plum.example")
    assert rows(db, "SELECT DISTINCT cursor FROM containers") == [(None,)]
    assert [one.stream_id for one in accounts.due(db, 60)] == [source.stream_id]
    fill(source)
    assert dump(db) == before
    assert not purge.include(db, source.owner_id, "address", WANDA.address)


def test_a_pull_under_way_cannot_save_its_cursor_over_a_new_reading(db: Database) -> None:
    source = Source(db, "google.mail")
    purge.exclude(db, source.owner_id, "address", WANDA.address)
    lease = source.lease()
    number, reading = source.container(lease), pages.reader(db, lease)
    purge.include(db, source.owner_id, "address", WANDA.address)
    with pytest.raises(LeaseLost):
        pages.save_page(db, lease, number, Page((), "late"), reading, source.ids)


def test_an_answer_to_an_excluded_mail_is_judged_without_it(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(
        mail("q", OWNER, [WANDA, ANNA], "Question", message_id="q@x.example"),
        mail("a", ANNA, [OWNER], "Re: Question", 1, answers="q"),
    )
    purge.exclude(db, source.owner_id, "address", WANDA.address)
    judge_all(db)
    facts = {row[0]: tuple(map(bool, row[1:])) for row in dump(db)["facts"]}
    assert not any(facts.get(ANNA.address, ()))


@pytest.mark.parametrize(("kind", "value"), [("person", "anna"), ("address", "  "), ("domain", "@"), ("", "")])
def test_what_cannot_be_excluded_is_refused(db: Database, kind: str, value: str) -> None:
    source = Source(db, "google.mail")
    with pytest.raises(UsageProblem, match="calendar, label, domain, address"):
        purge.exclude(db, source.owner_id, kind, value)
    assert purge.excluded(db, source.owner_id) == []


def test_other_owners_keep_what_one_owner_excludes(db: Database) -> None:
    mine, theirs = Source(db, "google.mail"), Source(db, "google.mail", owner="you", subject="2")
    for source in (mine, theirs):
        fill(source)
    before = of_owner(db, theirs.owner_id)
    purge.exclude(db, mine.owner_id, "address", WANDA.address)
    judge_all(db)
    assert of_owner(db, theirs.owner_id) == before
    fill(theirs)
    assert of_owner(db, theirs.owner_id) == before
    assert purge.excluded(db, theirs.owner_id) == []


def of_owner(db: Database, owner_id: int) -> list[list[tuple[object, ...]]]:
    """Everything of one owner, with its ids: it has to stay exactly as it is."""
    people = (
        "SELECT p.address_id, p.person_id FROM person_addresses p JOIN addresses a ON a.id = p.address_id"
        " WHERE a.owner_id = :owner ORDER BY 1"
    )
    facts = "SELECT f.* FROM facts f JOIN addresses a ON a.id = f.address_id WHERE a.owner_id = :owner ORDER BY 1"
    lines = (
        "SELECT p.* FROM participants p JOIN interactions i ON i.id = p.interaction_id WHERE i.owner_id = :owner"
        " ORDER BY 1, 2, 3"
    )
    proofs = (
        "SELECT s.interaction_id, s.item_id FROM sources s JOIN interactions i ON i.id = s.interaction_id"
        " WHERE i.owner_id = :owner ORDER BY 1, 2"
    )
    return [
        *(
            rows(db, f"SELECT {columns} FROM {table} WHERE owner_id = :owner ORDER BY id", owner=owner_id)
            for table, columns in (
                ("items", "id, external_id, state, rule, revision, counts"),
                ("addresses", "*"),
                ("interactions", "*"),
            )
        ),
        *(rows(db, query, owner=owner_id) for query in (people, facts, lines, proofs)),
    ]


STEPS: list[tuple[str, Callable[[Source], object]]] = [
    ("a copy", lambda other: other.log(mail("h1", ANNA, [OWNER], "Choir", 0, message_id="c@x.example"))),
    ("a letter to her", lambda other: other.log(mail("h2", OWNER, [ANNA, BORIS], "Hi", 1, message_id="q@x.example"))),
    ("an answer", lambda other: other.log(mail("h3", BORIS, [OWNER], "Re: When", 2, answers="mine"))),
    ("an override", lambda other: other.log(event("e2", "s", START, "Late", recurrence=START, status="cancelled"))),
    ("a joining card", lambda other: other.log(card("c", "", ANNA.address, CARLA.address, uid="anna"))),
    ("an own address", lambda other: accounts.add_own(other.db, other.owner_id, [ANNA.address])),
    ("a lost listing", lambda other: other.listing()),
]


def test_nothing_one_owner_stores_shows_in_anothers_log(db: Database) -> None:
    mine = Source(db)
    mine.log(
        mail("h1", ANNA, [OWNER], "Choir", 0, message_id="c@x.example"),
        mail("h4", OWNER, [CARLA], "When", 1, message_id="mine@x.example"),
        mail("h5", BORIS, [OWNER], "Re: Hi", 2, answers="q"),
        event("e", "s", START, "Weekly", rrule="FREQ=WEEKLY;COUNT=3"),
        card("c", "Anna", ANNA.address, "anna@home.example", uid="anna"),
    )
    before = of_owner(db, mine.owner_id)
    assert all(before)
    other = Source(db, owner="you", subject="/theirs")
    for name, step in STEPS:
        step(other)
        if name == "a copy":
            assert len(of_owner(db, other.owner_id)[2]) == 1
        assert of_owner(db, mine.owner_id) == before, name
        judge_all(db)
        assert of_owner(db, mine.owner_id) == before, name
    with pytest.raises(UsageProblem, match="several owners"):
        accounts.owner(db)
