"""Pages: stored whole with their cursor or not at all, replayed without effect, swept at the end of a listing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from interactions.errors import LeaseLost, SuddenlyEmpty
from interactions.items import Gone, Item, Mailbox, Page, Unreadable
from interactions.store import pages, purge
from interactions.store.database import Database
from tests.interactions.store.life import ANNA, BORIS, CARLA, OWNER, START, card, event, mail
from tests.interactions.store.sources import Source, holding, judge_all, rows, states
from tests.torture.dump import dump


def cursor(db: Database, container: str = "inbox") -> str | None:
    found = rows(db, "SELECT cursor FROM containers WHERE external_id = :name", name=container)
    return found[0][0] if found else None


def letters(count: int, first: int = 0) -> list[Item]:
    return [mail(f"g{n}", ANNA, [OWNER], f"Letter {n}", n) for n in range(first, first + count)]


def test_items_and_cursor_are_stored_together(db: Database) -> None:
    saved = Source(db, "google.mail").save(*letters(3), cursor="three")
    assert (len(saved.owed), saved.new, saved.changed) == (3, 3, 0)
    assert (len(states(db)), cursor(db)) == (3, "three")


def test_a_page_that_fails_in_the_middle_leaves_nothing(db: Database) -> None:
    source = Source(db, "google.mail")
    source.save(*letters(1), cursor="one")
    before = dump(db)
    with db.writing() as conn:
        if db.sqlite:
            conn.execute(text(
                "CREATE TRIGGER refuse BEFORE UPDATE OF cursor ON containers WHEN NEW.cursor = 'two'"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            ))  # fmt: skip
        else:
            conn.execute(text("ALTER TABLE containers ADD CONSTRAINT refuse CHECK (cursor <> 'two')"))
    try:
        with pytest.raises(SQLAlchemyError):
            source.save(*letters(3, 1), card("c", "Boris", BORIS.address), cursor="two")
    finally:
        with db.writing() as conn:
            conn.execute(text("DROP TRIGGER refuse" if db.sqlite else "ALTER TABLE containers DROP CONSTRAINT refuse"))
    assert (dump(db), cursor(db)) == (before, "one")
    assert holding(db, BORIS.address) == []
    source.save(*letters(3, 1), card("c", "Boris", BORIS.address), cursor="two")
    assert (len(states(db)), cursor(db)) == (5, "two")


def test_a_worker_whose_stream_was_taken_over_stores_nothing(db: Database) -> None:
    source = Source(db, "google.mail")
    source.save(*letters(1), cursor="one")
    stale = source.lease()
    number, reading = source.container(stale), pages.reader(db, stale)
    source.lease()
    before = dump(db)
    with pytest.raises(LeaseLost):
        pages.save_page(db, stale, number, Page(tuple(letters(2, 1)), "two"), reading, source.ids)
    assert (dump(db), cursor(db)) == (before, "one")


def test_the_same_page_twice_changes_nothing(db: Database) -> None:
    source = Source(db, "google.mail")
    found = [*letters(3), event("e", "u", START, "Walk"), card("c", "Anna", ANNA.address, categories=["B", "A"])]
    source.log(*found)
    before = dump(db), rows(db, "SELECT id, revision FROM items ORDER BY id")
    saved = source.save(*found)
    assert (saved.owed, saved.new, saved.changed) == ([], 0, 0)
    assert (dump(db), rows(db, "SELECT id, revision FROM items ORDER BY id")) == before


def test_a_changed_item_is_owed_again_at_a_higher_revision(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(event("e", "u", START, "Walk"), event("f", "v", START, "Other"))
    before = dict(rows(db, "SELECT external_id, revision FROM items"))
    saved = source.save(event("e", "u", START, "Long walk"), event("f", "v", START, "Other"))
    assert (len(saved.owed), saved.changed) == (1, 1)
    after = dict(rows(db, "SELECT external_id, revision FROM items"))
    assert (after["e"], after["f"]) == (before["e"] + 1, before["f"])
    judge_all(db)
    assert sorted(rows(db, "SELECT title FROM interactions")) == [("Long walk",), ("Other",)]


def test_the_same_headers_twice_in_one_listing_are_two_items(db: Database) -> None:
    source = Source(db)
    twice = mail("h1", ANNA, [OWNER], "Twice", message_id="")
    for _ in range(2):
        source.save(twice, mail("h2", BORIS, [OWNER], "Once"), first=True)
        source.save(twice, complete=True)
        assert states(db).keys() == {"h1", "h1#2", "h2"}
    assert "gone" not in states(db).values()
    source.listing(twice, mail("h2", BORIS, [OWNER], "Once"))
    assert states(db) == {"h1": "waiting", "h1#2": "gone", "h2": "waiting"}


def test_a_provider_that_repeats_an_id_means_one_item(db: Database) -> None:
    source = Source(db, "google.mail")
    source.save(*letters(1), *letters(1))
    source.save(*letters(1))
    assert states(db).keys() == {"g0"}


def test_one_card_in_two_files_is_one_item_however_the_files_are_paged(db: Database) -> None:
    source = Source(db, "file.vcf")
    both = [card(key, "Anna", ANNA.address, categories=["Work", "Choir"]) for key in ("a", "b", "b")]
    source.save(*both)
    source.save(both[0])
    bodies = rows(db, "SELECT body FROM payloads")
    assert [str(body).replace('"b"', '"a"') for (body,) in bodies] == [bodies[0][0]] * 2


def test_a_full_listing_marks_what_it_did_not_contain_gone(db: Database) -> None:
    source = Source(db, "google.mail")
    walk, call = event("e1", "u1", START, "Walk"), event("e2", "u2", START, "Call")
    anna, boris = (
        card("c1", "Anna", ANNA.address, "anna@home.example"),
        card("c2", "Boris", BORIS.address, "b@x.example"),
    )
    source.save(*letters(2), walk, call, anna, boris, first=True, complete=True)
    judge_all(db)
    assert len(dump(db)["people"]) == 2
    source.save(letters(1)[0], walk, first=True)
    assert "gone" not in states(db).values()
    source.save(anna, complete=True)
    assert {key for key, state in states(db).items() if state == "gone"} == {"g1", "e2", "c2"}
    # Boris has left the address book: his mail is judged again without it.
    judge_all(db)
    # What a mail proved stays; a deleted event or card falls.
    assert {row[0] for row in rows(db, "SELECT title FROM interactions")} == {"Letter 0", "Letter 1", "Walk"}
    assert dump(db)["people"] == [(ANNA.address, "anna@home.example")]


def test_what_comes_back_after_it_was_gone_counts_again(db: Database) -> None:
    source = Source(db, "google.calendar")
    walk = event("e", "u", START, "Walk")
    source.log(walk)
    before = dump(db)
    source.save(Gone("e"))
    judge_all(db)
    assert (states(db), rows(db, "SELECT title FROM interactions")) == ({"e": "gone"}, [])
    source.save(walk)
    judge_all(db)
    assert dump(db) == before


def test_a_listing_that_lost_most_of_a_container_is_refused_whole(db: Database) -> None:
    source = Source(db, "google.mail")
    source.listing(*letters(42))
    judge_all(db)
    before = dump(db), cursor(db)
    with pytest.raises(SuddenlyEmpty, match="22 of 43"):
        source.listing(*letters(20), mail("new", BORIS, [OWNER], "New"))
    assert (dump(db), cursor(db)) == before


def test_a_listing_may_lose_up_to_half_or_twenty(db: Database) -> None:
    source = Source(db, "google.mail")
    source.listing(*letters(44), container="large")
    source.listing(*letters(44)[:22], container="large")
    source.listing(*letters(20, 100), container="small")
    source.listing(container="small")
    assert list(states(db).values()).count("gone") == 42


def test_what_another_container_lists_is_not_swept(db: Database) -> None:
    source = Source(db, "google.mail")
    source.listing(*letters(2), container="one")
    source.listing(*letters(2, 2), container="two")
    assert "gone" not in states(db).values()


def test_ids_of_any_length_are_stored_once(db: Database) -> None:
    source = Source(db, "google.calendar")
    long = [event("x" * 900 + end, f"u{end}", START, f"Walk {end}") for end in "ab"]
    source.log(*long)
    saved = source.save(*long)
    assert (saved.owed, len(states(db))) == ([], 2)
    assert max(map(len, states(db))) <= 700


def test_an_item_with_a_long_id_can_go(db: Database) -> None:
    source = Source(db, "google.calendar")
    source.log(event("x" * 900, "u", START, "Walk"))
    source.save(Gone("x" * 900))
    assert set(states(db).values()) == {"gone"}


def test_what_cannot_be_read_is_set_aside_with_its_reason_and_the_rest_stored(db: Database) -> None:
    source = Source(db, "google.mail")
    saved = source.save(letters(1)[0], Unreadable("bad", "The header has no end.", "inbox, byte 77", 9), letters(2)[1])
    assert len(saved.owed) == 2
    judge_all(db)
    assert states(db)["bad"] == "quarantined"
    [(body,)] = rows(db, "SELECT v.body FROM verdicts v JOIN items i ON i.id = v.item_id WHERE i.external_id = 'bad'")
    assert "The header has no end." in body
    assert "inbox, byte 77" in body
    source.log(mail("bad", ANNA, [OWNER], "Readable now"))
    assert states(db)["bad"] == "kept"


def test_what_is_excluded_becomes_a_husk_without_content(db: Database) -> None:
    source = Source(db, "google.mail")
    for kind, value in (("address", "Wanda@Spy.example"), ("domain", "plum.example"), ("label", "Zebra")):
        purge.exclude(db, source.owner_id, kind, value)
    purge.exclude(db, source.owner_id, "calendar", "Quince")
    source.log(
        mail("1", ANNA, [OWNER], "Harmless"),
        mail("2", ANNA, [OWNER], "wordone", labels=["zebra"]),
        mail("3", ANNA, [OWNER, Mailbox("wanda@spy.example", "wordtwo")], "wordthree"),
        mail("4", Mailbox("x@sub.plum.example", "wordfour"), [OWNER], "wordfive"),
        event("5", "wordsix", START, "wordseven", calendar="quince"),
        card("6", "wordeight", "y@plum.example"),
    )
    planted = [f"word{n}" for n in ("one", "two", "three", "four", "five", "six", "seven", "eight")]
    assert holding(db, *planted, "sub.plum", "y@plum") == []
    assert holding(db, "wanda@spy.example") == ["tombstones.value"]
    assert sorted(rows(db, "SELECT rule, count(*) FROM items WHERE state = 'dropped' GROUP BY rule")) == [
        ("excluded.address", 1), ("excluded.calendar", 1), ("excluded.domain", 2), ("excluded.label", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("visibility", ["private", "confidential"])
def test_private_events_are_never_stored_and_fall_when_they_become_private(db: Database, visibility: str) -> None:
    source = Source(db, "google.calendar")
    source.log(event("e", "u", START, "Walk"), event("f", "v", START, "wordone", visibility=visibility))
    assert holding(db, "wordone") == []
    assert rows(db, "SELECT title FROM interactions") == [("Walk",)]
    source.log(event("e", "u", START, "wordtwo", visibility=visibility))
    assert holding(db, "wordtwo", "Walk") == []
    assert states(db) == {"e": "dropped", "f": "dropped"}


def test_nothing_older_than_since_is_stored(db: Database) -> None:
    source = Source(db, "google.mail", since=int(START.timestamp()))
    source.log(
        mail("old", ANNA, [OWNER], "wordone", -1),
        mail("new", ANNA, [OWNER], "New", 1),
        event("past", "u", START - timedelta(days=9), "wordtwo"),
        event("series", "v", START - timedelta(days=9), "Weekly", rrule="FREQ=WEEKLY;COUNT=3"),
    )
    assert holding(db, "wordone", "wordtwo") == []
    assert states(db) == {"old": "dropped", "new": "kept", "past": "dropped", "series": "kept"}


def test_an_exclusion_made_while_a_page_was_fetched_holds_for_it(db: Database) -> None:
    source = Source(db, "google.mail")
    lease = source.lease()
    number, reading = source.container(lease), pages.reader(db, lease)
    purge.exclude(db, source.owner_id, "address", CARLA.address)
    page = Page((mail("1", CARLA, [OWNER], "wordone"),), "one")
    pages.save_page(db, lease, number, page, reading, source.ids)
    assert holding(db, "wordone") == []
