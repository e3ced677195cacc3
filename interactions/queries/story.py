"""How it came to be with one person: what a story of five sentences rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.queries.introductions import Introduced, introduced
from interactions.queries.log import Entry, entries, of_addresses
from interactions.queries.people import Person, address_ids
from interactions.queries.tend import Coverage, coverage
from interactions.queries.ties import Standing, standings
from interactions.schema import participants
from interactions.store.database import Database, among

#: Whose act an interaction of each direction is.
_WAYS = {"in": "inward", "out": "outward", "both": "both"}


class Ways(Struct, frozen=True):
    """How often who acted; what a third person wrote to both of them is neither's act."""

    #: They wrote to the owner, the owner to them, the two met or talked; others wrote to both.
    inward: int = 0
    outward: int = 0
    both: int = 0
    others: int = 0
    #: The interaction that was last, of the first three kinds.
    last: int | None = None


class Story(Struct, frozen=True):
    """Everything that is told of one person; each part names its interactions."""

    person: Person
    standing: Standing | None
    ways: Ways
    #: The first in which both are seen, the last that passed between them, and the next that is planned.
    first: Entry | None
    last: Entry | None
    planned: Entry | None
    #: Who brought the owner and them together; whom they brought to the owner; whom the owner brought to them.
    brought_us: tuple[Introduced, ...]
    by_them: tuple[Introduced, ...]
    by_owner: tuple[Introduced, ...]
    coverage: Coverage


def story(db: Database, owner_id: int, person: Person, now: int, today: date) -> Story:
    """What is known of how it came to be, up to `now` (seconds since 1970 UTC)."""
    ids = address_ids(db, person.id)
    first = of_addresses(db, owner_id, ids, now, limit=1, oldest=True)
    planned = of_addresses(db, owner_id, ids, now, limit=1, planned=True)
    all_of_them = sorted(introduced(db, owner_id, now), key=lambda one: one.at)
    with db.reading() as conn:
        seen, ways = coverage(conn, owner_id), _ways(conn, ids, now)
    last = entries(db, owner_id, [ways.last], now) if ways.last is not None else ()
    return Story(
        person,
        standings(db, owner_id, [person.id], today).get(person.id),
        ways,
        first=next(iter(first), None),
        last=next(iter(last), None),
        planned=next(iter(planned), None),
        brought_us=tuple(one for one in all_of_them if None in one.whom and _is_one(one, person)),
        by_them=tuple(one for one in all_of_them if one.by is not None and one.by.person_id == person.id),
        by_owner=tuple(one for one in all_of_them if one.by is None and _is_one(one, person)),
        coverage=seen,
    )


def _ways(conn: Connection, address_ids: Iterable[int], now: int) -> Ways:
    """What passed between the owner and these addresses of one person until `now`."""
    rows = conn.execute(
        select(participants.c.interaction_id, participants.c.at, participants.c.direction, participants.c.role).where(
            among(conn, participants.c.address_id, address_ids), participants.c.at <= now
        )
    )
    how: dict[tuple[int, int], str] = {}
    for number, at, direction, role in rows:
        act = "others" if direction == "in" and role != "from" else _WAYS[direction]
        how[at, number] = act if how.get((at, number), "others") == "others" else how[at, number]
    counted = Counter(how.values())
    last = max((key for key, act in how.items() if act != "others"), default=None)
    return Ways(**counted, last=last[1] if last else None)


def _is_one(one: Introduced, person: Person) -> bool:
    return any(who is not None and who.person_id == person.id for who in one.whom)
