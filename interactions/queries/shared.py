"""Addresses that several people write from: who wrote is what the mail itself says."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from interactions.queries.among import among
from interactions.schema import cards, participants


def written(conn: Connection, numbers: Iterable[int], address_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """(interaction id, address id) → the name it was written with, of addresses on cards of different names."""
    several = (
        select(cards.c.address_id)
        .where(among(conn, cards.c.address_id, address_ids), cards.c.name != "")
        .group_by(cards.c.address_id)
        .having(func.count(cards.c.name.distinct()) > 1)
    )
    shared = list(conn.execute(several).scalars())
    if not shared:
        return {}
    rows = conn.execute(
        select(participants.c.interaction_id, participants.c.address_id, participants.c.name).where(
            among(conn, participants.c.interaction_id, numbers),
            among(conn, participants.c.address_id, shared),
            participants.c.name != "",
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}
