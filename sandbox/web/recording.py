"""Every request that came, without its body: what a reader of the traffic would hold against a promise."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One request, or one part of a batch."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    status: int
    authorized: bool
    #: Names of the fields of its form, for those that have one.
    form: Sequence[str] = ()

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "method": self.method, "path": self.path, "query": {k: list(v) for k, v in self.query.items()},
            "status": self.status, "authorized": self.authorized, "form": list(self.form),
        }  # fmt: skip


@dataclass
class Recording:
    """The newest million."""

    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=1_000_000))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, line: Line) -> None:
        """Write one down."""
        with self._lock:
            self.lines.append(line)

    def clear(self) -> None:
        """Begin anew."""
        with self._lock:
            self.lines.clear()

    def copy(self) -> list[Line]:
        """All of them."""
        with self._lock:
            return list(self.lines)
