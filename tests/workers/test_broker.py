"""The queue carries ids, survives what it cannot read, and may be gone at any time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dramatiq
import pytest
import redis

import workers.broker
from interactions.settings import Settings
from interactions.store.database import Database
from interactions.store.opening import open_database
from tests.torture.harness import Broker
from tests.workers.parts import mailbox, make_context, nothing_owed, registered, running, settle, wait_until
from workers.__main__ import declare
from workers.broker import CLASSIFY, PULL, Queue, make_broker
from workers.context import Context
from workers.pull import pull
from workers.reading import ring
from workers.schedule import Scheduler


class Heard:
    """A real dramatiq worker on one queue that keeps what it is told."""

    def __init__(self, url: str, queue: str) -> None:
        self.broker = make_broker(url)
        self.all: list[Any] = []
        actor: Any = dramatiq.actor
        actor(self.all.append, actor_name=queue, queue_name=queue, broker=self.broker, max_retries=0)
        actor(lambda *_: None, actor_name="discard", queue_name="discard", broker=self.broker, max_retries=0)
        self.worker = dramatiq.Worker(self.broker, queues={queue}, worker_timeout=50, worker_threads=1)
        self.worker.start()


@pytest.fixture
def heard(broker: Broker) -> Iterator[Heard]:
    """Judging's queue, listened to."""
    heard = Heard(broker.url, CLASSIFY)
    yield heard
    heard.worker.stop(timeout=3_000)


def client(broker: Broker) -> redis.Redis:
    """A connection of the test's own."""
    return redis.Redis.from_url(broker.url)


def test_what_is_rung_is_heard_once(broker: Broker, heard: Heard) -> None:
    queue = Queue(make_broker(broker.url))
    assert queue.classify([3, 1, 2])
    wait_until(lambda: bool(heard.all), 5, "the message")
    wait_until(lambda: queue.idle(CLASSIFY), 5, "its acknowledgement")
    assert heard.all == [[3, 1, 2]]


FOREIGN = json.dumps({
    "queue_name": CLASSIFY, "actor_name": "nobody", "args": [], "kwargs": {}, "options": {"redis_message_id": "bad"},
    "message_id": "bad", "message_timestamp": 1,
}).encode()  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x80\xff not json", id="bytes"),
        pytest.param(b'{"actor_name": "classify"}', id="half a message"),
        pytest.param(b'{"actor_name": "classify", "message_id": "1"}', id="no arguments"),
        pytest.param(FOREIGN, id="for nobody"),
    ],
)
def test_a_message_nobody_can_read_does_not_hold_up_those_behind_it(broker: Broker, data: bytes) -> None:
    server = client(broker)
    server.hset(f"kith:{CLASSIFY}.msgs", "bad", data)
    server.rpush(f"kith:{CLASSIFY}", "bad")
    queue = Queue(make_broker(broker.url))
    assert queue.classify([1])
    heard = Heard(broker.url, CLASSIFY)
    try:
        wait_until(lambda: heard.all == [[1]], 1.5, "the message behind it")
        # What is never acknowledged would look like work under way for ever, and lost bells would not be mended.
        wait_until(lambda: queue.idle(CLASSIFY), 1.5, "an idle queue")
        assert server.hlen(f"kith:{CLASSIFY}.msgs") == 0
    finally:
        heard.worker.stop(timeout=500)


def everything_in(server: redis.Redis) -> bytes:
    """Every key and value of the server."""
    read: Any = {
        b"list": lambda key: b" ".join(server.lrange(key, 0, -1)),  # type: ignore[arg-type]
        b"hash": lambda key: b" ".join(b" ".join(pair) for pair in server.hgetall(key).items()),  # type: ignore[union-attr]
        b"set": lambda key: b" ".join(server.smembers(key)),  # type: ignore[arg-type]
        b"zset": lambda key: b" ".join(server.zrange(key, 0, -1)),  # type: ignore[arg-type]
        b"string": lambda key: server.get(key),
    }
    keys: Any = server.keys("*")
    return b"\n".join(key + b" " + read[server.type(key)](key) for key in keys)


