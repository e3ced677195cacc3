"""Addresses that nothing refers to any more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, or_, select

from interactions.schema import addresses, cards, facts, items, participants, person_addresses
from interactions.store import identity
from interactions.store.database import among


def forget_orphans(conn: Connection, owner_id: int, only: Iterable[str] | None = None) -> None:
    """Delete addresses that nothing refers to any more: after a purge, not even the address stays.

    `only`: of these canonical addresses.
    """
    used = (
        select(participants.c.address_id),
        select(cards.c.address_id),
        select(items.c.sender_id).where(items.c.sender_id.isnot(None)),
        select(facts.c.address_id).where(or_(facts.c.own, facts.c.sent_to, facts.c.answered, facts.c.in_book)),
    )
    orphan = [addresses.c.owner_id == owner_id, *(addresses.c.id.notin_(one) for one in used)]
    if only is not None:
        orphan.append(among(conn, addresses.c.canonical, only))
    idle = select(addresses.c.id).where(*orphan)
    conn.execute(delete(facts).where(facts.c.address_id.in_(idle)))
    linked = or_(person_addresses.c.address_id.in_(idle), person_addresses.c.person_id.in_(idle))
    conn.execute(delete(person_addresses).where(linked))
    conn.execute(delete(addresses).where(*orphan))
    identity.owe(conn, owner_id)
