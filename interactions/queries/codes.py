"""Short codes for what the owner may answer: the same for as long as it is about the same."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 4


def codes(keys: Iterable[str]) -> dict[str, str]:
    """Key → its code: four letters, more only where two would be alike."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for key in dict.fromkeys(keys):
        digest = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
        code = ""
        while len(code) < _LENGTH or code in taken:
            digest, letter = divmod(digest, len(_LETTERS))
            code += _LETTERS[letter]
        taken.add(code)
        found[key] = code
    return found