def test_messages_hold_ids_only(broker: Broker, tmp_path: Path) -> None:
    db = open_database(Settings(data_dir=tmp_path / "data"))
    context = make_context(db, broker, tmp_path, classify_batch=10, tick_seconds=0.1)
    stream_id = registered(db, mailbox(tmp_path, 60))
    server = client(broker)
    seen: list[bytes] = []
    done = threading.Event()

    def listen() -> None:
        with redis.Redis.from_url(broker.url).monitor() as monitor:
            ready.set()
            for said in monitor.listen():
                seen.append(said["command"].encode())
                if done.is_set():
                    return

    ready = threading.Event()
    listener = threading.Thread(target=listen)
    listener.start()
    ready.wait(5)
    context.queue.pull(stream_id)
    pull(context, stream_id)
    waiting = everything_in(server)
    assert waiting.count(b'"actor_name":"classify"') == 6
    with running(context, "all", "schedule"):
        wait_until(lambda: nothing_owed(db), 10, "judging")
    done.set()
    server.ping()
    listener.join(5)
    commands = b"\n".join(seen)
    assert b"classify" in commands
    said = waiting + everything_in(server) + commands
    for never in (b"@", b".example", b"Rehearsal", b"Singer", b"inbox", str(tmp_path).encode()):
        assert never not in said.replace(broker.url.encode(), b"")
    db.close()


def test_a_server_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    queue = Queue(make_broker(f"unix://{tmp_path / 'nobody'}"))
    assert (queue.pull(1), queue.classify([1])) == (False, False)
    assert (queue.waiting(PULL), queue.idle(CLASSIFY)) == (None, False)


def test_a_server_that_dies_or_hangs_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.broker, "_SOCKET_SECONDS", 0.3)
    (tmp_path / "b").mkdir()
    server = Broker(tmp_path / "b")
    server.start()
    queue = Queue(make_broker(server.url))
    assert queue.pull(1)
    assert server.process is not None
    server.process.send_signal(19)
    started = time.monotonic()
    assert (queue.pull(1), queue.waiting(PULL), queue.idle(PULL)) == (False, None, False)
    assert time.monotonic() - started < 3
    server.kill()
    assert (queue.pull(1), queue.waiting(PULL), queue.idle(PULL)) == (False, None, False)
    (tmp_path / "b" / "s").unlink(missing_ok=True)
    server.start()
    assert queue.pull(1), "it is used again as soon as it is back"
    server.kill()


@pytest.fixture
def owed(db: Database, broker: Broker, tmp_path: Path) -> Context:
    """Sixty items owed, none rung; at most three messages wait, of five ids each."""
    context = make_context(db, broker, tmp_path, queue_cap=3, classify_batch=5, bell_seconds=0.01)
    registered(db, mailbox(tmp_path, 60))
    settle_without_judging(context)
    client(broker).flushall()
    time.sleep(0.02)
    return context


def settle_without_judging(context: Context) -> None:
    """Store everything, judge nothing."""
    pull(context, 1)


def test_the_scheduler_never_rings_beyond_the_cap(owed: Context, broker: Broker) -> None:
    scheduler = Scheduler(owed)
    for _ in range(5):
        scheduler._ring()
        time.sleep(0.02)
    assert owed.queue.waiting(CLASSIFY) == 3
    client(broker).lpop(f"kith:{CLASSIFY}")
    scheduler._ring()
    assert owed.queue.waiting(CLASSIFY) == 3


def test_a_page_is_not_rung_into_a_queue_that_is_filling_up(owed: Context) -> None:
    ring(owed, range(1, 6))
    ring(owed, range(6, 11))
    assert owed.queue.waiting(CLASSIFY) == 2
    for _ in range(3):
        ring(owed, range(11, 16))
    assert owed.queue.waiting(CLASSIFY) == 2


def test_what_a_role_consumes_is_declared(broker: Broker, owed: Context) -> None:
    real = make_broker(broker.url)
    declare(owed, real)
    assert real.get_declared_actors() == {PULL, CLASSIFY, "identify", "ties", "discard"}
    settle(owed)
    assert nothing_owed(owed.db)
