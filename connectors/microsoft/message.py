"""A message of Graph read into an `Email`: its addresses, ids and headers, never a body, preview or attachment.

learn.microsoft.com/graph/api/resources/message. Sent items have no internet message headers; what Graph tells by
itself is enough for who, when and to whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

import msgspec
from msgspec import Struct, field

from connectors.rfc5322 import BLOCK_MAX, email_from_headers
from connectors.text import clean
from interactions.items import NAME_MAX, PEOPLE_MAX, Email, Gone, Unreadable

#: All that is asked for of a message; the last of them cannot be had of every account.
FIELDS = (
    "internetMessageId,conversationId,subject,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo,"
    "receivedDateTime,sentDateTime,isDraft,categories"
)
HEADERS = "internetMessageHeaders"
#: Told by Graph itself, and better: names decoded, groups unfolded.
_TOLD = frozenset({"from", "to", "cc", "bcc", "reply-to", "subject", "message-id"})
#: One address as it may stand in a header; anything else (X.500 names, text with commas) is none.
_ADDRESS = re.compile(r"[^\s<>(),;:\\\"\[\]@]{1,64}@[^\s<>(),;:\\\"@]{1,255}")
_UNSAFE = re.compile(r"[\"\\\x00-\x1f\x7f]")
_CATEGORIES, _LABEL_MAX = 50, 225


class _EmailAddress(Struct):
    name: str | None = ""
    address: str | None = ""


class _Recipient(Struct, rename="camel"):
    email_address: _EmailAddress | None = None


class _Header(Struct):
    name: str | None = ""
    value: str | None = ""


class Message(Struct, rename="camel"):
    """What Graph gives for FIELDS and HEADERS; anything may be null."""

    id: str
    internet_message_id: str | None = ""
    conversation_id: str | None = ""
    subject: str | None = ""
    from_: _Recipient | None = field(name="from", default=None)
    sender: _Recipient | None = None
    to_recipients: list[_Recipient] | None = None
    cc_recipients: list[_Recipient] | None = None
    bcc_recipients: list[_Recipient] | None = None
    reply_to: list[_Recipient] | None = None
    received_date_time: str | None = ""
    sent_date_time: str | None = ""
    is_draft: bool | None = False
    categories: list[str] | None = None
    internet_message_headers: list[_Header] | None = None


def item_of(raw: bytes, labels: Sequence[str]) -> Email | Gone | Unreadable:
    """The mail of one message's document, with the labels of its folder. Never raises."""
    try:
        message = msgspec.json.decode(raw, type=Message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        digest = sha256(raw).hexdigest()
        return Unreadable(
            f"x{digest[:32]}", "Outlook mail's answer about it is in no form we know.", "", len(raw), digest
        )
    if message.is_draft:
        return Gone(message.id)
    headers: list[tuple[str, str]] = []
    size = 0
    for name, value in _headers(message):
        size += len(name) + len(value)
        if size > BLOCK_MAX:
            return Unreadable(message.id, "Its headers are larger than 256 kB.", "", size)
        headers.append((name, value))
    categories = [clean(one, _LABEL_MAX) for one in (message.categories or [])[:_CATEGORIES]]
    return email_from_headers(
        message.id,
        headers,
        labels=tuple(dict.fromkeys([*labels, *(one for one in categories if one)])),
        thread=message.conversation_id or "",
        received_at=_moment(message.received_date_time),
    )


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """The message as header fields (RFC 5322): what Graph tells, then what only the headers do."""
    own = [("from", [message.from_]), ("to", message.to_recipients), ("cc", message.cc_recipients),
           ("bcc", message.bcc_recipients), ("reply-to", message.reply_to)]  # fmt: skip
    told: set[str] = set()
    for name, recipients in own:
        boxes = [box for one in (recipients or [])[: PEOPLE_MAX + 1] if (box := _box(one))]
        if boxes:
            told.add(name)
            yield name, ", ".join(boxes)
    if message.subject:
        told.add("subject")
        yield "subject", message.subject
    if message.internet_message_id:
        told.add("message-id")
        yield "message-id", message.internet_message_id
    delegate = _box(message.sender)
    if delegate and delegate != _box(message.from_):
        yield "sender", delegate
        told.add("sender")
    dated = False
    for header in message.internet_message_headers or []:
        name = (header.name or "").lower()
        dated = dated or name == "date"
        if name and name not in told:
            yield name, header.value or ""
    sent = _moment(message.sent_date_time)
    if not dated and sent is not None:
        yield "date", format_datetime(sent)


def _box(recipient: _Recipient | None) -> str:
    """One mailbox as a header has it; "" where there is no address that mail could go to.

    Inside one Exchange organisation a sender may be an X.500 name (/O=EXCHANGELABS/…): that is nobody's address.
    """
    if recipient is None or recipient.email_address is None:
        return ""
    address = (recipient.email_address.address or "").strip()
    if _ADDRESS.fullmatch(address) is None:
        return ""
    name = _UNSAFE.sub(" ", (recipient.email_address.name or "")[: NAME_MAX * 2]).strip()
    return f'"{name}" <{address}>' if name and name != address else f"<{address}>"


def _moment(text: str | None) -> datetime | None:
    """A DateTimeOffset of Graph as an instant in UTC; None for none."""
    try:
        found = datetime.fromisoformat((text or "")[:40])
        return found.astimezone(UTC) if found.tzinfo is not None and found.year > 1601 else None
    except (ValueError, OverflowError):
        return None
