"""A mbox cut into its messages as it streams by: header blocks are kept, bodies are passed over."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Generator
from typing import BinaryIO

from msgspec import Struct

from connectors.files.postmark import LINE_MAX, begins_message, begins_message_unspaced
from connectors.rfc5322 import BLOCK_MAX

_CHUNK = 2 * 1024 * 1024
#: What must be in sight to judge a `From ` line: the line and the beginning of the next.
_SIGHT = 2 * LINE_MAX
_MARK = b"\nFrom "
#: Bytes before the mark that tell whether a blank line is there.
_BEFORE = 2
#: How far a Content-Length may lead in a file that cannot be read out of order.
_LEAP_MAX = 8 * 1024 * 1024
#: After that much of a body without an end, say how far we are.
_REPORT = 64 * 1024 * 1024
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,15})[ \t]*\r?$", re.I | re.M)
_BLANK_END = re.compile(rb"(?:\r?\n)*")
_BOM = b"\xef\xbb\xbf"


class Message(Struct, frozen=True):
    """One message's place and header block."""

    #: Of its `From ` line, in bytes from the start of the file.
    offset: int
    #: The `From ` line.
    postmark: bytes
    #: The header block without the blank line behind it; cut where `oversized`.
    block: bytes
    #: No blank line within BLOCK_MAX.
    oversized: bool = False


class Reached(Struct, frozen=True):
    """How far the splitter is: at the start of a message or the file's end, or `inside` of one."""

    at: int
    inside: bool = False


class Preamble(Struct, frozen=True):
    """The file does not begin as a mbox does; `head` is what stands there instead."""

    head: bytes


Part = Message | Reached | Preamble


