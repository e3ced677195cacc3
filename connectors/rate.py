"""How much of a provider's quota may be spent now: what was spent in the last minute, seen by all workers at once.

A window of 60 seconds, not a bucket that refills: a minute's quota may go at once, which is what a first answer needs,
and in no 60 seconds more than the limit is spent, which is what a provider counts. Kept in Redis by one script and
Redis's own clock; where Redis does not answer, each process keeps its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct

from interactions.errors import RateLimited

log = logging.getLogger(__name__)

#: Of what a provider allows, this much is used: its clock is not ours.
MARGIN = 0.95
#: The longest wait that is sat out, in seconds; for a longer one the lease is given back.
PATIENCE = 1.5
#: After a refusal this much of the rate is left, and so much of it comes back a minute.
_AFTER_REFUSAL, _BACK_A_MINUTE, _LEAST = 0.7, 0.02, 0.1
#: Seconds; one more than the window, since spending is counted by whole seconds.
_WINDOW = 61
_TTL = 3 * 3600

#: KEYS: one hash a budget (field "s<second>": spent then; "paused": no spending before, ms; "share", "share_at").
#: ARGV: cost, then a limit for each key. Returns the milliseconds to wait; 0 means spent.
_SPEND = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local cost = tonumber(ARGV[1])
local wait = 0
for i, key in ipairs(KEYS) do
  local all = redis.call('HGETALL', key)
  local used, share, share_at, paused = 0, 1, now, 0
  local spent, old = {}, {}
  for f = 1, #all, 2 do
    local name, value = all[f], tonumber(all[f + 1])
    if name == 'share' then share = value
    elseif name == 'share_at' then share_at = value
    elseif name == 'paused' then paused = value
    else
      local second = tonumber(string.sub(name, 2))
      if second + {window} <= now then old[#old + 1] = name
      else used = used + value; spent[#spent + 1] = {second, value} end
    end
  end
  if #old > 0 then redis.call('HDEL', key, unpack(old)) end
  share = math.min(1, share + {back} * math.max(0, now - share_at) / 60)
  local allowed = tonumber(ARGV[i + 1]) * {margin} * share
  if paused > now then wait = math.max(wait, paused - now) end
  if used > 0 and used + cost > allowed then
    table.sort(spent, function(a, b) return a[1] < b[1] end)
    local left, at = used, now + 1
    for _, one in ipairs(spent) do
      left = left - one[2]
      at = one[1] + {window}
      if left <= 0 or left + cost <= allowed then break end
    end
    wait = math.max(wait, at - now)
  end
end
if wait > 0 then return math.ceil(wait * 1000) end
for _, key in ipairs(KEYS) do
  redis.call('HINCRBYFLOAT', key, 's' .. time[1], cost)
  redis.call('EXPIRE', key, {ttl})
end
return 0
"""
#: KEYS: the hash. ARGV: seconds until spending goes on.
_REFUSE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local share = tonumber(redis.call('HGET', KEYS[1], 'share') or 1)
local share_at = tonumber(redis.call('HGET', KEYS[1], 'share_at') or now)
share = math.min(1, share + {back} * math.max(0, now - share_at) / 60)
redis.call('HSET', KEYS[1], 'share', math.max({least}, share * {after}), 'share_at', now,
  'paused', now + tonumber(ARGV[1]))
