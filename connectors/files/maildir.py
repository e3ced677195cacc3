"""Maildirs: one message a file, one container a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import ClassVar

from connectors.files.labels import folder_labels
from connectors.files.maildir_folder import MaildirFolder, Message
from connectors.files.member import Member, reading, storable
from connectors.files.stream import FileStream, Position, Step
from connectors.rfc5322 import BLOCK_MAX, email_from_headers, header_hash, headers_of
from interactions.errors import SourceUnreadable
from interactions.items import Email, Unreadable

_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = 16 * 1024
_FLAG_LABELS = {"D": "DRAFT", "T": "TRASH"}


class Maildirs(FileStream):
    """`file.maildir`: every folder with `cur` and `new` is a container."""

    stream: ClassVar[str] = "file.maildir"

    def steps(self, member: Member, start: Position) -> Iterator[Step]:
        """Mails in the order of their file names' unique parts."""
        if not isinstance(member, MaildirFolder):
            raise SourceUnreadable(
                f"{member.id} is not a Maildir folder. Import the folder that has cur and new in it."
            )
        labels = folder_labels("" if member.id == "." else member.id)
        at = 0
        for message in member.messages():
            at += message.size
            unique = storable(message.unique)
            if start.after and message.unique <= start.after:
                continue
            item, weight = _mail(message, f"{member.id}/{unique}", labels)
            yield Step(item, at, weight, after=message.unique)


def _mail(message: Message, place: str, labels: tuple[str, ...]) -> tuple[Email | Unreadable, int]:
    try:
        block, oversized = _header_block(message.path)
    except SourceUnreadable as error:
        # One file that may not be read, or that a mail program has just moved, is not the whole folder.
        return Unreadable("f" + sha256(place.encode()).hexdigest()[:32], str(error), place, message.size), 0
    own = tuple(label for flag, label in _FLAG_LABELS.items() if flag in message.flags)
    reason = ""
    id = header_hash(block)
    if oversized:
        reason = "Its headers are larger than 256 kB."
    elif not block.strip():
        reason = "It has no headers."
    else:
        mail = email_from_headers(id, headers_of(block), labels=(*labels, *(x for x in own if x not in labels)))
        if isinstance(mail, Email):
            return mail, len(block)
        reason = mail.reason
    return Unreadable(id, reason, place, message.size, sha256(block).hexdigest()), len(block)


def _header_block(path: str) -> tuple[bytes, bool]:
    """The header block of a message file, and whether it goes on beyond BLOCK_MAX."""
    block = b""
    with reading("A message file"), open(path, "rb", buffering=0) as file:
        while len(block) <= BLOCK_MAX:
            piece = file.read(_CHUNK)
            end = _END.search(block[-3:] + piece)
            if end is not None:
                return block + piece[: max(end.start() - len(block[-3:]) + 1, 0)], False
            if not piece:
                return block, False
            block += piece
    return block[:BLOCK_MAX], True
