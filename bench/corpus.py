"""Real mail made larger: the corpus's mailboxes repeated, each repeat shifted in time and renamed."""

from __future__ import annotations

import contextlib
import io
import re
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from connectors.files.mbox_split import Message, Splitter

#: Days between one repeat and the next.
SHIFT_DAYS = 400

_DATE = re.compile(rb"(?mi)^Date:[ \t]*([^\n]*)")
_IDS = re.compile(rb"(?mi)^(Message-ID|In-Reply-To):([^\n]*)<([^\n>]*)>")


def mailboxes(corpus: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every mailbox of the corpus."""
    for file in sorted((corpus / "mail").glob("*.mbox")):
        yield file.name, file.read_bytes()
    for archive in sorted((corpus / "enron").glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                if member.isfile() and (content := tar.extractfile(member)):
                    yield member.name.replace("/", "_"), content.read()


def messages(content: bytes) -> Iterator[bytes]:
    """Every message of a mailbox, without its separator line, cut where the importer cuts."""
    starts: list[tuple[int, int]] = []
    for part in Splitter(io.BytesIO(content), len(content)).parts():
        if isinstance(part, Message):
            starts.append((part.offset, content.index(b"\n", part.offset) + 1))
    ends = [start for start, _ in starts[1:]] + [len(content)]
    for (_, begin), end in zip(starts, ends, strict=True):
        yield content[begin:end]


def header_blocks(archive: Path) -> Iterator[bytes]:
    """The header block of every message in the mbox files of a folder, with the empty line behind it."""
    for file in sorted(archive.iterdir()):
        content = file.read_bytes()
        for part in Splitter(io.BytesIO(content), len(content)).parts():
            if isinstance(part, Message):
                yield part.block + b"\n\n"


def repeated(message: bytes, number: int) -> bytes:
    """The same message `number` repeats later: its date shifted, Message-ID and In-Reply-To renamed."""
    if number == 0:
        return message
    end = message.find(b"\n\n")
    head, body = (message[:end], message[end:]) if end > 0 else (message, b"")
    head = _IDS.sub(rb"\1:\2<r%d.\3>" % number, head)
    found = _DATE.search(head)
    if found:
        # A date nobody can read stays as it is.
        with contextlib.suppress(ValueError, OverflowError, TypeError, IndexError):
            moved = parsedate_to_datetime(found[1].decode("latin-1")) + timedelta(days=SHIFT_DAYS * number)
            head = head[: found.start(1)] + format_datetime(moved).encode() + head[found.end(1) :]
    return head + body


def write_archive(corpus: Path, folder: Path, repeats: int) -> int:
    """Write the corpus as mbox files into `folder`, each with all its repeats; returns the number of messages."""
    count = 0
    for name, content in mailboxes(corpus):
        parts = list(messages(content))
        with (folder / name).open("wb") as out:
            for number in range(repeats):
                for part in parts:
                    out.write(b"From bench@kith.invalid Thu Jan  1 00:00:00 1970\n" + repeated(part, number))
                    if not part.endswith(b"\n\n"):
                        out.write(b"\n\n")
                count += len(parts)
    return count
