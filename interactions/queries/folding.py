"""Text folded for comparing, in Python, so that SQLite and PostgreSQL find the same whatever their locale."""

from __future__ import annotations

import re
import unicodedata

#: Combining Diacritical Marks: what "e" and "é" differ by. Marks of other scripts carry meaning and stay.
_ACCENTS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """`text` without case, accents of Latin, Greek and Cyrillic, and compatibility forms (Unicode §5.18, UAX #15)."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text`."""
    return tuple(fold(text).split())


def holds(folded: str, wanted: tuple[str, ...]) -> bool:
    """Whether every wanted word stands in `folded`, in any order."""
    return all(word in folded for word in wanted)
