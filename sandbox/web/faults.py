"""Misbehaviour on demand: what a server, a network or a provider can do to a client."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox.web.http import Answer

#: Done by the server itself while it sends.
ON_THE_WAY = ("cut", "hang", "drip")
#: Answers that are nobody's, whichever provider is played.
NOBODYS = ("html", "nothing", "redirect")


@dataclass
class Fault:
    """One misbehaviour: `kind` on the routes that begin with `route` ("*": all but control)."""

    kind: str
    route: str = "*"
    #: Of the matching requests so many are spoilt; None: all of them.
    count: int | None = 1
    #: Each with this chance.
    chance: float = 1.0
    #: So many matching requests are left alone first.
    after: int = 0
    #: Of "hang".
    seconds: float = 5.0


@dataclass
class Faults:
    """The faults that are on; thread-safe, and the same for the same seed and requests."""

    #: What may be switched on.
    known: tuple[str, ...]
    rng: Random = field(default_factory=lambda: Random(11))
    active: list[Fault] = field(default_factory=list)
    #: How many came about, by kind.
    done: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, route: str = "*", **more: Any) -> None:
        """Switch one on. Raises ValueError for an unknown kind."""
        if kind not in self.known:
            raise ValueError(f"no fault is called {kind}")
        with self._lock:
            self.active.append(Fault(kind, route, **more))

    def clear(self) -> None:
        """Behave."""
        with self._lock:
            self.active.clear()

    def pick(self, route: str, kinds: tuple[str, ...]) -> Fault | None:
        """The fault that befalls a request now."""
        with self._lock:
            for fault in self.active:
                if fault.kind not in kinds or not (fault.route == "*" or route.startswith(fault.route)):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.count == 0 or self.rng.random() >= fault.chance:
                    continue
                if fault.count is not None:
                    fault.count -= 1
                self.done[fault.kind] = self.done.get(fault.kind, 0) + 1
                return fault
        return None


def nobodys(kind: str) -> Answer:
    """What a proxy, a captive network or an attacker answers in a provider's place."""
    return {
        "html": Answer(200, b"<html><body>Sign in to the network</body></html>", {"Content-Type": "text/html"}),
        "nothing": Answer(200, b"", {"Content-Type": "application/json"}),
        "redirect": Answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"}),
    }[kind]


def damaged(kind: str, answer: Answer) -> Answer:
    """An answer that is cut ("truncated") or far too large ("huge")."""
    if kind == "truncated":
        return Answer(200, answer.body[: max(len(answer.body) // 2, 1)], answer.headers)
    return Answer(200, b'{"x":"' + b"a" * (40 * 1024 * 1024) + b'"}', answer.headers)
