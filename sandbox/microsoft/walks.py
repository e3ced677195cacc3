"""Delta query: links that stand for a place in a walk, or for what has changed since one.

learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Feed:
    """One container's changes: when each of its objects was last changed, and what left it."""

    changed: dict[str, int] = field(default_factory=dict)
    left: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: Links from before this step are dead.
    oldest: int = 0

    def put(self, id: str, step: int) -> None:
        """Something came or changed."""
        self.changed[id] = step
        self.left.pop(id, None)

    def drop(self, id: str, step: int, reason: str = "deleted") -> None:
        """Something left."""
        self.changed.pop(id, None)
        self.left[id] = (step, reason)

    def since(self, step: int) -> list[tuple[str, str]]:
        """(id, reason for which it left or "") of every change after a step, the oldest first."""
        found = [(at, id, "") for id, at in self.changed.items() if at > step]
        found += [(at, id, reason) for id, (at, reason) in self.left.items() if at > step]
        return [(id, reason) for _, id, reason in sorted(found)]


@dataclass
class Walk:
    """A walk under way, or (with nothing left) its end."""

    feed: str
    #: Pages of objects, each with its id and, when it left, the reason.
    left: Sequence[tuple[str, str]]
    #: Where changes are to be counted from afterwards.
    step: int
    query: dict[str, str]
    #: The link is a deltaLink.
    over: bool = False


@dataclass
class Walks:
    """Every link that was given; thread-safe."""

    given: dict[str, Walk] = field(default_factory=dict)
    #: Tokens were given before they died.
    dead: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def link(self, walk: Walk) -> str:
        """A token for it."""
        with self._lock:
            token = secrets.token_urlsafe(24)
            self.given[token] = walk
            return token

    def find(self, token: str) -> Walk | None:
        """What a token stands for; None when it is not known (any more)."""
        with self._lock:
            return self.given.get(token)

    def forget(self, feed: str = "") -> None:
        """Every link of a feed (of all of them) is dead."""
        with self._lock:
            for token, walk in list(self.given.items()):
                if not feed or walk.feed == feed:
                    del self.given[token]
                    self.dead.add(token)
