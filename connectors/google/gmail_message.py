"""A message of the Gmail API, format=metadata, read into an `Email`: its headers and labels, never a snippet or part.

developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from connectors.rfc5322 import BLOCK_MAX, email_from_headers
from connectors.text import clean
from interactions.items import Email, Gone, Unreadable

#: All that is asked for of a message: what an answer may hold at most.
FIELDS = "id,threadId,labelIds,internalDate,payload(headers)"
#: Hidden from the owner, or nothing that was sent: never stored.
HIDDEN = frozenset({"SPAM", "TRASH", "DRAFT", "CHAT"})
#: Come and go while one reads, and say nothing of who was in touch with whom.
FLEETING = frozenset({"INBOX", "UNREAD", "STARRED", "IMPORTANT"})
#: Gmail's own limit for a label's name.
_LABEL_MAX = 225
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
#: Milliseconds that an id's upper bits may stand for: Gmail's first year until 2100.
_BORN, _LATEST = 1_080_000_000_000, 4_102_444_800_000


class _Header(Struct):
    name: str = ""
    value: str = ""


class _Payload(Struct):
    headers: list[_Header] = []


class Message(Struct, rename="camel"):
    """What the API gives for FIELDS."""

    id: str
    thread_id: str = ""
    label_ids: list[str] = []
    internal_date: str = ""
    payload: _Payload = msgspec.field(default_factory=_Payload)


def is_id(text: str) -> bool:
    """Whether `text` can be an id of the API: it goes into the path of a request."""
    return _ID.fullmatch(text) is not None


def milliseconds(id: str) -> int:
    """When a message arrived, as its id tells it (not documented, so good for an order and for nothing else); or 0."""
    try:
        found = int(id, 16) >> 20
    except ValueError:
        return 0
    return found if _BORN < found < _LATEST else 0


def item_of(content: bytes, labels: Mapping[str, str], id: str = "") -> Email | Gone | Unreadable:
    """The mail of one message's document; `id` is the one that was asked for. Never raises."""
    try:
        message = msgspec.json.decode(content, type=Message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        digest = sha256(content).hexdigest()
        return Unreadable(
            id or f"x{digest[:32]}", "Gmail's answer about it is in no form we know.", "", len(content), digest
        )
    if id and message.id != id:
        digest = sha256(content).hexdigest()
        return Unreadable(id, "Gmail answered with another message.", "", len(content), digest)
    return read(message, labels)


def read(message: Message, labels: Mapping[str, str]) -> Email | Gone | Unreadable:
    """The mail of one message; `labels` has names by id. A hidden one is as good as not there."""
    if HIDDEN & set(message.label_ids):
        return Gone(message.id)
    size = 0
    headers: list[tuple[str, str]] = []
    for one in message.payload.headers:
        size += len(one.name) + len(one.value)
        if size > BLOCK_MAX:
            return Unreadable(message.id, "Its headers are larger than 256 kB.", "", size)
        headers.append((one.name, one.value))
    return email_from_headers(
        message.id,
        headers,
        labels=named(message.label_ids, labels),
        thread=message.thread_id,
        received_at=_received(message.internal_date),
    )


def named(label_ids: list[str], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Labels as they are kept: system labels by id, the owner's by name, the fleeting ones not at all."""
    kept = {labels.get(one, one) for one in label_ids[:200] if one not in FLEETING}
    return tuple(sorted(clean(one, _LABEL_MAX) for one in kept))


def _received(internal_date: str) -> datetime | None:
    if not internal_date.isascii() or not internal_date.isdigit() or len(internal_date) > 15:
        return None
    seconds = int(internal_date) // 1000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST // 1000 else None
