"""The 64-bit keys under which copies, replies and series find each other: stable hashes of what identifies them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import blake2b

from interactions.address import canonical
from interactions.items import Email, Event, Mailbox

#: Seconds.
DAY = 86_400


def key(text: str) -> int:
    """A stable signed 64-bit hash: fits a BIGINT on every database."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def instant(moment: datetime | date) -> int:
    """Whole seconds since 1970 UTC; an all-day date is its midnight UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return int(moment.timestamp())


def message_key(email: Email) -> int | None:
    """Key of the Message-ID, or None when there is none."""
    return key(email.message_id) if email.message_id else None


def reply_key(email: Email) -> int | None:
    """Key of the message this one answers, comparable with `message_key`."""
    return key(email.in_reply_to) if email.in_reply_to else None


def copy_key(email: Email) -> int | None:
    """Equal for copies of one mail: one Message-ID from one sender in one minute; None without a Message-ID.

    A Message-ID alone is not enough: RFC 5322 §3.6.4 makes it unique, senders do not.
    """
    if not email.message_id:
        return None
    minute = instant(email.sent_at) // 60 if email.sent_at else 0
    return key(f"{email.message_id}\n{_sender(email)}\n{minute}")


def content_key(email: Email) -> int | None:
    """What an archive mail says, plus the day it was sent; None without a date.

    Two such keys differ by the days between two mails alike in From, To, Cc, Subject and minute of the hour: mail
    programs that lost the zone wrote copies shifted by whole hours. `content_base` takes the day out again.
    """
    if email.sent_at is None:
        return None
    at = instant(email.sent_at)
    parts = (_sender(email), _set(email.to), _set(email.cc), " ".join(email.subject.split()), str(at // 60 % 60))
    return _signed(key("\n".join(parts)) + at // DAY)


def content_base(content_key: int, at: int) -> int:
    """The key without its day."""
    return _signed(content_key - at // DAY)


def content_near(content_key: int) -> tuple[int, ...]:
    """The keys of the same content from the day before to two days after."""
    return tuple(_signed(content_key + days) for days in (-1, 0, 1, 2))


def uid_key(event: Event) -> int:
    """Key of the series: every occurrence and every copy of one meeting has it."""
    return key(event.uid)


def _sender(email: Email) -> str:
    return canonical(email.sender.address) if email.sender else ""


def _signed(number: int) -> int:
    """Wrapped into a signed 64-bit integer."""
    return (number + 2**63) % 2**64 - 2**63


def _set(mailboxes: tuple[Mailbox, ...]) -> str:
    if len(mailboxes) == 1:
        return canonical(mailboxes[0].address)
    return ",".join(sorted({canonical(mailbox.address) for mailbox in mailboxes}))
