"""Content lines of iCalendar and vCard (RFC 5545 §3.1, RFC 6350 §3.3): unfolded, split and unescaped in linear time."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from msgspec import Struct

from connectors.text import decode

#: A logical line is cut here; what Kith keeps is far shorter.
LINE_MAX = 64 * 1024
#: One part of a value that we write ourselves, in characters.
_PART_MAX = 4_000
_PARAMS_MAX = 100
_CHUNK = 256 * 1024
_NAME = re.compile(r"\s*+(?:([A-Za-z0-9_-]++)\.)?([A-Za-z0-9_-]++)\s*+(?=[;:])")
#: One parameter: a name, and values in quotes or not. Apple writes `\"` inside of quotes.
_PARAM = re.compile(r';\s*+([^=;:",]++)(?:=((?:"(?:[^"\\]|\\.)*+"|[^";:]|"(?=[^"]*+$))*+))?')
_PARAM_VALUE = re.compile(r'"((?:[^"\\]|\\.)*+)"|([^,"]++)')
#: RFC 6868.
_CARET = re.compile(r"\^([n'^])")
_CARETS = {"n": "\n", "'": '"', "^": "^"}
_ESCAPE = re.compile(r"\\(.)", re.S)
_UNESCAPED = {"n": "\n", "N": "\n"}
#: vCard 2.1 and vCalendar 1.0 fold quoted-printable text with "=" at the end of a line.
_QUOTED_PRINTABLE = re.compile(rb"[^:]{0,500};(?:ENCODING=)?\"?QUOTED-PRINTABLE", re.I)


class Readable(Protocol):
    """What `read(count)` can be asked of."""

    def read(self, count: int, /) -> bytes:
        """At most `count` bytes, none at the end."""


class Line(Struct, frozen=True):
    """A logical line as it stands."""

    #: Where the line after it starts, in bytes.
    end: int
    #: Of its first physical line, from 1.
    number: int
    text: bytes
    #: Cut at LINE_MAX.
    cut: bool = False


class ContentLine(Struct, frozen=True):
    """`[group "."] name *(";" param) ":" value`; names in upper case."""

    name: str
    value: str
    #: Values of each parameter, in order, without quotes. A vCard 2.1 word without "=" is a TYPE.
    params: dict[str, list[str]] = {}
    group: str = ""

    def param(self, name: str) -> str:
        """The first value of a parameter, or ""."""
        values = self.params.get(name)
        return values[0] if values else ""


def logical_lines(file: Readable) -> Iterator[Line]:
    """The lines of a stream, unfolded as bytes (a fold may cut a character in two), cut at LINE_MAX."""
    text, number, end, cut, quoted = b"", 0, 0, False, False
    started = False
    for line_number, piece, offset, begins in _physical_lines(file):
        folded = started and (not begins or piece[:1] in (b" ", b"\t") or quoted)
        if not folded:
            if started:
                yield Line(end, number, text, cut)
            text, number, cut, started = piece, line_number, False, True
        elif len(text) <= LINE_MAX:
            text = _joined(text, piece, begins, quoted)
        if len(text) > LINE_MAX:
            text, cut = text[:LINE_MAX], True
        end = offset
        quoted = text.endswith(b"=") and _QUOTED_PRINTABLE.match(text) is not None
    if started:
        yield Line(end, number, text, cut)


def _joined(text: bytes, piece: bytes, begins: bool, quoted: bool) -> bytes:
    if not begins:
        return text + piece
    if quoted:
        return text[:-1] + piece.lstrip(b" \t")
    return text + piece[1:]


def _physical_lines(file: Readable) -> Iterator[tuple[int, bytes, int, bool]]:
    """Number, bytes without the line end, offset behind it, and whether it begins a line (else: goes on with one)."""
    rest, offset, number, begins = b"", 0, 1, True
    while piece := file.read(_CHUNK):
        rest += piece
        if rest.endswith(b"\r"):
            # The "\n" of a "\r\n" may be the first byte to come.
            rest, held = rest[:-1], b"\r"
        else:
            held = b""
        lines = rest.splitlines(keepends=True)
        rest = (lines.pop() if lines and not lines[-1].endswith((b"\n", b"\r")) else b"") + held
        for line in lines:
            offset += len(line)
            yield number, line.rstrip(b"\r\n"), offset, begins
            number, begins = number + 1, True
        if len(rest) > _CHUNK:
            offset += len(rest)
            yield number, rest, offset, begins
            rest, begins = b"", False
    if rest or not begins:
        yield number, rest.rstrip(b"\r\n"), offset + len(rest), begins


class Utf8(Struct):
    """A stream in UTF-16 with a byte order mark read as UTF-8, any other as it stands without its mark."""

    file: BinaryIO
    decoder: codecs.IncrementalDecoder | None = None
    started: bool = False

    def read(self, count: int) -> bytes:
        """At most about `count` bytes, none at the end."""
        piece = self.file.read(count) or b""
        if not self.started:
            self.started = True
            while len(piece) < 3 and (more := self.file.read(3 - len(piece))):
                piece += more
            if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                self.decoder = codecs.getincrementaldecoder("utf-16")("replace")
            piece = piece.removeprefix(codecs.BOM_UTF8)
        if self.decoder is None:
            return piece
        text = self.decoder.decode(piece, final=not piece)
        # An empty answer means the end to whoever reads: half a character is waited for.
        while piece and not text:
            piece = self.file.read(count) or b""
            text = self.decoder.decode(piece, final=not piece)
        return text.encode("utf-8", "replace")


def content_line(line: Line) -> ContentLine | None:
    """The parts of a logical line; None when it is none. Never raises."""
    text = line.text.decode("ascii") if line.text.isascii() else decode(line.text, _declared(line.text))
    text = text.replace("\x00", "")
    name = _NAME.match(text)
    if name is None:
        return None
    params: dict[str, list[str]] = {}
    at = name.end()
    while (found := _PARAM.match(text, at)) is not None:
        at = found.end()
        if len(params) < _PARAMS_MAX:
            _add(params, found[1].strip().upper(), found[2])
    colon = text.find(":", at)
    if colon < 0:
        return None
    return ContentLine(name[2].upper(), text[colon + 1 :], params, (name[1] or "").upper())


def _declared(text: bytes) -> str:
    """The charset a vCard 2.1 or vCalendar 1.0 line names; Windows' is what others wrote without a word."""
    found = re.search(rb";CHARSET=\"?([\w.:-]{1,40})", text[:1000], re.I)
    return found[1].decode("ascii") if found else "cp1252"


