"""A request to the sandbox and its answer, whatever part of it answers; refusals in Google's own form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came, the path cut at its slashes and each part decoded (RFC 3986 §2.1)."""

    method: str
    #: ("gmail", "v1", "users", "me", "messages")
    path: tuple[str, ...]
    #: Every parameter with all its values, in order.
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def first(self, name: str, otherwise: str = "") -> str:
        """The first value of a parameter."""
        return next(iter(self.query.get(name, ())), otherwise)

    def number(self, name: str, otherwise: int, highest: int) -> int:
        """A parameter as a number between 1 and `highest`; `otherwise` when it is not there or none."""
        text = self.first(name)
        return min(max(int(text), 1), highest) if text.isascii() and text.isdigit() else otherwise


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200) -> Answer:
    """A document."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), {"Content-Type": "application/json"})


def refusal(
    status: int,
    reason: str,
    message: str,
    *,
    word: str = "",
    domain: str = "global",
    details: Sequence[Mapping[str, Any]] = (),
) -> Answer:
    """An error as Google's APIs write it: code, message, errors[0].reason, status word and details."""
    error: dict[str, Any] = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": domain, "reason": reason}],
    }
    if word:
        error["status"] = word
    if details:
        error["details"] = list(details)
    return json_answer({"error": error}, status)


def place(request: Request, step: int) -> tuple[int, int]:
    """Where a page begins, and the step at which its listing began: `step` when this is its first page."""
    start, _, begun = request.first("pageToken").removeprefix("p").partition("-")
    return (int(start), int(begun)) if start.isdigit() and begun.isdigit() else (0, step)


def asked_for(request: Request, free: frozenset[str]) -> str:
    """Equal for requests whose parameters are equal but for those that are `free` to change."""
    words = sorted((name, list(values)) for name, values in request.query.items() if name not in free)
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:20]
