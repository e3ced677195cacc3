"""The 64-bit keys under which copies, replies and series find each other: stable hashes of what identifies them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import blake2b

from interactions.address import canonical
from interactions.items import Email, Event, Mailbox


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


def content_key(email: Email) -> int | None:
    """Equal for archive copies of one mail that differ in Message-ID or by whole hours of Date; None without a date.

    Mail clients that lost the zone wrote copies shifted by whole hours, so the minute of the hour stays in.
    """
    if email.sent_at is None:
        return None
    parts = (
        canonical(email.sender.address) if email.sender else "",
        _set(email.to),
        _set(email.cc),
        " ".join(email.subject.split()),
        str(instant(email.sent_at) // 60 % 60),
    )
    return key("\n".join(parts))


def uid_key(event: Event) -> int:
    """Key of the series: every occurrence and every copy of one meeting has it."""
    return key(event.uid)


def _set(mailboxes: tuple[Mailbox, ...]) -> str:
    if len(mailboxes) == 1:
        return canonical(mailboxes[0].address)
    return ",".join(sorted({canonical(mailbox.address) for mailbox in mailboxes}))
