"""Mailboxes in one file: mboxrd, mboxo, mboxcl, and Google Takeout's with Gmail's own ids and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import ClassVar

from msgspec.structs import replace

from connectors.files.labels import folder_labels, labels_of
from connectors.files.mbox_split import Message, Preamble, Reached, Splitter
from connectors.files.member import Member, reading
from connectors.files.postmark import delivery_time, gmail_id, gmail_time
from connectors.files.stream import FileStream, Position, Step
from connectors.rfc5322 import email_from_headers, header_hash, headers_of
from interactions.items import Email, Item, Unreadable

_THREAD = re.compile(rb"^X-GM-THRID:[ \t]*(\d{1,20})[ \t]*\r?$", re.I | re.M)


class MboxFiles(FileStream):
    """`file.mbox`: every mbox of an archive is a container."""

    stream: ClassVar[str] = "file.mbox"

    def steps(self, member: Member, start: Position) -> Iterator[Step]:
        """Mails in the order of the file."""
        labels = folder_labels(member.id)
        item: Item | None = None
        weight = 0
        with reading(member.id), member.open() as file:
            for part in Splitter(file, member.size, start.at).parts(start.inside):
                if isinstance(part, Message):
                    item, weight = mail_of(part, member.id, labels), len(part.block)
                elif isinstance(part, Reached):
                    yield Step(item, part.at, weight, inside=part.inside)
                    item, weight = None, 0
                else:
                    item = _no_mailbox(part, member)


def mail_of(message: Message, place: str, labels: tuple[str, ...]) -> Email | Unreadable:
    """The mail of one message of a mbox; `labels` are its folder's, for messages that carry none of their own."""
    number = gmail_id(message.postmark)
    id = header_hash(message.block) if number is None else f"{number:016x}"
    if message.oversized:
        return _unreadable(id, "Its headers are larger than 256 kB.", message, place)
    if not message.block:
        return _unreadable(id, "It has no headers.", message, place)
    headers = headers_of(message.block)
    thread = ""
    if b"X-G" in message.block:
        found = _THREAD.search(message.block)
        thread = f"{int(found[1]):016x}" if found else ""
        labels = _own_labels(headers) or labels
    mail = email_from_headers(id, headers, labels=labels, thread=thread)
    if isinstance(mail, Unreadable):
        return _unreadable(id, mail.reason, message, place)
    if "date" in mail.flags:
        moment = (gmail_time(number) if number is not None else None) or mail.sent_at or delivery_time(message.postmark)
        mail = replace(mail, sent_at=moment)
    return mail


def _own_labels(headers: list[tuple[str, str]]) -> tuple[str, ...]:
    return next((labels_of(value) for name, value in headers if name.lower() == "x-gmail-labels"), ())


def _unreadable(id: str, reason: str, message: Message, place: str) -> Unreadable:
    digest = sha256(message.block).hexdigest()
    return Unreadable(id, reason, f"{place}, byte {message.offset}", len(message.block), digest)


def _no_mailbox(preamble: Preamble, member: Member) -> Unreadable:
    digest = sha256(preamble.head).hexdigest()
    reason = "This is not the beginning of a mbox: it does not start with a From line."
    return Unreadable("p" + digest[:32], reason, f"{member.id}, byte 0", member.size, digest)
