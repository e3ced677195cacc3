"""Quota: in no minute more than is allowed, at once as much as is left, less after a refusal."""

from __future__ import annotations

import random
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import redis

from connectors.rate import MARGIN, Budget, Ledger, LocalLedger, RedisLedger
from interactions.errors import RateLimited


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.25

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["redis", "local"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "local":
        return LocalLedger()
    return RedisLedger(redis.Redis.from_url(request.getfixturevalue("redis_url")))


@pytest.fixture
def key() -> str:
    return f"kith:quota:test:{uuid.uuid4().hex}"


def test_a_minutes_quota_may_be_spent_at_once_and_no_more(ledger: Ledger, key: str) -> None:
    assert all(ledger.spend(10, {key: 1_000}) == 0 for _ in range(95))
    wait = ledger.spend(10, {key: 1_000})
    assert 59 < wait <= 61


def test_what_is_not_granted_is_not_counted(ledger: Ledger, key: str) -> None:
    assert ledger.spend(900, {key: 1_000}) == 0
    assert ledger.spend(100, {key: 1_000}) > 0
    assert ledger.spend(50, {key: 1_000}) == 0


def test_the_tightest_limit_decides_and_all_are_charged(ledger: Ledger, key: str) -> None:
    other = key + ":project"
    assert ledger.spend(500, {key: 10_000, other: 600}) == 0
    assert ledger.spend(100, {key: 10_000, other: 600}) > 0
    assert ledger.spend(9_000, {key: 10_000}) == 0


def test_a_cost_above_the_limit_is_granted_when_nothing_else_was_spent(ledger: Ledger, key: str) -> None:
    assert ledger.spend(5_000, {key: 1_000}) == 0
    assert ledger.spend(1, {key: 1_000}) > 0


def test_a_refusal_stops_all_spending_and_lowers_the_rate(ledger: Ledger, key: str) -> None:
    ledger.refuse(key, 0.3)
    assert 0 < ledger.spend(1, {key: 1_000}) <= 0.3
    time.sleep(0.35)
    assert ledger.spend(650, {key: 1_000}) == 0
    assert ledger.spend(100, {key: 1_000}) > 0, "of 950 only 70 % are left"


def test_other_processes_see_what_was_spent(redis_url: str, key: str) -> None:
    one, other = (RedisLedger(redis.Redis.from_url(redis_url)) for _ in range(2))
    assert one.spend(900, {key: 1_000}) == 0
    assert other.spend(100, {key: 1_000}) > 0


def test_without_redis_each_process_counts_for_itself(key: str) -> None:
    ledger = RedisLedger(redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2))
    assert ledger.spend(900, {key: 1_000}) == 0
    assert ledger.spend(100, {key: 1_000}) > 0
    ledger.refuse(key, 5)
    assert ledger.spend(1, {key: 1_000}) > 4


@pytest.mark.parametrize("seed", range(5))
def test_in_no_sixty_seconds_more_than_the_limit_is_spent(seed: int) -> None:
    rng = random.Random(seed)
    clock = Clock()
    ledger = LocalLedger(clock)
    spent: list[tuple[float, float]] = []
    for _ in range(3_000):
        cost = rng.choice((1, 2, 5, 20, 40))
        wait = ledger.spend(cost, {"k": 600})
        if wait:
            clock.now += rng.choice((wait, wait / 3, rng.random()))
        else:
            spent.append((clock.now, cost))
            clock.now += rng.random() / 10
    for at, _ in spent:
        assert sum(cost for then, cost in spent if at <= then < at + 60) <= 600 * MARGIN


def test_the_whole_quota_is_used_over_time() -> None:
    clock = Clock()
    ledger = LocalLedger(clock)
    spent = 0.0
    while clock.now < 1_000_000 + 610:
        wait = ledger.spend(20, {"k": 6_000})
        spent += 0 if wait else 20
        clock.now += wait or 0.05
    assert spent > 10 * 6_000 * MARGIN * 0.97


def test_the_rate_comes_back_after_a_refusal() -> None:
    clock = Clock()
    ledger = LocalLedger(clock)
    ledger.refuse("k", 1)
    clock.now += 16 * 60
    assert ledger.spend(940, {"k": 1_000}) == 0


def test_a_long_wait_is_not_sat_out(key: str) -> None:
    budget = Budget(LocalLedger(), key, {key: 100.0}, "Gmail")
    budget.spend(95)
    started = time.monotonic()
    with pytest.raises(RateLimited, match="Gmail allows 100 units a minute") as caught:
        budget.spend(10)
    assert time.monotonic() - started < 0.5
    assert caught.value.retry_at > datetime.now(UTC) + timedelta(seconds=50)


def test_a_short_wait_is_sat_out(key: str) -> None:
    ledger = LocalLedger()
    budget = Budget(ledger, key, {key: 1_000.0}, "Gmail")
    ledger.refuse(key, 0.2)
    started = time.monotonic()
    budget.spend(10)
    assert 0.15 < time.monotonic() - started < 1.0


def test_work_that_can_wait_leaves_a_part_of_the_quota(key: str) -> None:
    budget = Budget(LocalLedger(), key, {key: 1_000.0}, "Gmail")
    budget.spend(700, part=0.8)
    with pytest.raises(RateLimited):
        budget.spend(100, part=0.8)
    budget.spend(100)
