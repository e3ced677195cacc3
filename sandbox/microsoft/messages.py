"""What Graph tells of a message, made from its headers; with all that must never be read beside what may be.

learn.microsoft.com/graph/api/resources/message
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from sandbox.canaries import BODY, SNIPPET

Json = dict[str, Any]
Headers = Sequence[tuple[str, str]]
#: Absent under Mail.ReadBasic.
PRIVATE = ("body", "bodyPreview", "uniqueBody", "attachments")


def of_headers(headers: Headers, at: datetime, *, received: bool, bulk: bool = False) -> Json:
    """The message's properties; only what was received keeps its headers."""
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(value)
    first = {name: values[0] for name, values in fields.items()}
    sender = _boxes(first.get("sender", first.get("from", "")))
    thread = first.get("references", first.get("message-id", first.get("subject", ""))).split(" ")[0].strip()
    found: Json = {
        "@odata.etag": 'W/"CQAAABYAAAA"', "createdDateTime": stamp(at), "lastModifiedDateTime": stamp(at),
        "changeKey": "CQAAABYAAAA", "categories": [], "receivedDateTime": stamp(at),
        "sentDateTime": stamp(_dated(first.get("date", ""), at)), "hasAttachments": False,
        "internetMessageId": first.get("message-id", f"<{hashlib.sha1(repr(headers).encode()).hexdigest()}@x.example>"),
        "subject": _text(first.get("subject", "")), "importance": "normal",
        "parentFolderId": "", "conversationId": _conversation(thread), "isDeliveryReceiptRequested": False,
        "isReadReceiptRequested": False, "isRead": True, "isDraft": False,
        "webLink": f"https://outlook.office365.com/owa/?ItemID={SNIPPET}",
        "inferenceClassification": "other" if bulk else "focused",
        "sender": sender[0] if sender else None, "from": next(iter(_boxes(first.get("from", ""))), None),
        "toRecipients": _boxes(*fields.get("to", ())), "ccRecipients": _boxes(*fields.get("cc", ())),
        "bccRecipients": _boxes(*fields.get("bcc", ())), "replyTo": _boxes(*fields.get("reply-to", ())),
        "flag": {"flagStatus": "notFlagged"}, "bodyPreview": SNIPPET,
        "body": {"contentType": "text", "content": BODY}, "uniqueBody": {"contentType": "text", "content": BODY},
    }  # fmt: skip
    if received:
        found["internetMessageHeaders"] = [{"name": name, "value": value} for name, value in headers]
    return found


def stamp(at: datetime) -> str:
    """A DateTimeOffset."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _dated(text: str, otherwise: datetime) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return otherwise
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _text(value: str) -> str:
    return str(make_header(decode_header(value))) if "=?" in value else value


def _boxes(*values: str) -> list[Json]:
    return [
        {"emailAddress": {"name": _text(name) or address, "address": address}}
        for name, address in getaddresses(list(values))
        if address
    ]


def _conversation(thread: str) -> str:
    return "AAQkALgAA" + base64.urlsafe_b64encode(hashlib.sha256(thread.encode()).digest()).decode()
