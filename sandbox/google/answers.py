"""Answers in Google's own form: refusals, and where a page begins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.web.http import Answer, Request, json_answer


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
