"""The line that begins a message in a mbox (RFC 4155), told from body lines that begin with the same word."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from connectors.mail_date import postmark_date, sane

#: Longer lines are text.
LINE_MAX = 1_000
_DATED = re.compile(
    rb"From [^\n]{0,500}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    rb"[ \t]+\d{1,2}[ \t]+\d\d:\d\d(?::\d\d)?(?:[ \t]+\S{1,10}){0,2}[ \t]+\d{4}(?:[ \t]+[+-]\d{4})?"
    rb"(?:[ \t]+remote from \S{1,255})?\s*"
)
#: Takeout writes the message's id where the sender stands.
_GMAIL = re.compile(rb"From (\d{10,20})@xxx\b")
#: Netscape and some exporters leave the date out.
_BARE = re.compile(rb"From (?:-|\S{1,320}@\S{1,255}|MAILER-DAEMON)[ \t]*\r?")
_NETSCAPE = re.compile(rb"From -[ \t\r]*(?:[A-Z][a-z]{2} .*)?")
_HEADER = re.compile(rb"(?:>From |[!-9;-~]{1,100}[ \t]*:)")


def begins_message(line: bytes, next_line: bytes) -> bool:
    """Whether a line behind a blank line begins a message; `line` starts with "From " and has no line end."""
    if len(line) > LINE_MAX:
        return False
    if _GMAIL.match(line) or _DATED.fullmatch(line):
        return True
    return _BARE.fullmatch(line) is not None and _HEADER.match(next_line) is not None


def begins_message_unspaced(line: bytes, next_line: bytes) -> bool:
    """The same for a line without a blank one before it: files that count by Content-Length have such."""
    return _NETSCAPE.fullmatch(line) is not None and _HEADER.match(next_line) is not None


def gmail_id(line: bytes) -> int | None:
    """The number Takeout writes into the line: in hexadecimal the id Gmail's API gives the message."""
    found = _GMAIL.match(line)
    number = int(found[1]) if found else None
    return number if number is not None and number < 1 << 64 else None


def gmail_time(number: int) -> datetime | None:
    """When Gmail took a message in: its id without the last 20 bits counts milliseconds since 1970."""
    moment = datetime.fromtimestamp((number >> 20) / 1000, UTC) if number >> 20 < 10**14 else None
    return moment if moment is not None and sane(moment) else None


def delivery_time(line: bytes) -> datetime | None:
    """The time the line says, UTC where it has no zone."""
    return postmark_date(line)
