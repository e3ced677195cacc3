"""Who alone links the owner to a circle of theirs."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from interactions.circles import bridges as pure
from interactions.queries.circles import names_and_members, seen
from interactions.queries.names import Who, whos
from interactions.store.database import Database
from interactions.store.tied import tied


class Bridge(Struct, frozen=True):
    """One person and what hangs on them."""

    who: Who
    circle: str
    #: Whom of it the owner never sees without them; how many others are in it.
    behind: tuple[Who, ...]
    others: int


def bridges(db: Database, owner_id: int, now: int) -> list[Bridge]:
    """The bridges to named circles, the greatest first, told from two years."""
    with db.reading() as conn:
        known = {key: one for key, one in names_and_members(conn, owner_id).items() if one[0]}
        everybody = {one for _, members in known.values() for one in members}
        there: dict[int, set[int]] = defaultdict(set)
        for person, number in seen(conn, everybody, now):
            there[person].add(number)
        found = pure.bridges({key: people for key, (_, people) in known.items()}, there, tied(conn, owner_id).keys())
        who = whos(conn, {one for bridge in found for one in (bridge.person_id, *bridge.behind)})
    return [
        Bridge(
            who[one.person_id], known[one.circle][0],
            tuple(sorted((who[other] for other in one.behind), key=lambda them: them.name)), one.others,
        )
        for one in found
    ]  # fmt: skip
