"""What an error answer of any provider means for the account, the stream or the single item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec import Struct

from connectors.http import Response
from connectors.rate import Budget
from interactions.errors import RateLimited, SourceDown, SourceProblem

T = TypeVar("T")

#: Pause after a refusal that does not say until when, in seconds.
PAUSE = 30.0
#: The longest pause that is believed.
PAUSE_MAX = 3_600.0


class Means(StrEnum):
    """What follows from an error answer."""

    RATE = "rate"
    DOWN = "down"
    AUTH = "auth"
    SCOPE = "scope"
    DISABLED = "disabled"
    POLICY = "policy"
    EXPIRED = "expired"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    BAD = "bad"


class Refusal(Struct, frozen=True):
    """One error answer, without anything of the request in it."""

    means: Means
    status: int
    #: The provider's word for it, or "".
    reason: str
    retry_at: datetime | None = None


class Refused(SourceProblem):
    """An error answer that means something to whoever asked: not there, expired, not allowed, not understood."""

    def __init__(self, called: str, refusal: Refusal) -> None:
        super().__init__(f"{called} refused a request ({refusal.reason or 'no reason given'}, {refusal.status}).")
        self.means = refusal.means
        self.refusal = refusal


def passing(called: str, refusal: Refusal, budget: Budget, patience: timedelta = timedelta()) -> SourceProblem | None:
    """The error of a refusal that will pass: a limit, a fault of theirs, a token; None for any other.

    One of quota is told to the budget, so that all workers hold back, for `patience` at least.
    """
    if refusal.means == Means.RATE:
        assert refusal.retry_at is not None
        retry_at = max(refusal.retry_at, datetime.now(UTC) + patience)
        budget.refused(retry_at)
        return RateLimited(f"{called} asks us to slow down", retry_at)
    if refusal.means == Means.DOWN:
        if refusal.retry_at is not None:
            return RateLimited(f"{called} is not available", refusal.retry_at)
        return SourceDown(f"{called} answers with an error of its own ({refusal.status}). It is tried again.")
    if refusal.means == Means.AUTH:
        # Whether the consent is gone is for the sign-in to say: this token was made just now.
        return SourceDown(f"{called} does not take a fresh token. It is tried again.")
    return None


def decoded(content: bytes, shape: type[T], called: str) -> T:
    """An answer's document. Raises SourceDown when it is none: an error page, or one that was cut."""
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        raise SourceDown(f"{called} answered with something that cannot be read. It is tried again.") from None


def retry_after(response: Response, now: datetime) -> datetime | None:
    """Until when the Retry-After header asks to wait (RFC 9110 §10.2.3), an hour at most; None without one."""
    longest = now + timedelta(seconds=PAUSE_MAX)
    header = response.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return min(now + timedelta(seconds=min(int(header[:9]), PAUSE_MAX)), longest)
    if not header:
        return None
    try:
        return min(max(parsedate_to_datetime(header).astimezone(UTC), now), longest)
    except (ValueError, TypeError, OverflowError):
        return None
