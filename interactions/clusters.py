"""Which addresses are one human, as far as cards say so without doubt: pure and independent of order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

#: A cluster larger than this is more likely a list or a mistake than one person; it is left apart.
_CLUSTER_MAX = 8


class CardLine(Struct, frozen=True):
    """One address on one card of the address book."""

    item_id: int
    uid: str
    name: str
    address_id: int


def clusters(lines: Iterable[CardLine]) -> list[frozenset[int]]:
    """Sets of two or more address ids that belong to one person.

    Addresses on one card, or on cards with one UID (RFC 6350 §6.7.6), are one person's. An address on cards of
    different names (a couple's, an office's) links nobody.
    """
    known = list(lines)
    shared = _shared(known)
    by_card: dict[str, set[int]] = {}
    for line in known:
        if line.address_id not in shared:
            by_card.setdefault(line.uid or f"#{line.item_id}", set()).add(line.address_id)
    return [frozenset(group) for group in _merged(list(by_card.values())) if 1 < len(group) <= _CLUSTER_MAX]


def _shared(lines: Sequence[CardLine]) -> set[int]:
    names: dict[int, set[str]] = {}
    for line in lines:
        if name := " ".join(line.name.casefold().split()):
            names.setdefault(line.address_id, set()).add(name)
    return {address_id for address_id, several in names.items() if len(several) > 1}


def _merged(sets: Sequence[set[int]]) -> list[set[int]]:
    groups: list[set[int]] = []
    for one in sets:
        touching = [group for group in groups if group & one]
        groups = [group for group in groups if not group & one]
        groups.append(set(one).union(*touching))
    return groups
