"""Quota as Google counts it: units in any 60 seconds, for one user and for the whole project.

developers.google.com/workspace/gmail/api/reference/quota (2026), …/calendar/api/guides/quota
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.google.answers import refusal
from sandbox.web.http import Answer

#: Units of a request by its route; what is not named costs one.
COSTS = {
    "gmail.profile": 1, "gmail.labels": 1, "gmail.history": 2, "gmail.messages": 5, "gmail.messages.get": 20,
    "gmail.threads": 10, "gmail.threads.get": 40,
}  # fmt: skip
#: Units a minute and user, by API.
LIMITS = {"gmail": 6_000, "calendar": 600, "people": 90}
_PROJECT = 1_200_000
_WINDOW = 60.0


@dataclass
class Window:
    """What was spent lately."""

    spent: deque[tuple[float, int]] = field(default_factory=deque)
    total: int = 0

    def add(self, at: float, units: int) -> None:
        """Spend."""
        self.spent.append((at, units))
        self.total += units

    def forget(self, before: float) -> None:
        """What is older no longer counts."""
        while self.spent and self.spent[0][0] <= before:
            self.total -= self.spent.popleft()[1]


@dataclass
class Quota:
    """Thread-safe; what was refused costs nothing."""

    limits: dict[str, float] = field(default_factory=lambda: dict(LIMITS))
    project: float = _PROJECT
    #: All limits are multiplied by it.
    rate: float = 1.0
    #: Most requests in flight of one user; 0: no limit.
    concurrent: int = 0
    #: How refusals are worded: "quota", "user", "retry" or "concurrent".
    wording: str = "quota"
    spent: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    peak: int = 0
    #: (monotonic seconds, route, units)
    log: list[tuple[float, str, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _recent: dict[str, Window] = field(default_factory=dict)
    _flying: Counter[str] = field(default_factory=Counter)

    def charge(self, user: str, route: str) -> Answer | None:
        """Take a request's units; the refusal when there are not enough left."""
        api = route.partition(".")[0]
        if api not in self.limits:
            return None
        cost = COSTS.get(route, 1)
        with self._lock:
            now = time.monotonic()
            mine, everybody = (self._window(key, now) for key in (f"{api}:{user}", f"{api}:*"))
            limit = self.limits[api] * self.rate
            if mine.total + cost > limit or everybody.total + cost > self.project * self.rate:
                self.refused += 1
                return worded(self.wording, api)
            mine.add(now, cost)
            everybody.add(now, cost)
            self.spent[route] += cost
            self.log.append((now, route, cost))
        return None

    def enter(self, user: str, number: int = 1) -> Answer | None:
        """`number` requests begin; the refusal when too many are under way."""
        with self._lock:
            self._flying[user] += number
            self.peak = max(self.peak, self._flying[user])
            if self.concurrent and self._flying[user] > self.concurrent:
                self.refused += 1
                return worded("concurrent", "gmail")
        return None

    def leave(self, user: str, number: int = 1) -> None:
        """They are over."""
        with self._lock:
            self._flying[user] -= number

    def units(self, api: str = "gmail") -> int:
        """All that was spent of an API."""
        with self._lock:
            return sum(units for route, units in self.spent.items() if route.startswith(api))

    def reset(self) -> None:
        """Count from nothing."""
        with self._lock:
            self.spent.clear()
            self.log.clear()
            self._recent.clear()
            self.refused = self.peak = 0

    def _window(self, key: str, now: float) -> Window:
        window = self._recent.setdefault(key, Window())
        window.forget(now - _WINDOW)
        return window


def worded(wording: str, api: str) -> Answer:
    """A refusal in one of Google's wordings."""
    service = {"calendar": "calendar-json"}.get(api, api)
    if wording == "user":
        return refusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits")
    if wording == "retry":
        until = datetime.now(UTC) + timedelta(seconds=2)
        text = f"User-rate limit exceeded.  Retry after {until:%Y-%m-%dT%H:%M:%S}.{until.microsecond // 1000:03}Z"
        return refusal(429, "rateLimitExceeded", text, word="RESOURCE_EXHAUSTED")
    if wording == "concurrent":
        return refusal(429, "rateLimitExceeded", "Too many concurrent requests for user", word="RESOURCE_EXHAUSTED")
    text = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service"
        f" '{service}.googleapis.com' for consumer 'project_number:123456789012'."
    )
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED",
            "domain": "googleapis.com"}  # fmt: skip
    status = 429 if api == "people" else 403
    return refusal(status, "rateLimitExceeded", text, word="RESOURCE_EXHAUSTED", domain="usageLimits", details=[info])
