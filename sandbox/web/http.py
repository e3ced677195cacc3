"""A request to the sandbox and its answer, whatever part of it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


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


def request_of(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Request:
    """A request from its line and headers (names in lower case)."""
    parts = urlsplit(target)
    path = tuple(unquote(part) for part in parts.path.strip("/").split("/"))
    query = {name: tuple(values) for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Request(method, path, query, headers, body)
