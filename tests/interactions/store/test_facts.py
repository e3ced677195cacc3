"""Facts of addresses: the same whatever came first, and owed exactly where they changed."""

from __future__ import annotations

import pytest

from interactions.items import Gone, Item, Mailbox
from interactions.store import accounts, purge, recount
from interactions.store.database import Database
from tests.interactions.store.life import ANNA, BORIS, CARLA, OLD_ME, OWNER, START, card, event, life, mail
from tests.interactions.store.sources import Source, emptied, judge_all, owed, rows
from tests.torture.dump import dump


def facts(db: Database) -> dict[str, tuple[bool, ...]]:
    """Address → own, sent to, answered, in the book; of those with any."""
    return {row[0]: tuple(map(bool, row[1:])) for row in dump(db)["facts"] if any(row[1:])}


def owed_ids(db: Database) -> set[str]:
    numbers = set(owed(db))
    return {row[1] for row in rows(db, "SELECT id, external_id FROM items") if row[0] in numbers}


@pytest.mark.parametrize(
    "teaches",
    [mail("new", OWNER, [CARLA, ANNA], "Hello"), card("new", "Anna", "Anna@Choir.Example")],
    ids=["written to", "in the book"],
)
def test_a_fact_that_flips_owes_the_items_of_its_address_and_no_others(db: Database, teaches: Item) -> None:
    source = Source(db, "google.mail")
    source.log(
        *(mail(f"a{n}", ANNA, [OWNER], "From Anna", n) for n in range(3)),
        mail("b", BORIS, [ANNA, OWNER], "To Anna"),
        event("e", "u", START, "With Anna"),
    )
    source.save(teaches)
    assert owed_ids(db) == {"new", "a0", "a1", "a2"}
    judge_all(db)
    source.save(teaches)
    assert owed(db) == []


def test_a_fact_that_is_known_already_owes_nothing(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(mail("s", OWNER, [ANNA], "Hello"), mail("a", ANNA, [OWNER], "From Anna"))
    source.save(mail("s2", OWNER, [ANNA], "Hello again", 3))
    assert owed_ids(db) == {"s2"}


def test_an_answer_counts_whichever_of_the_two_mails_came_first(db: Database) -> None:
    question = mail("q", OWNER, [ANNA], "When?", message_id="q@x.example")
    answer = mail("a", CARLA, [OWNER], "Re: When?", 1, answers="q")
    found = []
    for order in ([question, answer], [answer, question]):
        emptied(db)
        source = Source(db, "google.mail")
        for one in order:
            source.log(one)
        assert facts(db)[CARLA.address] == (False, False, True, False)
        found.append(dump(db))
    assert found[0] == found[1]


def test_an_answer_of_somebody_who_answered_before_is_owed_when_its_question_comes(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(
        mail("q1", OWNER, [ANNA], "When?"),
        mail("a1", ANNA, [OWNER], "Re: When?", 1, answers="q1"),
        mail("a2", ANNA, [OWNER], "Re: Where?", 3, answers="q2"),
    )
    source.save(mail("q2", OWNER, [ANNA], "Where?", 2))
    assert owed_ids(db) == {"q2", "a2"}
    judge_all(db)
    [(mine,)] = rows(db, "SELECT v.body FROM verdicts v JOIN items i ON i.id = v.item_id WHERE external_id = 'a2'")
    [(other,)] = rows(db, "SELECT v.body FROM verdicts v JOIN items i ON i.id = v.item_id WHERE external_id = 'a1'")
    assert mine == other


def test_an_answer_to_somebody_elses_mail_proves_nothing(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(
        mail("q", BORIS, [OWNER, ANNA], "When?", message_id="q@x.example"),
        mail("a", ANNA, [BORIS, OWNER], "Re: When?", answers="q"),
    )
    assert ANNA.address not in facts(db)


def test_facts_are_counted_by_canonical_address(db: Database) -> None:
    gmail, spelt = Mailbox("An.Na+x@googlemail.com"), Mailbox("anna@gmail.com")
    Source(db, "google.mail").log(mail("1", OWNER, [gmail], "Hi"), mail("2", spelt, [OWNER], "Re"))
    assert facts(db)["anna@gmail.com"] == (False, True, False, False)


def test_counting_anew_finds_what_was_counted_along_the_way(db: Database) -> None:
    sources: dict[str, Source] = {}
    for chain in life():
        for stream, container, item in chain:
            sources.setdefault(stream, Source(db, stream, subject=stream)).save(item, container=container)
    judge_all(db)
    owner_id = sources["file.mbox"].owner_id
    before = dump(db)
    with db.writing() as conn:
        recount.recount(conn, owner_id)
    assert (dump(db), owed(db)) == (before, [])
    # After a purge the log is what it would be if the excluded had never come.
    purge.exclude(db, owner_id, "address", "carla@sea.example")
    judge_all(db)
    purged = facts(db)
    emptied(db)
    sources = {}
    purge.exclude(db, accounts.owner(db, "me"), "address", "carla@sea.example")
    for chain in life():
        for stream, container, item in chain:
            sources.setdefault(stream, Source(db, stream, subject=stream)).save(item, container=container)
    judge_all(db)
    assert purged == facts(db)


def test_declaring_an_own_address_late_is_as_good_as_early(db: Database) -> None:
    found = [
        mail("q", OLD_ME, [ANNA], "When?", message_id="q@x.example"),
        mail("a", ANNA, [OLD_ME], "Re: When?", 1, answers="q"),
        mail("t", OWNER, [OLD_ME], "To myself"),
    ]
    logs = []
    for late in (False, True):
        emptied(db)
        source = Source(db, "google.mail")
        for step in (True, False) if late else (False, True):
            if step:
                source.log(*found)
            else:
                accounts.add_own(db, source.owner_id, ["Me@old.example"])
        judge_all(db)
        logs.append(dump(db))
    assert logs[0] == logs[1]
    assert facts(db)[ANNA.address] == (False, True, True, False)


@pytest.mark.parametrize("after", [Gone("c"), card("c", "Anna", "other@choir.example")], ids=["deleted", "changed"])
def test_an_address_leaves_the_book_with_its_card(db: Database, after: Item) -> None:
    source = Source(db, "google.contacts")
    source.log(card("c", "Anna", ANNA.address))
    source.log(after)
    assert not facts(db).get(ANNA.address, (False,) * 4)[3]
