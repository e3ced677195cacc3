"""Google's refusals read once: what an error answer means for the account, the stream or the single item.

developers.google.com/workspace/gmail/api/guides/handle-errors, …/calendar/api/guides/errors; AIP-193 for `details`.
The reason decides, never the status alone: quota is refused with 403 as well as with 429.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from connectors.http import Response
from connectors.refusal import PAUSE, PAUSE_MAX, Means, Refusal, retry_after

_RETRY_AFTER = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)")
_RATE = frozenset(
    {
        "ratelimitexceeded", "userratelimitexceeded", "quotaexceeded", "rate_limit_exceeded", "resource_exhausted",
        "toomanyrequests", "too_many_requests", "dailylimitexceeded", "concurrentlimitexceeded",
    }
)  # fmt: skip
_DISABLED = frozenset({"accessnotconfigured", "service_disabled"})
_SCOPE = frozenset({"insufficientpermissions", "access_token_scope_insufficient", "insufficientscopes"})
_FORBIDDEN = frozenset({"domainpolicy"})
_EXPIRED = frozenset({"fullsyncrequired", "updatedmintoolongago", "expired_sync_token"})


class _One(Struct):
    reason: str = ""
    message: str = ""


class _Error(Struct):
    message: str = ""
    status: str = ""
    errors: list[_One] = []
    details: list[dict[str, Any]] = []


class _Body(Struct):
    error: _Error = msgspec.field(default_factory=_Error)


def read(response: Response, content: bytes, now: datetime | None = None) -> Refusal:
    """What an answer with status 300 or more means. Never raises."""
    error = _decoded(content)
    words = _words(error)
    status = response.status
    reason = next((word for word in words), "")
    means = _means(status, {word.lower() for word in words}, error.message.lower())
    retry_at = None
    if means in (Means.RATE, Means.DOWN):
        retry_at = _retry_at(response, error, now or datetime.now(UTC), sure=means == Means.RATE)
    return Refusal(means, status, re.sub(r"[^A-Za-z_]", "", reason)[:60], retry_at)


def _decoded(content: bytes) -> _Error:
    try:
        return msgspec.json.decode(content[:65_536], type=_Body).error
    except (msgspec.DecodeError, RecursionError):
        return _Error()


def _words(error: _Error) -> list[str]:
    """Every word that says why, the most telling first."""
    told = [str(one.get("reason", "")) for one in error.details[:20]]
    return [word for word in (*told, *(one.reason for one in error.errors[:20]), error.status) if word]


def _means(status: int, words: set[str], message: str) -> Means:
    for known, means in ((_DISABLED, Means.DISABLED), (_SCOPE, Means.SCOPE), (_EXPIRED, Means.EXPIRED)):
        if words & known:
            return means
    if words & _RATE or status == 429 or "too many concurrent" in message:
        return Means.RATE
    if words & _FORBIDDEN:
        return Means.POLICY
    by_status = {401: Means.AUTH, 403: Means.FORBIDDEN, 404: Means.GONE, 410: Means.EXPIRED, 408: Means.DOWN}
    if status == 400 and "failedprecondition" in {word.replace("_", "") for word in words}:
        return Means.DOWN  # "Precondition check failed": Gmail's own words for "not now".
    if status >= 500 or 300 <= status < 400:
        return Means.DOWN
    return by_status.get(status, Means.BAD)


def _retry_at(response: Response, error: _Error, now: datetime, *, sure: bool) -> datetime | None:
    """Until when to wait: the message's own word, then the header's (RFC 9110 §10.2.3), then half a minute."""
    longest = now + timedelta(seconds=PAUSE_MAX)
    for message in (error.message, *(one.message for one in error.errors[:20])):
        found = _RETRY_AFTER.search(message[:2_000])
        if found:
            return min(datetime.fromisoformat(found[1]), longest)
    return retry_after(response, now) or (now + timedelta(seconds=PAUSE) if sure else None)
