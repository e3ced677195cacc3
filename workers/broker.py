"""The queue: dramatiq on Redis or Valkey, carrying ids only, told how to lose nothing that matters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import current_millis
from dramatiq.encoder import Encoder, MessageData
from dramatiq.middleware import Retries
from redis.backoff import NoBackoff
from redis.retry import Retry

#: A queue for each class of work, so that a long pull never stands before judging.
PULL, CLASSIFY, DISCARD = "pull", "classify", "discard"
#: An actor of the queue `classify`.
IDENTIFY = "identify"
TIES = "ties"

#: Messages of a process that is silent for longer go to another one. Must exceed the longest pause of a live one.
_HEARTBEAT_MS = 20_000
#: Look for such messages at every command instead of one in a thousand: costs nothing measurable.
_MAINTENANCE = 1_000_000
#: Nothing is read from the dead letters; the database knows what is owed.
_DEAD_MS = 3_600_000
#: Seconds until an unanswering server counts as gone.
_SOCKET_SECONDS = 10


class Lenient(Encoder):
    """JSON; what cannot be decoded becomes a message to nobody, so that it does not hold up those behind it."""

    def encode(self, data: MessageData) -> bytes:
        """One message as JSON."""
        return json.dumps(data, separators=(",", ":")).encode("utf-8")

    def decode(self, data: bytes) -> MessageData:
        """The message, or one for the actor `discard` in its place."""
        try:
            found = json.loads(data)
            if isinstance(found, dict) and isinstance(found.get("actor_name"), str) and "message_id" in found:
                return found
        except ValueError:
            pass
        return {
            "queue_name": DISCARD, "actor_name": DISCARD, "args": (), "kwargs": {}, "options": {},
            "message_id": "unreadable", "message_timestamp": current_millis(),
        }  # fmt: skip


class Patient(RedisBroker):
    """Takes messages nobody can read out of the queue before dramatiq sees them: one of them would end its thread."""

    def do_fetch(self, queue_name: str, prefetch: int) -> list[bytes]:
        """Up to `prefetch` messages; what cannot be read is acknowledged and forgotten."""
        found: list[bytes | None] = self._dispatch("fetch")(queue_name, prefetch)  # type: ignore[no-untyped-call]
        good = [data for data in found if data is not None and _readable(data)]
        if len(good) < len(found):
            self._forget(queue_name, {data for data in found if data is not None} - set(good))
        return good

    def _forget(self, queue_name: str, bad: set[bytes]) -> None:
        client: Any = self.client
        key = f"{self.namespace}:__acks__.{self.broker_id}.{queue_name}"
        for message_id in client.smembers(key):
            data = client.hget(f"{self.namespace}:{queue_name}.msgs", message_id)
            if data is None or data in bad:
                self.do_ack(queue_name, message_id)


def _readable(data: bytes) -> bool:
    try:
        message: dramatiq.Message[None] = dramatiq.Message.decode(data)
    except dramatiq.errors.DecodeError:
        return False
    return isinstance(message.actor_name, str) and "redis_message_id" in message.options


def make_broker(url: str) -> RedisBroker:
    """The broker at `url` (redis://, rediss:// or unix://). Connects at first use."""
    dramatiq.set_encoder(Lenient())
    # A command that is sent again after a lost answer runs twice; losing it once is what the scheduler mends.
    client = redis.Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=_SOCKET_SECONDS
    )
    broker = Patient(  # type: ignore[no-untyped-call]
        client=client,
        namespace="kith",
        middleware=[Retries(max_retries=0)],
        maintenance_chance=_MAINTENANCE,
        heartbeat_timeout=_HEARTBEAT_MS,
        dead_message_ttl=_DEAD_MS,
    )
    for queue in (PULL, CLASSIFY):
        broker.declare_queue(queue)
    return broker


class Queue:
    """Rings bells: a lost or doubled one is harmless, so a server that does not answer is not an error."""

    def __init__(self, broker: RedisBroker) -> None:
        self._broker = broker

    def pull(self, stream_id: int) -> bool:
        """Say that a stream is due; False when nobody could be told."""
        return self._send(PULL, stream_id)

    def classify(self, item_ids: Sequence[int]) -> bool:
        """Say that items are owed; False when nobody could be told."""
        return self._send(CLASSIFY, list(item_ids))

    def identify(self, owner_id: int) -> bool:
        """Say that an owner's addresses are to be linked to people; False when nobody could be told."""
        return self._send(CLASSIFY, owner_id, IDENTIFY)

    def ties(self, owner_id: int) -> bool:
        """Ask for one owner's ties to be counted."""
        return self._send(CLASSIFY, owner_id, TIES)

    def waiting(self, queue: str) -> int | None:
        """Messages waiting in `queue`; None when the server does not answer."""
        try:
            return int(self._broker.client.llen(f"kith:{queue}"))
        except redis.RedisError:
            return None

    def idle(self, queue: str) -> bool:
        """Nothing waits in `queue` and no worker holds a message of it."""
        try:
            client: Any = self._broker.client
            if client.llen(f"kith:{queue}"):
                return False
            return not any(client.scard(key) for key in client.scan_iter(f"kith:__acks__.*.{queue}"))
        except redis.RedisError:
            return False

    def _send(self, queue: str, argument: object, actor: str = "") -> bool:
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=queue, actor_name=actor or queue, args=(argument,), kwargs={}, options={}
        )
        try:
            self._broker.enqueue(message)
        except (dramatiq.errors.BrokerConnectionError, redis.RedisError):
            return False
        return True
