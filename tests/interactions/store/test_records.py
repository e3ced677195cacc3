"""Records: verdicts that no longer stand are not written, copies are one interaction, twice adds nothing."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from msgspec.structs import replace

from interactions.items import Email, Event, Gone
from interactions.rules import RULES_VERSION
from interactions.store import claims, purge, quarantine
from interactions.store.database import Database
from interactions.store.records import Judged, record
from interactions.verdict import Verdict
from tests.interactions.store.life import ANNA, ANNA_WORK, BORIS, CARLA, OWNER, START, card, event, mail
from tests.interactions.store.sources import Source, emptied, expire, judge_all, owed, rows, states, take
from tests.interactions.store.sources import record as judge_and_record
from tests.torture.dump import dump


def titles(db: Database) -> list[str]:
    return sorted(row[0] for row in rows(db, "SELECT title FROM interactions"))


def supported(db: Database) -> list[int]:
    """How many items support each interaction."""
    return sorted(row[0] for row in rows(db, "SELECT count(*) FROM sources GROUP BY interaction_id"))


def test_a_verdict_made_of_an_older_revision_is_not_written(db: Database) -> None:
    source = Source(db, "google.calendar")
    source.save(event("e", "u", START, "Walk"), event("f", "v", START, "Other"))
    works = take(db, owed(db))
    source.save(event("e", "u", START, "Long walk"))
    assert judge_and_record(db, works) == 1
    assert (titles(db), len(owed(db))) == (["Other"], 1)
    judge_all(db)
    assert titles(db) == ["Long walk", "Other"]


def test_a_verdict_that_comes_after_the_item_went_is_not_written(db: Database) -> None:
    source = Source(db, "google.calendar")
    source.save(event("e", "u", START, "Walk"))
    works = take(db, owed(db))
    source.save(Gone("e"))
    assert judge_and_record(db, works) == 0
    assert (titles(db), owed(db), states(db)) == ([], [], {"e": "gone"})


def test_older_rules_do_not_write_over_newer_ones(db: Database) -> None:
    source = Source(db, "google.mail")
    source.save(mail("1", ANNA, [OWNER], "Hello"))
    works = take(db, owed(db))
    assert judge_and_record(db, works, RULES_VERSION + 1) == 1
    dropped = [
        Judged(one.item_id, one.revision, one.item, Verdict(False, "machine_bulk", "mail.old"), one.copy)
        for one in works
    ]
    before = dump(db)
    assert record(db, source.owner_id, dropped, RULES_VERSION, source.ids) == 0
    assert dump(db) == before
    assert record(db, source.owner_id, dropped, RULES_VERSION + 1, source.ids) == 1
    assert titles(db) == []


@pytest.mark.parametrize("first", ["archive", "login"])
def test_one_mail_in_two_accounts_is_one_interaction_with_two_sources(db: Database, first: str) -> None:
    archive, login = Source(db), Source(db, "google.mail", subject="1")
    steps = [
        (archive, mail("h1", ANNA, [OWNER], "Choir", message_id="c@x.example")),
        (login, mail("g1", ANNA, [OWNER], "Choir", message_id="c@x.example", labels=["INBOX"])),
    ]
    for source, found in steps if first == "archive" else reversed(steps):
        source.log(found)
    assert (titles(db), supported(db)) == (["Choir"], [2])


def test_one_message_id_of_two_senders_or_two_minutes_is_two_mails(db: Database) -> None:
    Source(db, "google.mail").log(
        mail("1", ANNA, [OWNER], "One", message_id="c@x.example"),
        mail("2", BORIS, [OWNER], "Two", message_id="c@x.example"),
        mail("3", ANNA, [OWNER], "Three", 1, message_id="c@x.example"),
    )
    assert titles(db) == ["One", "Three", "Two"]


@pytest.mark.parametrize(("hours", "wanted"), [(1, 1), (12, 1), (13, 2), (0.5, 2), (23, 2)])
@pytest.mark.parametrize("backwards", [False, True])
def test_archive_copies_shifted_by_whole_hours_up_to_twelve_are_one(
    db: Database, hours: float, wanted: int, backwards: bool
) -> None:
    source = Source(db)
    copies = [mail("h1", ANNA, [OWNER], "Choir"), mail("h2", ANNA, [OWNER], "Choir", hours)]
    for found in reversed(copies) if backwards else copies:
        source.log(found)
    assert len(titles(db)) == wanted
    assert rows(db, "SELECT min(at) FROM interactions") == [(int(START.timestamp()),)]


def test_shifted_copies_across_a_change_of_day_are_one(db: Database) -> None:
    source = Source(db)
    for number, hours in enumerate((17, 14, 10)):
        source.log(mail(f"h{number}", ANNA, [OWNER], "Choir", hours))
    assert supported(db) == [3]


def test_equal_mails_of_a_login_are_told_apart_by_their_ids_alone(db: Database) -> None:
    Source(db, "google.mail").log(mail("1", ANNA, [OWNER], "Choir"), mail("2", ANNA, [OWNER], "Choir", 1))
    assert titles(db) == ["Choir", "Choir"]


def test_a_report_every_six_hours_does_not_melt_into_one(db: Database) -> None:
    reports = [mail(f"h{n:02}", CARLA, [OWNER], "How he is", 6 * n) for n in range(12)]
    logs = []
    for order in (reports, reports[::-1], [*reports[1::2], *reports[::2]]):
        emptied(db)
        source = Source(db)
        for start in range(0, 12, 5):
            source.log(*order[start : start + 5])
        assert len(titles(db)) >= 9
        logs.append(dump(db))
    assert logs[0] == logs[1] == logs[2]


def test_an_interaction_is_told_from_the_next_copy_when_the_first_one_no_longer_counts(db: Database) -> None:
    first, second = Source(db, "google.mail", subject="1"), Source(db, "google.mail", subject="2")
    one = mail("a", ANNA, [OWNER], "Choir", message_id="c@x.example")
    first.log(one)
    second.log(replace(one, id="b", subject="Choir, again"))
    assert titles(db) == ["Choir"]
    first.log(replace(one, labels=("SPAM",)))
    assert (titles(db), supported(db)) == (["Choir, again"], [1])
    second.log(replace(one, id="b", subject="Choir, again", labels=("SPAM",)))
    assert titles(db) == []


@pytest.mark.parametrize("leaves", [0, 1, 2])
def test_copies_keep_their_interaction_when_one_of_them_is_taken_away(db: Database, leaves: int) -> None:
    source = Source(db)
    source.log(*(mail(f"h{n}", ANNA, [OWNER], "Choir", 3 * n, labels=[f"folder {n}"]) for n in range(3)))
    assert (titles(db), supported(db)) == (["Choir"], [3])
    purge.exclude(db, source.owner_id, "label", f"folder {leaves}")
    judge_all(db)
    assert (titles(db), supported(db)) == (["Choir"], [2])


def test_a_mail_that_is_dropped_when_judged_again_leaves_the_log(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(mail("1", ANNA, [OWNER], "Stays"), mail("2", BORIS, [OWNER], "Falls"))
    quarantine.rejudge(db, source.owner_id)
    works = take(db, owed(db))
    judge_and_record(db, [one for one in works if one.item.id == "1"])
    dropped = [
        Judged(one.item_id, one.revision, one.item, Verdict(False, "machine_bulk", "mail.bulk"), one.copy, one.again)
        for one in works
        if one.item.id == "2"
    ]
    assert record(db, source.owner_id, dropped, RULES_VERSION, source.ids) == 1
    assert titles(db) == ["Stays"]
    assert rows(db, "SELECT count(*) FROM participants p JOIN addresses a ON a.id = p.address_id"
                    " WHERE a.canonical = :boris", boris=BORIS.address) == [(0,)]  # fmt: skip


def test_recording_the_same_batch_again_changes_nothing(db: Database) -> None:
    source = Source(db)
    source.save(
        mail("h1", ANNA, [OWNER], "Choir"),
        mail("h2", ANNA, [OWNER], "Choir", 1),
        event("e", "u", START, "Weekly", rrule="FREQ=WEEKLY;COUNT=3"),
        card("c", "Anna", ANNA.address, ANNA_WORK.address),
    )
    works = take(db, owed(db))
    judge_and_record(db, works)
    before = dump(db), rows(db, "SELECT id, key FROM interactions ORDER BY id")
    judge_and_record(db, works)
    judge_and_record(db, reversed(works))
    assert (dump(db), rows(db, "SELECT id, key FROM interactions ORDER BY id")) == before


def test_a_batch_whose_record_was_lost_is_done_again_by_the_next_worker(db: Database) -> None:
    Source(db).save(*(mail(f"h{n}", ANNA, [OWNER], f"Letter {n}", n) for n in range(4)))
    late = take(db, owed(db))
    assert claims.claim(db, owed(db), 60, 4) == []
    expire(db)
    judge_all(db)
    before = dump(db)
    judge_and_record(db, late)
    assert dump(db) == before


def series() -> list[Event]:
    """Four weeks, the second moved, the third cancelled, in two calendars."""
    week = timedelta(weeks=1)
    return [
        event("w/s", "s", START, "Council", rrule="FREQ=WEEKLY;COUNT=4"),
        event("h/s", "s", START, "Council", rrule="FREQ=WEEKLY;COUNT=4"),
        event("w/2", "s", START + week + timedelta(hours=3), "Council, late", recurrence=START + week),
        event("h/3", "s", START + 2 * week, "Council", recurrence=START + 2 * week, status="cancelled"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_a_series_is_each_of_its_occurrences_once_in_any_order(db: Database, order: tuple[int, ...]) -> None:
    source = Source(db, "google.calendar")
    for number in order:
        source.log(series()[number])
    week = 7 * 86_400
    start = int(START.timestamp())
    assert rows(db, "SELECT at, title FROM interactions ORDER BY at") == [
        (start, "Council"), (start + week + 3 * 3600, "Council, late"), (start + 3 * week, "Council"),
    ]  # fmt: skip


def test_a_person_whose_cards_were_merged_falls_apart_with_the_card_that_joined_them(db: Database) -> None:
    source = Source(db, "google.contacts")
    source.log(card("1", "Anna", "a1@x.example", "a2@x.example"), card("2", "Boris", "b1@x.example", "b2@x.example"))
    apart = dump(db)["people"]
    assert apart == [("a1@x.example", "a2@x.example"), ("b1@x.example", "b2@x.example")]
    source.log(card("3", "", "a2@x.example", "b1@x.example"))
    assert dump(db)["people"] == [("a1@x.example", "a2@x.example", "b1@x.example", "b2@x.example")]
    source.save(Gone("3"))
    assert dump(db)["people"] == apart


def test_the_owners_own_card_makes_nobody_of_them(db: Database) -> None:
    Source(db, "google.contacts").log(card("1", "Me", OWNER.address, ANNA.address))
    assert dump(db)["people"] == []


def test_a_mail_to_oneself_and_one_without_anybody_are_no_interactions(db: Database) -> None:
    Source(db, "google.mail").log(
        mail("1", OWNER, [OWNER], "Note to self"),
        Email(id="2", subject="From nobody"),
        mail("3", ANNA, [], "To nobody"),
    )
    assert "Note to self" not in titles(db)
    assert "From nobody" not in titles(db)