class Splitter:
    """Reads one mbox from `start` on, in memory that does not grow with the file."""

    def __init__(self, file: BinaryIO, size: int, start: int = 0) -> None:
        self._file = file
        self._size = size
        self._buffer = b""
        #: Offset of the buffer's first byte.
        self._base = start
        self._ended = False
        self._blank = (b"\n\n", b"\n\r\n")
        # Only a file on disk can be looked into further on without losing the place.
        self._disk = file.fileno() if isinstance(file, io.FileIO) else -1
        if start:
            file.seek(start)

    def parts(self, inside: bool = False) -> Generator[Part, None, None]:
        """Messages, each followed by where the next one starts; raises what reading the file raises."""
        if inside:
            self._need(0, _SIGHT)
            position = yield from self._next(_BEFORE)
        elif self._base == 0:
            position = yield from self._first()
        else:
            position = 0
        while position is not None:
            self._need(position, BLOCK_MAX + _SIGHT)
            position -= self._drop(position)
            message, end, length = self._message(position)
            yield message
            position = self._leap(end, length)
            if position is None:
                position = yield from self._next(end, unspaced=length is not None)
            if position is not None and self._ended and position >= len(self._buffer):
                position = None
            yield Reached(self._base + (len(self._buffer) if position is None else position))

    def _first(self) -> Generator[Part, None, int | None]:
        self._need(0, _SIGHT)
        start = len(_BOM) if self._buffer.startswith(_BOM) else 0
        blank = _BLANK_END.match(self._buffer, start)
        start = blank.end() if blank else start
        if self._buffer.startswith(b"From ", start):
            return start
        if len(self._buffer) > start:
            yield Preamble(self._buffer[:LINE_MAX])
            yield Reached(self._base + start, inside=True)
        return (yield from self._next(start))

    def _message(self, position: int) -> tuple[Message, int, int | None]:
        """The message at `position`, where its header ends, and the Content-Length it claims."""
        buffer = self._buffer
        line_end = buffer.find(b"\n", position, position + LINE_MAX)
        start = min(len(buffer), position + LINE_MAX) if line_end < 0 else line_end + 1
        limit = start + BLOCK_MAX
        # The nearer of the two blank lines ends the block; the likelier is sought first and bounds the other search.
        end = buffer.find(self._blank[0], start - 1, limit)
        other = buffer.find(self._blank[1], start - 1, end if end >= 0 else limit)
        if other >= 0:
            end = other
            self._blank = self._blank[::-1]
        oversized = end < 0 and len(buffer) > limit
        if end < 0:
            end = min(limit, len(buffer))
        block = buffer[start : end + 1]
        message = Message(self._base + position, buffer[position : start - 1], block, oversized)
        return message, max(end, start - 1), None if oversized else _content_length(block)

    def _leap(self, end: int, length: int | None) -> int | None:
        """Where the claimed length leads, if exactly a message or the end of the file is there."""
        if length is None:
            return None
        body = end + (3 if self._buffer.startswith(b"\n\r\n", end) else 2)
        target = body + length
        if self._base + target > self._size:
            return None
        if target + _SIGHT > len(self._buffer) and not self._ended:
            if self._disk >= 0:
                return self._leap_on_disk(self._base + target)
            if length > _LEAP_MAX:
                return None
            self._need(target, _SIGHT)
        start = _message_start(self._buffer[target : target + _SIGHT])
        return None if start is None or target > len(self._buffer) else target + start

    def _leap_on_disk(self, target: int) -> int | None:
        start = _message_start(os.pread(self._disk, _SIGHT, target))
        if start is None:
            return None
        self._base, self._buffer = target + start, b""
        self._file.seek(self._base)
        self._need(0, _SIGHT)
        return 0

    def _next(self, position: int, unspaced: bool = False) -> Generator[Part, None, int | None]:
        """Where the next message starts, from `position` on; None at the end of the file."""
        reported = self._base + position
        while True:
            found = self._buffer.find(_MARK, position)
            if not self._ended and (found < 0 or found + _SIGHT > len(self._buffer)):
                position = max(found if found >= 0 else len(self._buffer) - len(_MARK), position)
                position -= self._drop(max(position - _BEFORE, 0))
                self._need(position, _SIGHT)
                if self._base + position - reported >= _REPORT:
                    reported = self._base + position
                    yield Reached(reported - _BEFORE, inside=True)
                continue
            if found < 0:
                self._drop(len(self._buffer))
                return None
            if self._begins(found, unspaced):
                return found + 1
            position = found + 1

    def _begins(self, mark: int, unspaced: bool) -> bool:
        buffer = self._buffer
        line_end = buffer.find(b"\n", mark + 1, mark + 1 + LINE_MAX)
        if line_end < 0:
            return False
        line, following = buffer[mark + 1 : line_end], buffer[line_end + 1 : line_end + 200]
        if mark == 0 or buffer[mark - 1] == 0x0A or buffer[max(mark - 2, 0) : mark] == b"\n\r":
            return begins_message(line, following)
        return unspaced and begins_message_unspaced(line, following)

    def _need(self, position: int, count: int) -> None:
        """Read on until `count` bytes from `position` are there, or the file ends."""
        if position + count <= len(self._buffer) or self._ended:
            return
        pieces = [self._buffer]
        have = len(self._buffer)
        while have < position + count + _CHUNK:
            piece = self._file.read(_CHUNK)
            if not piece:
                self._ended = True
                break
            pieces.append(piece)
            have += len(piece)
        self._buffer = b"".join(pieces)

    def _drop(self, count: int) -> int:
        """Forget the first `count` bytes when that is worth a copy; how many were forgotten."""
        if count < _CHUNK and not (self._ended and count == len(self._buffer)):
            return 0
        self._buffer = self._buffer[count:]
        self._base += count
        return count


def _content_length(block: bytes) -> int | None:
    if block.find(b"ontent-Length:") < 0 and block.find(b"ontent-length:") < 0:
        return None
    found = _LENGTH.search(block)
    return int(found[1]) if found else None


def _message_start(text: bytes) -> int | None:
    """Where in `text`, behind blank lines at most, a message or the end of the file is."""
    blank = _BLANK_END.match(text)
    start = blank.end() if blank else 0
    if start == len(text):
        return start if len(text) < _SIGHT else None
    line, _, following = text[start:].partition(b"\n")
    if line.startswith(b"From ") and (begins_message(line, following) or begins_message_unspaced(line, following)):
        return start
    return None
