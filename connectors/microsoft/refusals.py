"""Graph's refusals read once. The code decides, never the status alone.

learn.microsoft.com/graph/errors, …/graph/throttling, …/graph/delta-query-overview (synchronization reset)
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from connectors.http import Response
from connectors.refusal import PAUSE, Means, Refusal, retry_after

_EXPIRED = frozenset(
    {
        "syncstatenotfound", "syncstateinvalid", "resyncrequired", "invalidsyncstatedata", "errorinvalidsyncstatedata",
        "errorsyncstatenotfound", "invaliddeltatoken",
    }
)  # fmt: skip
_RATE = frozenset(
    {
        "applicationthrottled", "toomanyrequests", "activitylimitreached", "errortoomanyobjectsopened",
        "mailboxconcurrency", "errorexceededconnectioncount", "errorserverbusy",
    }
)  # fmt: skip
_SCOPE = frozenset({"erroraccessdenied", "authorization_requestdenied", "accessdenied", "forbidden"})
_AUTH = frozenset({"invalidauthenticationtoken", "lifetimevalidationfailed", "unauthenticated"})
_NO_MAILBOX = frozenset(
    {"mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi", "errornonexistentmailbox", "resourcenotfound"}
)
_GONE = frozenset({"erroritemnotfound", "itemnotfound", "errorfoldernotfound", "errorinvalidmailboxitemid"})


class _Error(Struct):
    code: str = ""
    message: str = ""


class _Body(Struct):
    error: _Error = msgspec.field(default_factory=_Error)


def read(response: Response, content: bytes, now: datetime | None = None) -> Refusal:
    """What an answer with status 300 or more means. Never raises."""
    try:
        error = msgspec.json.decode(content[:65_536], type=_Body).error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        error = _Error()
    now = now or datetime.now(UTC)
    word = re.sub(r"[^A-Za-z_]", "", error.code)[:60]
    means = _means(response.status, word.lower(), error.message[:2_000].lower())
    retry_at = retry_after(response, now) if means in (Means.RATE, Means.DOWN) else None
    if means == Means.RATE and retry_at is None:
        retry_at = now + timedelta(seconds=PAUSE)
    return Refusal(means, response.status, word, retry_at)


def _means(status: int, word: str, message: str) -> Means:
    if word in _EXPIRED or status == 410 or "syncstatenotfound" in message:
        return Means.EXPIRED
    if word in _RATE or status == 429 or "mailboxconcurrency" in message:
        return Means.RATE
    for known, means in ((_AUTH, Means.AUTH), (_NO_MAILBOX, Means.DISABLED), (_GONE, Means.GONE)):
        if word in known:
            return means
    if status == 403:
        return Means.SCOPE if word in _SCOPE else Means.FORBIDDEN
    if status >= 500 or 300 <= status < 400:
        return Means.DOWN
    return {401: Means.AUTH, 404: Means.GONE, 408: Means.DOWN, 409: Means.DOWN}.get(status, Means.BAD)
