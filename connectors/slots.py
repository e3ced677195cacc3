"""How many requests may be in flight at once for one mailbox, counted for all workers together.

Each request in flight is a lease with an end, so that the one of a killed worker comes back by itself. Kept in Redis by
one script and Redis's own clock; where Redis does not answer, each process counts its own.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from interactions.errors import RateLimited

log = logging.getLogger(__name__)

#: Seconds between looks, and how long a slot is waited for before the lease is given back.
_LOOK, _PATIENCE, _LATER = 0.02, 10.0, 2.0

#: KEYS: a sorted set of holders by the end of their lease. ARGV: limit, holder, seconds. 1: taken.
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
redis.call('EXPIRE', KEYS[1], math.ceil(tonumber(ARGV[3])) + 60)
return 1
"""


class Slots(Protocol):
    """Where requests in flight are counted."""

    def take(self, key: str, limit: int, holder: str, seconds: float) -> bool:
        """Take one of `limit` slots for `seconds` at most; False when all are taken."""

    def give(self, key: str, holder: str) -> None:
        """Give it back."""


class LocalSlots:
    """Counted in this process's memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, dict[str, float]] = {}

    def take(self, key: str, limit: int, holder: str, seconds: float) -> bool:
        """See `Slots`."""
        with self._lock:
            now = time.monotonic()
            held = {one: until for one, until in self._held.get(key, {}).items() if until > now}
            self._held[key] = held
            if len(held) >= limit:
                return False
            held[holder] = now + seconds
            return True

    def give(self, key: str, holder: str) -> None:
        """See `Slots`."""
        with self._lock:
            self._held.get(key, {}).pop(holder, None)


class RedisSlots:
    """Counted in Redis, for all processes; in this process alone while Redis does not answer."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._take = client.register_script(_TAKE)
        self._local = LocalSlots()

    def take(self, key: str, limit: int, holder: str, seconds: float) -> bool:
        """See `Slots`."""
        import redis

        try:
            return bool(self._take(keys=[key], args=[limit, holder, seconds]))
        except redis.RedisError as error:
            log.warning("requests in flight are counted in this process alone: %s", type(error).__name__)
            return self._local.take(key, limit, holder, seconds)

    def give(self, key: str, holder: str) -> None:
        """See `Slots`. What Redis does not hear of ends by itself."""
        import redis

        self._local.give(key, holder)
        try:
            self._client.zrem(key, holder)
        except redis.RedisError as error:
            log.warning("a request in flight ends by itself: %s", type(error).__name__)


@contextmanager
def held(slots: Slots, key: str, limit: int, seconds: float, api: str) -> Iterator[None]:
    """One request in flight. Raises RateLimited when none of the slots becomes free for a while."""
    holder = uuid.uuid4().hex
    until = time.monotonic() + _PATIENCE
    while not slots.take(key, limit, holder, seconds):
        if time.monotonic() > until:
            raise RateLimited(
                f"{api} takes {limit} requests at once, and others of ours are under way",
                datetime.now(UTC) + timedelta(seconds=_LATER),
            )
        time.sleep(_LOOK)
    try:
        yield
    finally:
        slots.give(key, holder)
