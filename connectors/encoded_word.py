"""Encoded words in header values (RFC 2047), decoded in linear time."""

from __future__ import annotations

import binascii
import re

from connectors.text import charset

#: charset ["*" language] "?" encoding "?" text (RFC 2047 §2, RFC 2231 §5); blanks in the text are common and harmless.
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?\r\n]*+)\?=")
_ADJACENT = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?)")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def decoded(value: str) -> str:
    """`value` with every encoded word decoded; what cannot be decoded stays as it stands. Never raises."""
    if "=?" not in value:
        return value
    value = _ADJACENT.sub("", value)
    text: list[str] = []
    # A character may be cut in two by neighbouring words of one charset, so their bytes are joined first.
    pending: bytes = b""
    pending_charset = ""
    end = 0
    for word in _WORD.finditer(value):
        name = charset(word[1]) or "utf-8"
        if pending_charset and (word.start() > end or name != pending_charset):
            text.append(_text(pending, pending_charset))
            pending = b""
        text.append(value[end : word.start()])
        pending += _bytes(word[2], word[3])
        pending_charset, end = name, word.end()
    if pending_charset:
        text.append(_text(pending, pending_charset))
    text.append(value[end:])
    return "".join(text)


def _text(data: bytes, name: str) -> str:
    return data.decode(name, "replace")


def _bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" "))
    letters = _NOT_BASE64.sub("", text)
    # A last group of one letter holds no byte; leaving it out keeps the rest readable.
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
