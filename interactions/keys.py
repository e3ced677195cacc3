"""The 64-bit keys under which copies, replies and series find each other: stable hashes of what identifies them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import blake2b

from interactions.address import canonical
from interactions.items import Email, Event, Mailbox

#: Seconds.
DAY = 86_400
#: Bits of hash behind a minute (29 bits: until the year 2990) and behind a day (17 bits: until 2328).
_COPY_BITS, _CONTENT_BITS = 34, 46
#: From one day's key to the next.
_NEXT_DAY = 1 << _CONTENT_BITS


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

    A Message-ID alone is not enough: RFC 5322 §3.6.4 makes it unique, senders do not. The minute leads, so that mail
    that is read in order of time is also indexed in that order, on the same few pages.
    """
    if not email.message_id:
        return None
    minute = instant(email.sent_at) // 60 if email.sent_at else 0
    return _led(minute, _COPY_BITS, key(f"{email.message_id}\n{_sender(email)}\n{minute}"))


def content_key(email: Email) -> int | None:
    """The day an archive mail was sent, leading, and what it says; None without a date.

    Such keys differ in the day alone for mails alike in From, To, Cc, Subject and minute of the hour: mail programs
    that lost the zone wrote copies shifted by whole hours.
    """
    if email.sent_at is None:
        return None
    at = instant(email.sent_at)
    parts = (_sender(email), _set(email.to), _set(email.cc), " ".join(email.subject.split()), str(at // 60 % 60))
    return _led(at // DAY, _CONTENT_BITS, key("\n".join(parts)))


def content_base(content_key: int) -> int:
    """The key without its day."""
    return content_key & (1 << _CONTENT_BITS) - 1


def content_near(content_key: int) -> tuple[int, ...]:
    """The keys of the same content from the day before to two days after."""
    return (content_key - _NEXT_DAY, content_key, content_key + _NEXT_DAY, content_key + 2 * _NEXT_DAY)


def _led(number: int, bits: int, hashed: int) -> int:
    """`bits` bits of a hash behind a number, in 63 bits: never negative, and in order of the number."""
    # Two values are left free at the top, so that a key's neighbours are keys too.
    return number % ((1 << 63 - bits) - 2) << bits | hashed & (1 << bits) - 1


def conversation_key(email: Email) -> int | None:
    """Key of the conversation: the provider's thread, or the mail that began it as far as References tell."""
    named = email.thread or email.in_reply_to or email.message_id
    return key(named) if named else None


def uid_key(event: Event) -> int:
    """Key of the series: every occurrence and every copy of one meeting has it."""
    return key(event.uid)


def _sender(email: Email) -> str:
    return canonical(email.sender.address) if email.sender else ""


def _set(mailboxes: tuple[Mailbox, ...]) -> str:
    if len(mailboxes) == 1:
        return canonical(mailboxes[0].address)
    return ",".join(sorted({canonical(mailbox.address) for mailbox in mailboxes}))
