"""Who wrote last, and to the owner rather than to a crowd: whose mail may wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from interactions.schema import addresses, participants, person_addresses, ties
from interactions.store.database import among
from interactions.store.ties import DAY
from interactions.ties.weights import ASKED, UNIT


def waiting(conn: Connection, people: Iterable[int]) -> set[int]:
    """Those of these person ids who acted last by a mail to the owner and at most two others, not in copy."""
    wanted = set(people)
    if not wanted:
        return set()
    person = func.coalesce(person_addresses.c.person_id, addresses.c.id)
    rows = conn.execute(
        select(person)
        .distinct()
        .select_from(addresses)
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .join(ties, ties.c.person_id == person)
        .join(participants, participants.c.address_id == addresses.c.id)
        .where(
            among(conn, addresses.c.id, wanted)
            | addresses.c.id.in_(
                select(person_addresses.c.address_id).where(among(conn, person_addresses.c.person_id, wanted))
            ),
            ties.c.last_in > ties.c.last_out,
            participants.c.at >= ties.c.last_in * DAY,
            participants.c.at < (ties.c.last_in + 1) * DAY,
            participants.c.direction == "in",
            participants.c.kind == "email",
            participants.c.weight >= int(ASKED * UNIT),
        )
    )
    return set(rows.scalars())
