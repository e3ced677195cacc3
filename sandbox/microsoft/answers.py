"""Answers in Graph's own form: refusals, preferences, chosen properties.

learn.microsoft.com/graph/errors, …/graph/query-parameters
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.web.http import Answer, Request, json_answer

Json = dict[str, Any]
_SIZE = re.compile(r"odata\.maxpagesize=(\d+)")
_ZONE = re.compile(r'outlook\.timezone="([^"]+)"')


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """An error as Graph writes it."""
    inner = {"date": "2026-11-01T00:00:00", "request-id": "00000000-0000-0000-0000-000000000000"}
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    answer = json_answer(body, status)
    return Answer(status, answer.body, {**answer.headers, **(headers or {})})


def not_found() -> Answer:
    """The object is not there."""
    return refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def page_size(request: Request, otherwise: int, highest: int) -> int:
    """What `Prefer: odata.maxpagesize` asks for; headers are no part of a link, so each request has its own."""
    found = _SIZE.search(request.headers.get("prefer", ""))
    return min(max(int(found[1]), 1), highest) if found else otherwise


def immutable(request: Request) -> bool:
    """Whether ids that stay are asked for."""
    return 'idtype="immutableid"' in request.headers.get("prefer", "").lower()


def zone(request: Request, otherwise: str) -> str:
    """The time zone that times are asked for in."""
    found = _ZONE.search(request.headers.get("prefer", ""))
    return found[1] if found else otherwise


def chosen(value: Json, select: str) -> Json:
    """The properties that `$select` names, the id and the annotations always; all of them without it."""
    if not select:
        return value
    wanted = {one.strip() for one in select.split(",")} | {"id"}
    return {name: one for name, one in value.items() if name in wanted or name.startswith("@")}
