"""Everybody in the log or the address book, each once, with what passed between them and the owner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, Subquery, case, func, literal_column, or_, select, union, union_all

from interactions.address import canonical
from interactions.queries.among import among, snapshot
from interactions.queries.chosen import IN_ROWS, LATEST, Order, chosen_of, in_order, in_rows, left_out_of
from interactions.queries.folding import fold, holds, words
from interactions.queries.language import Filter
from interactions.queries.names import addresses_named, members_of, persons_of, whos
from interactions.schema import addresses, cards, facts, participants, person_addresses, ties
from interactions.store import corrections, telephones
from interactions.store.database import Database
from interactions.word import PERSON

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
KINDS = ("email", "meeting", "call", "note")


class Person(Struct, frozen=True):
    """One person; counts are of interactions that have happened, instants are seconds since 1970 UTC."""

    #: The id of their earliest address.
    id: int
    name: str
    addresses: tuple[str, ...]
    total: int = 0
    #: They to the owner, the owner to them, and both at once (meetings).
    inward: int = 0
    outward: int = 0
    both: int = 0
    first_at: int | None = None
    last_at: int | None = None
    #: Kind → how many, only those there are.
    kinds: dict[str, int] = {}
    #: A card of the address book names them.
    in_book: bool = False


class People(Struct, frozen=True):
    """One page of persons and how many there are."""

    people: tuple[Person, ...]
    total: int
    #: How many were left out because the owner muted them.
    muted: int = 0


def people(
    db: Database, owner_id: int, asked: Filter | str, now: int, *, limit: int = 50, offset: int = 0, muted: bool = True,
    order: Order = LATEST,
) -> People:  # fmt: skip
    """Persons, the one heard of last first unless `order` says otherwise.

    `asked`: a query, or part of a name or an address, "" for everybody. `now`: seconds since 1970 UTC.
    """
    meant = asked if isinstance(asked, Filter) else Filter(texts=(asked,) if asked.strip() else ())
    with db.reading() as conn:
        snapshot(conn)
        nobodys = telephones.shared(conn, owner_id)
        only = chosen_of(conn, owner_id, meant, now, lambda text: _meant(conn, owner_id, text, nobodys))
        if only is not None and not only:
            return People((), 0)
        without = left_out_of(conn, owner_id, meant, now, lambda text: _meant(conn, owner_id, text, nobodys))
        silent = set() if muted else _muted(conn, owner_id) - without
        stale = _stale(conn, owner_id, now)
        everyone = _everyone(conn, owner_id, stale, only, silent | without | nobodys.keys())
        counts = _counts(conn, owner_id, now, stale, only)
        rows = select(everyone.c.person, *(column for column in counts.c if column.name != "person")).outerjoin(
            counts, counts.c.person == everyone.c.person
        )
        if order.by in IN_ROWS:
            ordered = rows.order_by(*in_rows(counts, order), everyone.c.person).limit(limit).offset(offset)
            found = conn.execute(ordered).mappings().all()
        else:
            ids = conn.execute(select(everyone.c.person)).scalars()
            page = in_order(conn, owner_id, ids, order, now)[offset : offset + limit]
            found = _in_this_order(conn, rows, everyone, page)
        total = offset + len(found)
        if len(found) == limit or (offset and not found):
            total = conn.execute(select(func.count()).select_from(everyone)).scalar_one()
        left_out = len(silent & only) if only is not None else len(silent)
        return People(_persons(conn, found), total, left_out)


def _in_this_order(conn: Connection, rows: Select[Any], everyone: Subquery, people: Sequence[int]) -> list[Any]:
    place = {person: at for at, person in enumerate(people)}
    found = conn.execute(rows.where(among(conn, everyone.c.person, people))).mappings().all()
    return sorted(found, key=lambda row: place[row["person"]])


def _meant(conn: Connection, owner_id: int, text: str, nobodys: Mapping[int, set[int]]) -> set[int]:
    """Persons whom `text` means; by a number that several share, all of them."""
    found = addresses_named(conn, owner_id, text)
    if shared := found & nobodys.keys():
        spelled = conn.execute(select(addresses.c.id, addresses.c.canonical).where(among(conn, addresses.c.id, shared)))
        for number, canonical in spelled.all():
            if holds(canonical, words(text)):
                found |= nobodys[number]
    return set(persons_of(conn, found - nobodys.keys()).values())


def _muted(conn: Connection, owner_id: int) -> set[int]:
    held = corrections.held(conn, owner_id, (corrections.MUTE,))
    rows = conn.execute(
        select(addresses.c.id).where(
            addresses.c.owner_id == owner_id, addresses.c.canonical.in_([target for _, target in held])
        )
    )
    return set(persons_of(conn, rows.scalars()).values())


def named(db: Database, owner_id: int, text: str, now: int, *, limit: int = 20) -> People:
    """Persons whom `text` may mean: the one whose whole name or address it is, else all that it is part of.

    A whole address means whoever has it, and nobody else.
    """
    found = people(db, owner_id, text, now, limit=10_000)
    whole = {fold(text.strip()), canonical(text)}
    same = [one for one in found.people if whole & {fold(one.name), *map(fold, one.addresses)}]
    chosen = tuple(same) if same or _ADDRESS.fullmatch(text.strip()) else found.people
    return People(chosen[:limit], len(chosen) if same or not chosen else found.total)


def address_ids(db: Database, person_id: int) -> list[int]:
    """Ids of all addresses of one person."""
    with db.reading() as conn:
        return members_of(conn, [person_id])[person_id]


def _everyone(conn: Connection, owner_id: int, stale: set[int], only: set[int] | None, without: set[int]) -> Subquery:
    """One row a person: who takes part in anything and who stands on a card, the owner and `without` excepted."""
    carded = func.coalesce(person_addresses.c.person_id, cards.c.address_id).label("person")
    fresh = func.coalesce(person_addresses.c.person_id, participants.c.address_id).label("person")
    # Who was a person alone may be one address of another by now: then both are stale.
    tied = func.coalesce(person_addresses.c.person_id, ties.c.person_id).label("person")
    of_ties, of_cards = [ties.c.owner_id == owner_id, ~among(conn, tied, stale)], []
    if only is not None:
        # Otherwise everybody is gathered before the few are chosen.
        ids = _members(conn, only)
        of_ties, of_cards = [*of_ties, among(conn, ties.c.person_id, ids)], [among(conn, cards.c.address_id, ids)]
    seen = union(
        select(tied).outerjoin(person_addresses, person_addresses.c.address_id == ties.c.person_id).where(*of_ties),
        select(carded)
        .outerjoin(person_addresses, person_addresses.c.address_id == cards.c.address_id)
        .where(*of_cards),
        select(fresh)
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .where(among(conn, participants.c.address_id, _members(conn, stale))),
    ).subquery()
    chosen = (
        select(seen.c.person)
        .join(addresses, addresses.c.id == seen.c.person)
        .outerjoin(facts, facts.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, func.coalesce(facts.c.own, literal_column("false")).is_(False))
        .where(or_(~addresses.c.role, facts.c.in_book, addresses.c.canonical.in_(_said_persons(conn, owner_id))))
    )
    if without:
        chosen = chosen.where(~among(conn, seen.c.person, without))
    if only is not None:
        chosen = chosen.where(among(conn, seen.c.person, only))
    return chosen.subquery("everyone")


def _members(conn: Connection, people: set[int]) -> list[int]:
    return [one for group in members_of(conn, people).values() for one in group] if people else []


def _stale(conn: Connection, owner_id: int, now: int) -> set[int]:
    """Persons whose counts beside their tie are not those of this moment: something came, or has come to pass."""
    owed = (
        select(func.coalesce(person_addresses.c.person_id, addresses.c.id))
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, addresses.c.tie_owed)
    )
    other = select(ties.c.person_id).where(ties.c.owner_id == owner_id)
    passed, ahead = other.where(ties.c.next_at <= now), other.where(ties.c.last_at > now)
    return {one for rows in (owed, passed, ahead) for one in conn.execute(rows).scalars()}


def _said_persons(conn: Connection, owner_id: int) -> list[str]:
    """Addresses that the owner says somebody is behind."""
    held = corrections.held(conn, owner_id, (corrections.ADDRESS,))
    return [target for (_, target), value in held.items() if value == PERSON]


def _counts(conn: Connection, owner_id: int, now: int, stale: set[int], only: set[int] | None) -> Subquery:
    """A row a person, from beside their tie where that is of this moment, else from the log."""
    columns = [ties.c.count_in + ties.c.count_out + ties.c.count_both, ties.c.first_at, ties.c.last_at]
    columns += [ties.c.count_in, ties.c.count_out, ties.c.count_both]
    columns += [ties.c.emails, ties.c.meetings, ties.c.calls, ties.c.notes]
    names = ("total", "first_at", "last_at", "in", "out", "both", *KINDS)
    counted = select(
        ties.c.person_id.label("person"), *(column.label(name) for column, name in zip(columns, names, strict=True))
    ).where(ties.c.owner_id == owner_id)
    wanted = stale if only is None else stale & only
    if only is not None:
        counted = counted.where(among(conn, ties.c.person_id, only - stale))
    elif stale:
        counted = counted.where(~among(conn, ties.c.person_id, stale))
    if not wanted:
        return counted.subquery("counts")
    return union_all(counted, _from_log(conn, now, wanted)).subquery("counts")


def _from_log(conn: Connection, now: int, only: set[int]) -> Select[Any]:
    person = func.coalesce(person_addresses.c.person_id, participants.c.address_id).label("person")
    pairs: Select[Any] = (
        select(
            person,
            participants.c.interaction_id,
            participants.c.direction,
            participants.c.kind,
            participants.c.at,
        )
        .distinct()
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .where(participants.c.at <= now)
        .where(among(conn, participants.c.address_id, _members(conn, only)))
    )
    each = pairs.subquery("pairs")

    def count(column: Any, value: str, label: str) -> Any:
        return func.sum(case((column == value, 1), else_=0)).label(label)

    return select(
        each.c.person,
        func.count().label("total"),
        func.min(each.c.at).label("first_at"),
        func.max(each.c.at).label("last_at"),
        *(count(each.c.direction, name, name) for name in ("in", "out", "both")),
        *(count(each.c.kind, kind, kind) for kind in KINDS),
    ).group_by(each.c.person)


def _persons(conn: Connection, rows: Iterable[Any]) -> tuple[Person, ...]:
    found = list(rows)
    members = members_of(conn, [row["person"] for row in found])
    known = whos(conn, [one for group in members.values() for one in group])
    book = set(
        conn.execute(
            select(cards.c.address_id).distinct().where(among(conn, cards.c.address_id, known.keys()))
        ).scalars()
    )
    persons = []
    for row in found:
        ids = members[row["person"]]
        persons.append(
            Person(
                id=row["person"],
                name=known[ids[0]].name,
                addresses=tuple(known[one].address for one in ids),
                total=int(row["total"] or 0),
                inward=int(row["in"] or 0),
                outward=int(row["out"] or 0),
                both=int(row["both"] or 0),
                first_at=row["first_at"],
                last_at=row["last_at"],
                kinds={kind: int(row[kind]) for kind in KINDS if row[kind]},
                in_book=bool(book & set(ids)),
            )
        )
    return tuple(persons)
