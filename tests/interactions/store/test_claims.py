"""Claims: every owed item is one worker's, comes back when that worker dies, and is set aside when it always fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from interactions.store import claims, quarantine
from interactions.store.database import Database
from tests.interactions.store.life import ANNA, OWNER, event, mail
from tests.interactions.store.life import START as NOON
from tests.interactions.store.sources import Source, expire, judge_all, owed, record, rows, states, take


def letters(db: Database, count: int) -> list[int]:
    """Ids of that many owed mails."""
    Source(db, "google.mail").save(*(mail(f"g{n}", ANNA, [OWNER], f"Letter {n}", n) for n in range(count)))
    return owed(db)


def claimed(db: Database, item_ids: list[int], seconds: float = 60) -> list[int]:
    return sorted(claim.item_id for claim in claims.claim(db, item_ids, seconds, 4))


def attempts(db: Database) -> list[int]:
    return [row[0] for row in rows(db, "SELECT attempts FROM items ORDER BY id")]


def test_no_item_is_claimed_by_two_workers(db: Database) -> None:
    item_ids = letters(db, 60)
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda start: claimed(db, item_ids[start:] + item_ids[:start]), (0, 7, 20, 41)))
    assert sorted(one for several in found for one in several) == item_ids


def test_only_what_is_owed_can_be_claimed(db: Database) -> None:
    item_ids = letters(db, 2)
    record(db, take(db, item_ids[:1]))
    assert claimed(db, [*item_ids, 10_000]) == item_ids[1:]


def test_a_claim_that_ran_out_returns_and_a_renewed_one_does_not(db: Database) -> None:
    item_ids = letters(db, 2)
    assert claimed(db, item_ids, seconds=-1) == item_ids
    claims.renew(db, item_ids[:1], 60)
    assert claimed(db, item_ids) == item_ids[1:]


def test_attempts_are_counted_before_the_work_and_forgotten_after_it(db: Database) -> None:
    item_ids = letters(db, 1)
    works = take(db, item_ids)
    assert attempts(db) == [1]
    expire(db)
    works = take(db, item_ids)
    assert attempts(db) == [2]
    assert record(db, works) == 1
    assert attempts(db) == [0]


def test_what_failed_twice_in_company_is_rung_and_judged_alone(db: Database) -> None:
    item_ids = letters(db, 5)
    for _ in range(2):
        assert claimed(db, item_ids[:2], seconds=-1) == item_ids[:2]
    assert claimed(db, item_ids) == item_ids[2:]
    expire(db)
    bells = [bell.item_ids for bell in claims.ring(db, 100, -1, 100)]
    assert bells == [item_ids[2:], item_ids[:1], item_ids[1:2]]
    assert claimed(db, item_ids[:1]) == item_ids[:1]


def test_what_fails_a_fourth_time_is_set_aside_with_a_reason(db: Database) -> None:
    item_ids = letters(db, 2)
    for number in range(4):
        assert claimed(db, item_ids[:1], seconds=-1) == item_ids[:1], number
    assert claimed(db, item_ids[:1]) == []
    assert states(db) == {"g0": "quarantined", "g1": "waiting"}
    assert owed(db) == item_ids[1:]
    [(body,)] = rows(db, "SELECT body FROM verdicts")
    assert "failed again and again" in body


def test_what_is_set_aside_supports_nothing_and_can_be_tried_again(db: Database) -> None:
    source = Source(db, "google.calendar")
    source.log(event("e", "u", NOON, "Walk"))
    assert quarantine.rejudge(db, source.owner_id) == 1
    for _ in range(5):
        claimed(db, owed(db), seconds=-1)
        expire(db)
        if owed(db):
            claimed(db, owed(db)[:1], seconds=-1)
    assert states(db) == {"e": "quarantined"}
    assert rows(db, "SELECT title FROM interactions") == []
    assert quarantine.retry(db, source.owner_id) == quarantine.Retried(1, 0)
    judge_all(db)
    assert rows(db, "SELECT title FROM interactions") == [("Walk",)]


def test_an_item_that_raised_comes_back_alone(db: Database) -> None:
    item_ids = letters(db, 3)
    take(db, item_ids)
    claims.fail(db, item_ids[1])
    assert attempts(db) == [1, 2, 1]
    assert [bell.item_ids for bell in claims.ring(db, 100, 60, 100)] == [[item_ids[1]]]


def test_what_is_given_back_has_not_failed(db: Database) -> None:
    item_ids = letters(db, 3)
    for _ in range(9):
        assert claimed(db, item_ids) == item_ids
        claims.give_back(db, item_ids)
    assert attempts(db) == [0, 0, 0]
    assert [bell.item_ids for bell in claims.ring(db, 100, 60, 100)] == [item_ids]


def test_what_was_rung_lately_is_not_rung_again(db: Database) -> None:
    letters(db, 3)
    assert claims.ring(db, 100, 60, 100) == []
    with db.writing() as conn:
        conn.execute(text("UPDATE items SET rung_at = 0"))
    assert [len(bell.item_ids) for bell in claims.ring(db, 2, 60, 1)] == [1, 1]
    assert [len(bell.item_ids) for bell in claims.ring(db, 100, 60, 100)] == [1]


def test_older_rules_are_owed_a_part_at_a_time(db: Database) -> None:
    letters(db, 5)
    judge_all(db)
    assert claims.owe_older_rules(db, 10_000, 3) == 3
    assert claims.owed_left(db)[0] == 3
    assert claims.owe_older_rules(db, 10_000, 3) == 2
    assert claims.owe_older_rules(db, 1, 3) == 0
