"""Ties counted: which are owed is marked where the log changes, and whoever is told counts them anew from it.

A mark is set in the transaction that changes the log, after the change, and taken away in the one that counts. On
PostgreSQL counting holds off whoever changes participants, so that no change falls between reading and taking away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Integer, cast, delete, exists, func, or_, select, text, update

from interactions.schema import (
    addresses,
    exchanges,
    facts,
    items,
    owners,
    participants,
    person_addresses,
    signed,
    ties,
)
from interactions.store.database import Database, among, insert, now
from interactions.ties.sums import Sums
from interactions.ties.tie import Day, Tie, by_person
from interactions.ties.weights import UNIT

DAY = 86_400
_decode_steps = msgspec.json.Decoder(tuple[int | None, ...]).decode
#: People counted in one transaction.
_AT_ONCE = 300
_COLUMNS = (
    "person_id", "owner_id", "day", "sum_1", "sum_4", "sum_16", "sum_64", "sum_256", "sum_365", "days_out", "days_in",
    "days_met", "first_day", "last_day", "last_out", "last_in", "days", "gaps", "median_gap", "fifth_out", "fifth_in",
    "steps", "next_at", "count_in", "count_out", "count_both", "emails", "meetings", "calls", "notes", "first_at",
    "last_at",
)  # fmt: skip


class Counts(Struct):
    """Interactions with one person that have happened; instants are seconds since 1970 UTC."""

    directions: dict[str, int] = {}
    kinds: dict[str, int] = {}
    first_at: int | None = None
    last_at: int | None = None

    def add(self, direction: str, kind: str, number: int, first: int, last: int) -> None:
        """So many more of one direction and kind."""
        self.directions[direction] = self.directions.get(direction, 0) + number
        self.kinds[kind] = self.kinds.get(kind, 0) + number
        self.first_at = first if self.first_at is None else min(first, self.first_at)
        self.last_at = last if self.last_at is None else max(last, self.last_at)

    def row(self) -> tuple[int | None, ...]:
        """As the table has it."""
        ways = (self.directions.get(one, 0) for one in ("in", "out", "both"))
        kinds = (self.kinds.get(one, 0) for one in ("email", "meeting", "call", "note"))
        return (*ways, *kinds, self.first_at, self.last_at)


def owe(conn: Connection, address_ids: Collection[int]) -> None:
    """What passed between the owner and these addresses has changed."""
    if not address_ids:
        return
    wanted = sorted(address_ids)
    if conn.dialect.name != "sqlite":
        fresh = select(addresses.c.id).where(among(conn, addresses.c.id, wanted), ~addresses.c.tie_owed)
        wanted = list(conn.execute(fresh.order_by(addresses.c.id).with_for_update(key_share=True)).scalars())
    conn.execute(
        update(addresses).where(among(conn, addresses.c.id, wanted), ~addresses.c.tie_owed).values(tie_owed=True)
    )


def owe_all(conn: Connection, owner_id: int) -> None:
    """Every tie of the owner is to be counted again."""
    conn.execute(update(addresses).where(addresses.c.owner_id == owner_id, ~addresses.c.tie_owed).values(tie_owed=True))


def of_interactions(conn: Connection, numbers: Sequence[int]) -> set[int]:
    """Ids of all addresses in these interactions."""
    rows = select(participants.c.address_id).distinct().where(among(conn, participants.c.interaction_id, numbers))
    return set(conn.execute(rows).scalars())


def due(db: Database, quiet: float) -> list[int]:
    """Owners of whom ties are to be counted: nothing of theirs is judged now, or the last time is `quiet` seconds ago.

    Planned meetings whose time has come are owed from here on.
    """
    with db.reading() as conn:
        clock = now(conn)
        owed = select(addresses.c.id).where(addresses.c.tie_owed, addresses.c.owner_id == owners.c.id).exists()
        passed = exists().where(ties.c.next_at <= int(clock), ties.c.owner_id == owners.c.id)
        judging = exists().where(items.c.owner_id == owners.c.id, items.c.owed_since.isnot(None))
        rested = or_(~judging, owners.c.ties_at.is_(None), owners.c.ties_at < clock - quiet)
        return list(conn.execute(select(owners.c.id).where(or_(owed, passed), rested)).scalars())


def is_due(db: Database) -> bool:
    """Whether any tie waits to be counted."""
    return bool(due(db, -1.0))


def is_owed(conn: Connection, owner_id: int) -> bool:
    """Whether any tie of the owner's waits to be counted."""
    owed = select(addresses.c.id).where(addresses.c.tie_owed, addresses.c.owner_id == owner_id).limit(1)
    return conn.execute(owed).first() is not None


