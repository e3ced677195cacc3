"""How it came to be with one person: what a story of five sentences rests on."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from interactions.queries.introductions import Introduced, introduced
from interactions.queries.log import Entry, of_addresses
from interactions.queries.people import Person, address_ids
from interactions.queries.tend import Coverage, coverage
from interactions.queries.ties import Standing, standings
from interactions.store.database import Database


class Story(Struct, frozen=True):
    """Everything that is told of one person; each part names its interactions."""

    person: Person
    standing: Standing | None
    #: The first and the last that happened, and the next that is planned.
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
    last = of_addresses(db, owner_id, ids, now, limit=1)
    planned = of_addresses(db, owner_id, ids, now, limit=1, planned=True)
    all_of_them = sorted(introduced(db, owner_id, now), key=lambda one: one.at)
    with db.reading() as conn:
        seen = coverage(conn, owner_id)
    return Story(
        person,
        standings(db, owner_id, [person.id], today).get(person.id),
        first=next(iter(first), None),
        last=next(iter(last), None),
        planned=next(iter(planned), None),
        brought_us=tuple(one for one in all_of_them if None in one.whom and _is_one(one, person)),
        by_them=tuple(one for one in all_of_them if one.by is not None and one.by.person_id == person.id),
        by_owner=tuple(one for one in all_of_them if one.by is None and _is_one(one, person)),
        coverage=seen,
    )


def _is_one(one: Introduced, person: Person) -> bool:
    return any(who is not None and who.person_id == person.id for who in one.whom)
