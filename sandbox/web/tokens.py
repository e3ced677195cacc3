"""Access tokens of any provider: who holds which, until when, and their end (RFC 6750)."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from sandbox.web.http import Request


class Revocable(Protocol):
    """A consent that can end."""

    revoked: bool


G = TypeVar("G", bound=Revocable)


@dataclass
class Tokens(Generic[G]):
    """All consents and tokens of one provider; thread-safe."""

    #: Seconds an access token lives.
    lifetime: int = 3_599
    #: By refresh token.
    grants: dict[str, G] = field(default_factory=dict)
    access: dict[str, tuple[G, float]] = field(default_factory=dict)
    #: How often a token was renewed.
    renewals: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def holder(self, request: Request) -> G | None:
        """The consent that a request's token stands for."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            grant, until = self.access.get(token, (None, 0.0))
        if kind.lower() != "bearer" or grant is None or grant.revoked or until < time.time():
            return None
        return grant

    def expire(self) -> None:
        """Every access token has run out."""
        with self._lock:
            self.access.clear()

    def revoke_all(self) -> None:
        """Every consent was withdrawn."""
        with self._lock:
            for grant in self.grants.values():
                grant.revoked = True
