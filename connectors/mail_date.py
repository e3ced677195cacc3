"""Dates of mail: the Date and Received fields (RFC 5322 §3.3) and the time in a mbox `From ` line (RFC 4155)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import time

_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_USUAL = re.compile(
    r"\s*+(?:[A-Za-z]{2,9},?\s++)?(\d{1,2})\s++([A-Za-z]{3})\s++(\d{4})\s++(\d\d?):(\d\d)(?::(\d\d))?"
    r"\s*+(?:([+-])(\d\d)(\d\d)|(GMT|UTC?|Z)\b).*",
    re.S | re.ASCII,
)
#: asctime, as the line that begins a message in a mbox carries it, with or without a zone before or after the year.
_POSTMARK = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d):(\d\d)(?::(\d\d))?"
    rb"(?:\s+(?:[A-Z]{2,5}|([+-])(\d\d)(\d\d)))?\s+(\d{4})(?:\s+([+-])(\d\d)(\d\d))?"
)
#: A date field longer than this is none.
_VALUE_MAX = 200
#: Before this there was no mail to export; clocks that were never set say 1970 or 1 January 1980.
_EARLIEST = datetime(1980, 1, 2, tzinfo=UTC)
#: A sender's clock may be ahead by a time zone and a bit.
_AHEAD = timedelta(days=2)


def sane(moment: datetime) -> bool:
    """Whether a mail can have been sent then: after 1 January 1980 and not later than two days from now."""
    return moment >= _EARLIEST and moment.timestamp() <= time() + _AHEAD.total_seconds()


def mail_date(value: str) -> datetime | None:
    """The moment a date field names, in UTC; None when it is no date or an absurd one. Never raises."""
    value = value[:_VALUE_MAX]
    try:
        moment = _usual(value) or _other(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and sane(moment) else None


def _usual(value: str) -> datetime | None:
    found = _USUAL.fullmatch(value)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes, _ = found.groups()
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    # A leap second is the last the datetime type knows (RFC 5322 §3.3 allows 60).
    seconds = min(int(second), 59) if second else 0
    moment = datetime(int(year), number, int(day), int(hour), int(minute), seconds, tzinfo=UTC)
    return moment if sign is None else moment - _offset(sign, hours, minutes)


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("no time zone is that far away")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset


def _other(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def received_date(value: str) -> datetime | None:
    """The moment a Received field names behind its last semicolon (RFC 5322 §3.6.7). Never raises."""
    return mail_date(value[-_VALUE_MAX:].rpartition(";")[2].strip())


def postmark_date(line: bytes) -> datetime | None:
    """The moment in a `From ` line, taken as UTC where it has no zone; None when there is none. Never raises."""
    found = _POSTMARK.search(line[:_VALUE_MAX])
    if found is None:
        return None
    month, day, hour, minute, second, sign, hours, minutes, year, sign2, hours2, minutes2 = found.groups()
    number = _MONTHS.get(month.decode().lower())
    if number is None:
        return None
    try:
        moment = datetime(int(year), number, int(day), int(hour), int(minute), min(int(second or b"0"), 59), tzinfo=UTC)
        if sign := sign or sign2:
            moment -= _offset(sign.decode(), (hours or hours2).decode(), (minutes or minutes2).decode())
    except (ValueError, OverflowError):
        return None
    return moment if sane(moment) else None
