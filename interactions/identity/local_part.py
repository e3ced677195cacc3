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
    plain = fold(_DIGITS.sub("", "".join(_SPLIT.split(local))))
    if not plain.isalpha() or not name.words:
        return False
    if plain in name.words:
        return True
    for first in name.words:
        for last in (*name.words, *name.initials):
            if first != last and plain in (
                first + last,
                last + first,
                first[0] + last,
                first + last[0],
                last + first[0],
            ):
                return True
    letters = [word[0] for word in (*name.words, *name.initials)]
    return len(plain) == len(letters) and sorted(plain) == sorted(letters)


def handle(local: str) -> str:
    """The part of a local part by which its owner is known, digits and all, separators left out."""
    return "".join(_SPLIT.split(local.partition("+")[0]))
