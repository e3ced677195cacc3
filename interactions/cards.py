"""One card found in several files of an archive: what it says together, whatever order they are read in."""

from __future__ import annotations

from typing import Any

import msgspec

from interactions.items import Contact

_Line = tuple[Any, ...]


def merged(one: Contact, other: Contact) -> Contact:
    """The card with the newer REV (RFC 6350 §6.7.4); of equally old ones the two with all their CATEGORIES.

    Group files of one export hold one card with different categories: each file knows of its own group.
    """
    if one == other:
        return one
    if _rev(one) != _rev(other):
        return max(one, other, key=_rev)
    first = max(one, other, key=lambda card: msgspec.json.encode(_rest(card)))
    categories = sorted(_categories(one) | _categories(other))
    if not categories:
        return first
    return Contact(first.id, (*_rest(first), ("categories", {}, "text", *categories)), first.trust)


def _rev(card: Contact) -> str:
    return next((str(line[3]) for line in card.card if line[0] == "rev" and len(line) > 3), "")


def _rest(card: Contact) -> tuple[_Line, ...]:
    return tuple(line for line in card.card if line[0] != "categories")


def _categories(card: Contact) -> set[str]:
    return {str(value) for line in card.card if line[0] == "categories" for value in line[3:]}
