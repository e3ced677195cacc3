"""Text from senders made harmless: for a terminal, for a spreadsheet, inside JSON."""

from __future__ import annotations

import re

#: Control characters (C0, DEL, C1), which can move a cursor, ring, recolour or answer back (ECMA-48).
_CONTROL = "\x00-\x1f\x7f-\x9f"
#: Line and paragraph separators, bidirectional marks, embeddings, overrides and isolates (UAX #9), zero-width
#: spaces, invisible operators, annotations, tags, and halves of characters. Joiners stay: scripts and emoji need them.
_HIDDEN = "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff"
_UNSAFE = re.compile(f"[{_CONTROL}{_HIDDEN}]")
#: What a spreadsheet reads as the beginning of a formula, also behind what it does not show; in full width too.
_FORMULA = re.compile(f"[\\s{_CONTROL}{_HIDDEN}\u200c\u200d\u00ad]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")


def plain(text: str) -> str:
    """`text` for one line of a terminal: what could steer it is shown as a symbol (U+2400 and on, U+FFFD)."""
    return _UNSAFE.sub(_symbol, text)


def csv_cell(text: str) -> str:
    """`text` for a cell: plain, and never a formula (owasp.org/www-community/attacks/CSV_Injection)."""
    return ("'" if _FORMULA.match(text) else "") + plain(text)


def json_safe(document: str) -> str:
    """Encoded JSON with everything unsafe as \\u escapes (RFC 8259 §7): the values stay exactly what they are."""
    return _UNSAFE.sub(_escape, document)


def _symbol(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 0x20:
        return chr(0x2400 + number)
    return "\u2421" if number == 0x7F else "\ufffd"


def _escape(match: re.Match[str]) -> str:
    if match[0] == "\n":
        return "\n"
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def readable(address: str) -> str:
    """An address as people write it: a number without "tel:", nothing for a name or a card that has none."""
    if address.startswith(("card:", "name:")):
        return ""
    return address.removeprefix("tel:")
