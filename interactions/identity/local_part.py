"""What a local part says of a name: made from it, how, or a handle of its own."""

from __future__ import annotations

import re
from functools import lru_cache

from interactions.identity.names import Name, fold

_SPLIT = re.compile(r"[._\-+]+")
_DIGITS = re.compile(r"\d+$")


@lru_cache(maxsize=50_000)
def spelled(local: str) -> Name | None:
    """The name that a local part spells out: "ada.lovelace" and "lovelace_ada7"; None for anything else."""
    parts = [fold(_DIGITS.sub("", part)) for part in _SPLIT.split(local) if part]
    if len(parts) < 2 or len(parts) > 3 or not all(part.isalpha() for part in parts):
        return None
    full, letters = tuple(p for p in parts if len(p) > 1), tuple(p for p in parts if len(p) == 1)
    return Name(full, letters) if full and len(full) + len(letters) >= 2 else None


@lru_cache(maxsize=50_000)
def is_made_from(local: str, name: Name) -> bool:
    """Whether a local part is a name or its short form: adalovelace, alovelace, lovelacea, ada, lovelace, al."""
    word = plain(local)
    if not word.isalpha() or not name.words:
        return False
    if word in name.words:
        return True
    for first in name.words:
        for last in (*name.words, *name.initials):
            made = (first + last, last + first, first[0] + last, first + last[0], last + first[0])
            if first != last and word in made:
                return True
    letters = [part[0] for part in (*name.words, *name.initials)]
    return len(word) == len(letters) and sorted(word) == sorted(letters)


def plain(local: str) -> str:
    """A local part folded, without separators and closing digits."""
    return fold(_DIGITS.sub("", "".join(_SPLIT.split(local))))


def handle(local: str) -> str:
    """The part of a local part by which its owner is known, digits and all, separators left out."""
    return "".join(_SPLIT.split(local.partition("+")[0]))
