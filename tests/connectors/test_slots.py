"""Requests in flight for one mailbox, counted for all workers together (Outlook service limits of Graph)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import redis

import connectors.slots
from connectors.slots import LocalSlots, RedisSlots, Slots, held
from interactions.errors import RateLimited
from tests.torture.harness import Broker


@pytest.fixture(params=["redis", "local"])
def slots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slots]:
    if request.param == "local":
        yield LocalSlots()
        return
    broker = Broker(tmp_path_factory.mktemp("b"))
    broker.start()
    client = redis.Redis.from_url(broker.url)
    yield RedisSlots(client)
    client.close()
    broker.kill()


def test_no_more_are_given_than_there_are_and_each_comes_back(slots: Slots) -> None:
    assert [slots.take("a", 4, str(number), 60) for number in range(5)] == [True] * 4 + [False]
    assert slots.take("b", 4, "0", 60), "another mailbox has its own"
    slots.give("a", "2")
    assert slots.take("a", 4, "9", 60)
    assert not slots.take("a", 4, "10", 60)


def test_the_slot_of_one_that_was_killed_comes_back_by_itself(slots: Slots) -> None:
    assert slots.take("a", 1, "dead", 0.2)
    assert not slots.take("a", 1, "alive", 60)
    time.sleep(0.3)
    assert slots.take("a", 1, "alive", 60)


def test_never_more_than_four_at_once_whoever_asks(slots: Slots) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def ask() -> None:
        nonlocal inside, most
        for _ in range(5):
            with held(slots, "a", 4, 60, "Graph"):
                with lock:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.005)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4


def test_whoever_waits_too_long_comes_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = LocalSlots()
    slots.take("a", 1, "other", 60)
    monkeypatch.setattr(connectors.slots, "_PATIENCE", 0.05)
    with pytest.raises(RateLimited, match="1 requests at once"), held(slots, "a", 1, 60, "Graph"):
        pass


def test_without_redis_each_process_counts_its_own() -> None:
    slots = RedisSlots(redis.Redis.from_url("redis://127.0.0.1:1/0"))
    assert [slots.take("a", 2, str(number), 60) for number in range(3)] == [True, True, False]
    slots.give("a", "0")
    assert slots.take("a", 2, "3", 60)