redis.call('EXPIRE', KEYS[1], {ttl})
return 0
"""


def _filled(script: str) -> str:
    values = {
        "window": _WINDOW, "back": _BACK_A_MINUTE, "margin": MARGIN, "ttl": _TTL, "least": _LEAST,
        "after": _AFTER_REFUSAL,
    }  # fmt: skip
    for name, value in values.items():
        script = script.replace("{" + name + "}", str(value))
    return script


class Ledger(Protocol):
    """Where spending is counted."""

    def spend(self, cost: float, limits: dict[str, float]) -> float:
        """Seconds to wait before `cost` may be spent under every limit (by key); 0 means it is spent."""

    def refuse(self, key: str, seconds: float) -> None:
        """The provider refused: spend nothing under `key` for so long, and less from then on."""


class RedisLedger:
    """Counted in Redis, for all processes; in this process alone while Redis does not answer."""

    def __init__(self, client: Any) -> None:
        self._spend = client.register_script(_filled(_SPEND))
        self._refuse = client.register_script(_filled(_REFUSE))
        self._local = LocalLedger()

    def spend(self, cost: float, limits: dict[str, float]) -> float:
        """See `Ledger`."""
        import redis

        try:
            return float(self._spend(keys=list(limits), args=[cost, *limits.values()])) / 1000
        except redis.RedisError as error:
            log.warning("quota is counted in this process alone: %s", type(error).__name__)
            return self._local.spend(cost, limits)

    def refuse(self, key: str, seconds: float) -> None:
        """See `Ledger`."""
        import redis

        self._local.refuse(key, seconds)
        try:
            self._refuse(keys=[key], args=[seconds])
        except redis.RedisError as error:
            log.warning("a refusal is known to this process alone: %s", type(error).__name__)


class _Account(Struct):
    spent: dict[int, float] = {}
    paused: float = 0.0
    share: float = 1.0
    share_at: float = 0.0


class LocalLedger:
    """The same count in this process's memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: dict[str, _Account] = {}

    def spend(self, cost: float, limits: dict[str, float]) -> float:
        """See `Ledger`."""
        with self._lock:
            now = self._clock()
            wait = max(self._wait(self._of(key, now), cost, limit, now) for key, limit in limits.items())
            if wait <= 0:
                for key in limits:
                    spent = self._accounts[key].spent
                    spent[int(now)] = spent.get(int(now), 0.0) + cost
            return max(wait, 0.0)

    def refuse(self, key: str, seconds: float) -> None:
        """See `Ledger`."""
        with self._lock:
            now = self._clock()
            account = self._of(key, now)
            account.share = max(_LEAST, account.share * _AFTER_REFUSAL)
            account.paused = now + seconds

    def _of(self, key: str, now: float) -> _Account:
        account = self._accounts.setdefault(key, _Account({}, share_at=now))
        account.share = min(1.0, account.share + _BACK_A_MINUTE * max(0.0, now - account.share_at) / 60)
        account.share_at = now
        for second in [second for second in account.spent if second + _WINDOW <= now]:
            del account.spent[second]
        return account

    def _wait(self, account: _Account, cost: float, limit: float, now: float) -> float:
        wait = account.paused - now
        allowed = limit * MARGIN * account.share
        left = sum(account.spent.values())
        if not left or left + cost <= allowed:
            return wait
        at = now + 1
        for second, value in sorted(account.spent.items()):
            left -= value
            at = second + _WINDOW
            if left <= 0 or left + cost <= allowed:
                break
        return max(wait, at - now)


class Budget(Struct, frozen=True):
    """What one account may spend of one API, beside what its client project may."""

    ledger: Ledger
    #: Of the account.
    key: str
    #: Units a minute by key, the account's among them.
    limits: dict[str, float]
    #: "Gmail", for sentences.
    api: str

    def spend(self, cost: float, part: float = 1.0) -> None:
        """Spend `cost` units, after a short wait where that is enough; of the limits only `part` may be used.

        Raises RateLimited when the wait is longer: then nothing is spent.
        """
        limits = {key: limit * part for key, limit in self.limits.items()}
        sat_out = 0.0
        while (wait := self.ledger.spend(cost, limits)) > 0:
            if sat_out + wait > PATIENCE:
                at = datetime.now(UTC) + timedelta(seconds=wait)
                allowed = min(self.limits.values())
                raise RateLimited(
                    f"{self.api} allows {allowed:,.0f} units a minute; this minute's are used", at
                )  # fmt: skip
            time.sleep(wait)
            sat_out += wait

    def refused(self, retry_at: datetime) -> None:
        """The provider refused until `retry_at`."""
        self.ledger.refuse(self.key, max(1.0, (retry_at - datetime.now(UTC)).total_seconds()))
