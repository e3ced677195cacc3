"""Who wrote last, and to the owner rather than to a crowd: whose mail may wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, union

from interactions.schema import participants, person_addresses, ties
from interactions.store.database import among
from interactions.store.ties import DAY
from interactions.ties.weights import ASKED, UNIT


def waiting(conn: Connection, people: Iterable[int]) -> set[int]:
    """Those of these person ids who acted last by a mail to the owner and at most two others, not in copy."""
    wanted = set(people)
    if not wanted:
        return set()
    alone = select(ties.c.person_id).join(participants, participants.c.address_id == ties.c.person_id)
    linked = select(ties.c.person_id).join(person_addresses, person_addresses.c.person_id == ties.c.person_id)
    linked = linked.join(participants, participants.c.address_id == person_addresses.c.address_id)
    last = (
        among(conn, ties.c.person_id, wanted),
        ties.c.last_in > ties.c.last_out,
        participants.c.at >= ties.c.last_in * DAY,
        participants.c.at < (ties.c.last_in + 1) * DAY,
        participants.c.direction == "in",
        participants.c.kind == "email",
        participants.c.weight >= int(ASKED * UNIT),
    )
    return set(conn.execute(union(alone.where(*last), linked.where(*last))).scalars())