def _add(params: dict[str, list[str]], name: str, text: str | None) -> None:
    values = params.setdefault(name if text is not None else "TYPE", [])
    if text is None:
        values.append(name)
        return
    for value in _PARAM_VALUE.finditer(text):
        if len(values) >= _PARAMS_MAX:
            return
        plain = value[1].replace('\\"', '"') if value[1] is not None else value[2]
        values.append(_CARET.sub(lambda caret: _CARETS[caret[1]], plain))


def escaped_line(name: str, parts: Sequence[str], kind: str = "") -> ContentLine:
    """A property whose value has `parts` (RFC 6350 §3.4), whatever stands in them; TYPE is `kind`."""
    # A line end in a value would begin another property.
    value = ";".join(" ".join(_escaped(part[:_PART_MAX]).splitlines()) for part in parts)
    return ContentLine(name, value, {"TYPE": [kind[:30]]} if kind else {})


def _escaped(text: str) -> str:
    for one in "\\;,":
        text = text.replace(one, f"\\{one}")
    return text


def unescaped(value: str) -> str:
    """A TEXT value (RFC 5545 §3.3.11, RFC 6350 §3.4) without its backslashes."""
    return _ESCAPE.sub(lambda found: _UNESCAPED.get(found[1], found[1]), value) if "\\" in value else value


def split_escaped(value: str, separator: str) -> list[str]:
    """`value` cut at every `separator` without a backslash before it; the parts keep their escapes."""
    if "\\" not in value:
        return value.split(separator)
    parts, start = [], 0
    for found in re.finditer(rf"\\.|{separator}", value, re.S):
        if found[0] == separator:
            parts.append(value[start : found.start()])
            start = found.end()
    parts.append(value[start:])
    return parts