def settle(db: Database) -> None:
    """Count whatever is owed, for every owner."""
    for owner_id in due(db, -1.0):
        count(db, owner_id)


def count(db: Database, owner_id: int) -> int:
    """Count every tie of the owner that is owed; returns how many people that were."""
    people = 0
    while found := db.write(lambda conn: _count_some(conn, owner_id)):
        people += found
    return people


def _count_some(conn: Connection, owner_id: int) -> int:
    if conn.dialect.name != "sqlite":
        conn.execute(text("LOCK TABLE participants IN SHARE MODE"))
    clock = int(now(conn))
    owe(conn, _passed(conn, owner_id, clock))
    owed = select(addresses.c.id).where(addresses.c.tie_owed, addresses.c.owner_id == owner_id)
    marked = set(conn.execute(owed.order_by(addresses.c.id).limit(_AT_ONCE)).scalars())
    conn.execute(update(owners).where(owners.c.id == owner_id).values(ties_at=now(conn)))
    if not marked:
        return 0
    person_of = _clusters(conn, marked)
    # Somebody who was a person alone may be one address of another by now.
    conn.execute(delete(ties).where(among(conn, ties.c.person_id, {*marked, *person_of.values()})))
    conn.execute(delete(exchanges).where(among(conn, exchanges.c.person_id, {*marked, *person_of.values()})))
    counted = by_person(_days(conn, person_of, clock), person_of, clock // DAY)
    planned = _planned(conn, person_of, clock)
    for person in planned.keys() - counted.keys():
        counted[person] = Tie(Sums(clock // DAY))
    sums = _counts(conn, person_of, clock)
    rows = [
        (*_row(person, owner_id, one, planned.get(person)), *sums.get(person, Counts()).row())
        for person, one in sorted(counted.items())
    ]
    insert(conn, ties, _COLUMNS, rows)
    _sign(conn, {*marked, *person_of})
    conn.execute(update(addresses).where(among(conn, addresses.c.id, {*marked, *person_of})).values(tie_owed=False))
    return len(rows) or 1


def _passed(conn: Connection, owner_id: int, clock: int) -> set[int]:
    """People with whom something was planned that has come by now."""
    return set(
        conn.execute(select(ties.c.person_id).where(ties.c.owner_id == owner_id, ties.c.next_at <= clock)).scalars()
    )


def _clusters(conn: Connection, address_ids: Iterable[int]) -> dict[int, int]:
    """All addresses of the people that these belong to → the person; the owner's own are nobody."""
    asked = set(address_ids)
    linked = dict(_pairs(conn, among(conn, person_addresses.c.address_id, asked)))
    person_of = {one: linked.get(one, one) for one in asked}
    person_of.update(_pairs(conn, among(conn, person_addresses.c.person_id, set(person_of.values()))))
    own = select(facts.c.address_id).where(facts.c.own, among(conn, facts.c.address_id, person_of))
    for one in conn.execute(own).scalars():
        del person_of[one]
    return person_of


def _pairs(conn: Connection, where: ColumnElement[bool]) -> list[tuple[int, int]]:
    rows = conn.execute(select(person_addresses.c.address_id, person_addresses.c.person_id).where(where))
    return [(row[0], row[1]) for row in rows]


def _days(conn: Connection, address_ids: Iterable[int], clock: int) -> Iterator[Day]:
    """What each day until now weighs, by address and direction."""
    day = (participants.c.at - participants.c.at % DAY) / DAY
    rows = conn.execute(
        select(
            participants.c.address_id,
            cast(day, Integer),
            participants.c.direction,
            func.sum(participants.c.weight),
            func.max(participants.c.weight),
        )
        .where(among(conn, participants.c.address_id, address_ids), participants.c.at <= clock)
        .group_by(participants.c.address_id, cast(day, Integer), participants.c.direction)
    )
    for address_id, number, direction, total, largest in rows:
        yield Day(address_id, number, direction, int(total) / UNIT, int(largest) / UNIT)


def _planned(conn: Connection, person_of: Mapping[int, int], clock: int) -> dict[int, int]:
    """Person → when the next thing with them is planned."""
    rows = conn.execute(
        select(participants.c.address_id, func.min(participants.c.at))
        .where(among(conn, participants.c.address_id, person_of), participants.c.at > clock)
        .group_by(participants.c.address_id)
    )
    found: dict[int, int] = {}
    for address_id, at in rows:
        person = person_of[address_id]
        found[person] = min(at, found.get(person, at))
    return found


def _counts(conn: Connection, address_ids: Iterable[int], clock: int) -> dict[int, Counts]:
    """Person → how many interactions have happened, each once, by direction and kind."""
    person = func.coalesce(person_addresses.c.person_id, participants.c.address_id).label("person")
    rows = conn.execute(
        select(
            person,
            participants.c.direction,
            participants.c.kind,
            func.count(participants.c.interaction_id.distinct()),
            func.min(participants.c.at),
            func.max(participants.c.at),
        )
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .where(among(conn, participants.c.address_id, address_ids), participants.c.at <= clock)
        .group_by(person, participants.c.direction, participants.c.kind)
    )
    found: dict[int, Counts] = {}
    for one, direction, kind, number, first, last in rows:
        found.setdefault(one, Counts()).add(direction, kind, number, first, last)
    return found


def _sign(conn: Connection, address_ids: Collection[int]) -> None:
    """Note what these addresses were written with."""
    conn.execute(delete(signed).where(among(conn, signed.c.address_id, address_ids)))
    named = select(participants.c.address_id, participants.c.name, func.count())
    mine = named.where(among(conn, participants.c.address_id, address_ids), participants.c.name != "")
    rows = mine.group_by(participants.c.address_id, participants.c.name)
    conn.execute(signed.insert().from_select(["address_id", "name", "often"], rows))


def _row(person_id: int, owner_id: int, one: Tie, next_at: int | None) -> tuple[Any, ...]:
    return (
        person_id, owner_id, one.sums.day, *one.sums.values, one.days_out, one.days_in, one.days_met, one.first_day,
        one.last_day, one.last_out, one.last_in, one.days, one.gaps, one.median_gap, one.fifth_out, one.fifth_in,
        msgspec.json.encode(one.steps).decode(), next_at,
    )  # fmt: skip


#: What `tie_of` reads, in its order.
TIE = (
    ties.c.day, ties.c.sum_1, ties.c.sum_4, ties.c.sum_16, ties.c.sum_64, ties.c.sum_256, ties.c.sum_365,
    ties.c.days_out, ties.c.days_in, ties.c.days_met, ties.c.first_day, ties.c.last_day, ties.c.last_out,
    ties.c.last_in, ties.c.days, ties.c.gaps, ties.c.median_gap, ties.c.fifth_out, ties.c.fifth_in,
)  # fmt: skip


def tie_of(row: Sequence[Any], steps: str = "[]") -> Tie:
    """The tie that a row of TIE holds; its steps, where they matter, are read apart: they cost as much as the rest."""
    out, inward, met, first, last, last_out, last_in, days, gaps, median, fifth_out, fifth_in = row[7:19]
    return Tie(
        Sums(row[0], tuple(row[1:7])), out, inward, met, first, last, last_out, last_in, days, gaps, median, fifth_out,
        fifth_in, _decode_steps(steps),
    )  # fmt: skip
