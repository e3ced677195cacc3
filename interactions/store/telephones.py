"""Telephone numbers that several people share: a couple's, a family's, an office's. They are nobody by themselves."""

from __future__ import annotations

from sqlalchemy import Connection, select

from interactions.schema import addresses, cards, participants, person_addresses
from interactions.store.database import among


def shared(conn: Connection, owner_id: int) -> dict[int, set[int]]:
    """Id of each number on cards of different names → ids of the other addresses on those cards.

    Not one that is linked to somebody, one that something happened with, or one without which somebody on whose card
    it stands would have no address left.
    """
    several = _of_several(conn, owner_id)
    if not several:
        return {}
    one, other = cards.alias("one"), cards.alias("other")
    rows = conn.execute(
        select(one.c.address_id, one.c.item_id, other.c.address_id)
        .join(other, other.c.item_id == one.c.item_id)
        .where(among(conn, one.c.address_id, several))
    )
    by_card: dict[tuple[int, int], set[int]] = {}
    for number, card, address in rows:
        by_card.setdefault((number, card), set()).add(address)
    needed = {number for (number, _), there in by_card.items() if there <= several}
    found: dict[int, set[int]] = {}
    for (number, _), there in by_card.items():
        if number not in needed:
            found.setdefault(number, set()).update(there - several)
    return found


def _of_several(conn: Connection, owner_id: int) -> set[int]:
    rows = conn.execute(
        select(cards.c.address_id, cards.c.name)
        .distinct()
        .join(addresses, addresses.c.id == cards.c.address_id)
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .where(
            addresses.c.owner_id == owner_id,
            addresses.c.canonical.startswith("tel:"),
            cards.c.name != "",
            person_addresses.c.person_id.is_(None),
            ~select(participants.c.address_id).where(participants.c.address_id == addresses.c.id).exists(),
        )
    )
    names: dict[int, set[str]] = {}
    for number, name in rows:
        names.setdefault(number, set()).add(" ".join(name.casefold().split()))
    return {number for number, called in names.items() if len(called) > 1}
