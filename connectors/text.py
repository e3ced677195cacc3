"""Text that a sender controls, made safe to keep: capped, without control characters, encodable as UTF-8."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

#: C0 and C1 controls would reach terminals and logs (PostgreSQL refuses NUL); a lone surrogate cannot be encoded.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Line breaks, tabs and the blanks around them read as one blank (RFC 5322 §2.2.3, RFC 5545 §3.1).
_FOLD = re.compile(r"[ ]?[\r\n\t]+[ \t]*")
#: Charsets that decode in linear time and to text only: no `idna`, `zip`, `unicode_escape` or `undefined`.
_TEXT_CODECS = frozenset(
    [
        "utf-8",
        "ascii",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "koi8-r",
        "koi8-u",
        "shift_jis",
        "cp932",
        "euc_jp",
        "euc_kr",
        "cp949",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "big5hkscs",
        "tis-620",
        "mac-roman",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_kr",
        "hz",
        "johab",
        "cp437",
        "cp850",
        "cp852",
        "cp866",
        "cp874",
        "utf-7",
    ]
) | frozenset([f"iso8859-{n}" for n in range(1, 17)] + [f"cp125{n}" for n in range(9)])
_CHARSET_NAME_MAX = 40


def clean(text: str, limit: int) -> str:
    """`text` on one line, trimmed, without control characters and lone surrogates, at most `limit` characters.

    Format characters such as bidirectional overrides stay: they are for whoever shows the text to mark.
    """
    if len(text) > limit * 4:
        text = text[: limit * 4]
    if not text.isprintable():
        text = _SURROGATE.sub("�", _CONTROL.sub("", _FOLD.sub(" ", text)))
    return text.strip()[:limit]


@lru_cache(maxsize=256)
def charset(name: str) -> str | None:
    """Python's name of a charset that is safe to decode with, or None."""
    if not name or len(name) > _CHARSET_NAME_MAX or not name.isascii() or "." in name:
        return None
    try:
        found = codecs.lookup(name.strip("\"' ")).name
    except (LookupError, ValueError):
        return None
    return found if found in _TEXT_CODECS else None


def decode(data: bytes, declared: str = "") -> str:
    """Bytes as text: UTF-8 where they are, else the declared charset, else UTF-8 with replacement. Never raises."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(charset(declared) or "utf-8", "replace")
