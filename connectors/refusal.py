"""What an error answer of any provider means for the account, the stream or the single item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from msgspec import Struct

from connectors.http import Response

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
