"""One Maildir folder: its message files in a stable order, and when it has changed."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from connectors.files.member import reading
from interactions.errors import SourceUnreadable


class Message(Struct, frozen=True):
    """One message file."""

    #: The part of its name that stays while flags change (cr.yp.to/proto/maildir.html).
    unique: str
    path: str
    size: int
    #: The letters behind ":2,": S seen, R replied, D draft, T trashed, F flagged, P passed.
    flags: str


class MaildirFolder(Struct, frozen=True):
    """A folder with `cur` and `new` in it."""

    id: str
    path: Path

    @property
    def size(self) -> int:
        """Bytes of all its messages."""
        return sum(message.size for message in self.messages())

    def messages(self) -> list[Message]:
        """Its messages, sorted by the unique part of their names. Raises SourceUnreadable."""
        found: dict[str, Message] = {}
        for place in ("new", "cur"):
            with reading(self.id), os.scandir(self.path / place) as files:
                for entry in files:
                    if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                        continue
                    # Windows cannot write ":"; mail programs there take ";" or "!".
                    unique, _, info = entry.name.replace(";2,", ":2,").replace("!2,", ":2,").partition(":2,")
                    found[unique] = Message(unique, entry.path, entry.stat(follow_symlinks=False).st_size, info)
        return sorted(found.values(), key=lambda message: message.unique)

    def fingerprint(self) -> str:
        """A hash over names and sizes; flags do not count."""
        digest = sha256()
        for message in self.messages():
            digest.update(f"{message.unique}\0{message.size}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:32]

    def open(self) -> BinaryIO:
        """A folder has no bytes of its own."""
        raise SourceUnreadable(f"{self.id} is a folder.")


def is_maildir(path: Path) -> bool:
    """Whether `path` is a Maildir: it has the folders `cur` and `new`."""
    return (path / "cur").is_dir() and (path / "new").is_dir()
