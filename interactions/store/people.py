"""People as clusters of addresses: derived from cards, rebuilt over whatever a change touches."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, or_, select

from interactions.clusters import CardLine, clusters
from interactions.schema import addresses, cards, facts, items, participants, person_addresses
from interactions.store.database import insert


def relink(conn: Connection, owner_id: int, touched: Iterable[int]) -> None:
    """Recompute the clusters that the addresses `touched` belong to, or belonged to."""
    component, lines = _component(conn, owner_id, set(touched))
    if not component:
        return
    own = set(conn.execute(select(facts.c.address_id).where(facts.c.address_id.in_(component), facts.c.own)).scalars())
    conn.execute(delete(person_addresses).where(person_addresses.c.address_id.in_(component)))
    rows = [
        (address_id, min(cluster))
        for cluster in clusters(line for line in lines if line.address_id not in own)
        for address_id in sorted(cluster)
    ]
    insert(conn, person_addresses, ("address_id", "person_id"), rows)


def _component(conn: Connection, owner_id: int, touched: set[int]) -> tuple[set[int], list[CardLine]]:
    """Every address that cards connect with `touched`, and the cards' lines."""
    component = set(touched)
    while True:
        clustered = conn.execute(
            select(person_addresses.c.address_id).where(
                person_addresses.c.person_id.in_(
                    select(person_addresses.c.person_id).where(person_addresses.c.address_id.in_(component))
                )
            )
        ).scalars()
        reached = component | set(clustered)
        lines = _lines(conn, owner_id, reached)
        reached |= {line.address_id for line in lines}
        if reached == component:
            return component, lines
        component = reached


def _lines(conn: Connection, owner_id: int, address_ids: set[int]) -> list[CardLine]:
    """Lines of every card that holds one of the addresses, or shares a UID with one that does."""
    holding = select(cards.c.item_id, cards.c.uid).where(cards.c.address_id.in_(address_ids)).subquery()
    rows = conn.execute(
        select(cards.c.item_id, cards.c.uid, cards.c.name, cards.c.address_id)
        .join(items, items.c.id == cards.c.item_id)
        .where(
            items.c.owner_id == owner_id,
            or_(
                cards.c.item_id.in_(select(holding.c.item_id)),
                (cards.c.uid != "") & cards.c.uid.in_(select(holding.c.uid)),
            ),
        )
    )
    return [CardLine(row[0], row[1], row[2], row[3]) for row in rows]


def forget_orphans(conn: Connection, owner_id: int) -> None:
    """Delete addresses that nothing refers to any more: after a purge, not even the address stays."""
    used = (
        select(participants.c.address_id),
        select(cards.c.address_id),
        select(items.c.sender_id).where(items.c.sender_id.isnot(None)),
        select(facts.c.address_id).where(or_(facts.c.own, facts.c.sent_to, facts.c.answered, facts.c.in_book)),
        select(person_addresses.c.person_id),
    )
    orphan = [addresses.c.id.notin_(one) for one in used]
    idle = select(addresses.c.id).where(addresses.c.owner_id == owner_id, *orphan)
    conn.execute(delete(facts).where(facts.c.address_id.in_(idle)))
    conn.execute(delete(person_addresses).where(person_addresses.c.address_id.in_(idle)))
    conn.execute(delete(addresses).where(addresses.c.owner_id == owner_id, *orphan))
