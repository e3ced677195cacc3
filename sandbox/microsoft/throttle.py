"""Outlook's limits: requests at once and in ten minutes, for one mailbox.

learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.microsoft.answers import refusal
from sandbox.web.http import Answer

_WINDOW = 600.0


def throttled(seconds: int, word: str = "MailboxConcurrency") -> Answer:
    """The refusal, with when to come back."""
    return refusal(
        429, "ApplicationThrottled", f"Application is over its {word} limit.", {"Retry-After": str(seconds)}
    )  # fmt: skip


@dataclass
class Throttle:
    """Thread-safe."""

    concurrent: int = 4
    requests: int = 10_000
    #: Seconds that a refusal asks to wait.
    retry_after: int = 1
    peak: int = 0
    refused: int = 0
    asked: int = 0
    _inside: Counter[str] = field(default_factory=Counter)
    _lately: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def inside(self, mailbox: str) -> Iterator[Answer | None]:
        """One request in flight; what it is refused with, where it is."""
        with self._lock:
            self.asked += 1
            lately = self._lately.setdefault(mailbox, deque())
            lately.append(time.monotonic())
            while lately[0] < time.monotonic() - _WINDOW:
                lately.popleft()
            self._inside[mailbox] += 1
            self.peak = max(self.peak, self._inside[mailbox])
            over = None
            if self._inside[mailbox] > self.concurrent:
                over = throttled(self.retry_after)
            elif len(lately) > self.requests:
                over = throttled(self.retry_after, "MailboxRequests")
            self.refused += over is not None
        try:
            yield over
        finally:
            with self._lock:
                self._inside[mailbox] -= 1
