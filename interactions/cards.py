"""Cards: the addresses one stands for, and what one found in several files of an archive says together."""

from __future__ import annotations

from typing import Any

import msgspec

from interactions.address import canonical
from interactions.items import Contact
from interactions.phone import phone

_Line = tuple[Any, ...]


def keys_of(card: Contact, region: str = "") -> tuple[str, ...]:
    """Every address a card stands for: e-mail addresses and telephone numbers, or the card itself where it has none.

    `region` (ISO 3166-1 alpha-2) is where numbers without a country code belong.
    """
    found = [canonical(one) for one in card.emails()]
    found += [number for one in card.phones() if (number := phone(one, region)) is not None]
    if not found and card.name():
        found.append(f"card:{card.uid() or card.id}".lower()[:200])
    return tuple(dict.fromkeys(found))


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
