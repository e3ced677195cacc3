"""The log itself: interactions newest first, those that a query means, with everybody who took part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal_column, not_, or_, select

from interactions.queries.among import among, snapshot
from interactions.queries.described import described, in_circles, of_accounts, unwanted
from interactions.queries.folding import fold, holds, words
from interactions.queries.language import Filter
from interactions.queries.names import Who, addresses_named, members_of, persons_of, whos
from interactions.queries.shared import written
from interactions.schema import addresses, interactions, items, participants, person_addresses, ties
from interactions.store.database import Database

_evidence = msgspec.json.Decoder(dict[str, str])
#: Who acted stands first.
_ROLES = ("from", "organizer", "to", "attendee", "cc", "bcc")
#: Counted exactly up to here: so far a database looks within a blink, and nobody turns so many pages.
COUNTED_MAX = 100_000


class Entry(Struct, frozen=True):
    """One interaction. Instants are seconds since 1970 UTC; an all-day one is at midnight UTC of its date."""

    id: int
    #: email, meeting, call, note
    kind: str
    #: out, in, both
    direction: str
    at: int
    ends_at: int | None
    all_day: bool
    title: str
    rule: str
    evidence: dict[str, str]
    #: The item it is told from.
    item_id: int
    #: Each person once, who acted first.
    people: tuple[Who, ...]
    #: It has not happened yet.
    planned: bool


class Log(Struct, frozen=True):
    """One page of the log and what the whole answer amounts to."""

    entries: tuple[Entry, ...]
    #: Interactions that the query means, at most COUNTED_MAX, and whether there are more than that.
    total: int
    more: bool
    #: Persons in them; None where there are more, and nothing beside them knows.
    people: int | None
    #: Items of the same time that were judged no interaction; 0 where the query asks for more than a time.
    dropped: int


def log(
    db: Database, owner_id: int, asked: Filter, now: int, *, limit: int = 50, offset: int = 0, planned: bool = False,
    oldest: bool = False,
) -> Log:  # fmt: skip
    """Interactions up to `now` (seconds since 1970 UTC), newest first, or the oldest; with `planned` those after it.

    A query that itself names a time after `now` reaches as far as it says.
    """
    with db.reading() as conn:
        snapshot(conn)
        within = _window(interactions.c.at, asked, now, planned)
        meant = and_(within, *_conditions(conn, owner_id, asked, within, now))
        order = (interactions.c.at, interactions.c.id)
        chosen = select(interactions).where(meant).limit(limit).offset(offset)
        chosen = chosen.order_by(*order) if planned or oldest else chosen.order_by(*(column.desc() for column in order))
        rows = conn.execute(chosen).all()
        some = select(literal_column("1")).select_from(interactions).where(meant).limit(COUNTED_MAX + 1).subquery()
        total = conn.execute(select(func.count()).select_from(some)).scalar_one()
        more = total > COUNTED_MAX
        return Log(
            entries=_entries(conn, rows, now),
            total=min(total, COUNTED_MAX),
            more=more,
            people=_count(conn, owner_id, asked, now, planned, None if more else meant),
            dropped=_dropped(conn, owner_id, asked),
        )


def entries(db: Database, owner_id: int, numbers: Iterable[int], now: int) -> tuple[Entry, ...]:
    """Interactions by id, newest first; those of other owners are not there."""
    with db.reading() as conn:
        rows = sorted(_numbered(conn, owner_id, numbers), key=lambda row: (row.at, row.id), reverse=True)
        return _entries(conn, rows, now)


def of_addresses(
    db: Database, owner_id: int, address_ids: Iterable[int], now: int, *, limit: int, planned: bool = False,
    oldest: bool = False,
) -> tuple[Entry, ...]:  # fmt: skip
    """The latest interactions with any of these addresses, newest first; the next planned, or the oldest, first."""
    with db.reading() as conn:
        ids = _nearest(conn, address_ids, now, limit, planned=planned, oldest=oldest)
        found = sorted(
            _numbered(conn, owner_id, ids), key=lambda row: (row.at, row.id), reverse=not (planned or oldest)
        )
        return _entries(conn, found, now)


def _nearest(
    conn: Connection, address_ids: Iterable[int], now: int, limit: int, *, planned: bool, oldest: bool
) -> list[int]:
    """Numbers of the first few with these addresses: of each address an index has them in their order."""
    at, number = participants.c.at, participants.c.interaction_id
    order = (at, number) if planned or oldest else (at.desc(), number.desc())
    when = at > now if planned else at <= now
    found: set[tuple[int, int]] = set()
    for address_id in set(address_ids):
        theirs = select(at, number).where(participants.c.address_id == address_id, when).order_by(*order)
        found.update((row[0], row[1]) for row in conn.execute(theirs.limit(limit * len(_ROLES))))
    return [number for _, number in sorted(found, reverse=not (planned or oldest))[:limit]]


def _numbered(conn: Connection, owner_id: int, numbers: Iterable[int]) -> list[Any]:
    """Rows of interactions by id, those of the owner alone."""
    # Asked for the owner too, SQLite would look through everything of theirs.
    rows = conn.execute(select(interactions).where(among(conn, interactions.c.id, numbers))).all()
    return [row for row in rows if row.owner_id == owner_id]


def _window(at: ColumnElement[int], asked: Filter, now: int, planned: bool) -> ColumnElement[bool]:
    bounds = []
    if asked.after is not None:
        bounds.append(at >= asked.after)
    if asked.before is not None:
        bounds.append(at < asked.before)
    if planned:
        bounds.append(at > now)
    elif max(asked.after or 0, asked.before or 0) <= now:
        bounds.append(at <= now)
    return and_(at.isnot(None), *bounds)


def _conditions(
    conn: Connection, owner_id: int, asked: Filter, within: ColumnElement[bool], now: int
) -> list[ColumnElement[bool]]:
    found = [interactions.c.owner_id == owner_id]
    for column, wanted, unwanted_ones in (
        (interactions.c.kind, asked.kinds, asked.no_kinds),
        (interactions.c.direction, asked.directions, asked.no_directions),
    ):
        if wanted:
            found.append(column.in_(wanted))
        if unwanted_ones:
            found.append(column.notin_(unwanted_ones))
    if asked.accounts:
        found.append(of_accounts(conn, owner_id, asked.accounts, interactions.c.id))
    if asked.no_accounts:
        found.append(not_(of_accounts(conn, owner_id, asked.no_accounts, interactions.c.id)))
    found += [_with(conn, addresses_named(conn, owner_id, text)) for text in asked.persons]
    found += [_without(conn, addresses_named(conn, owner_id, text)) for text in asked.no_persons]
    found += _of_persons(conn, owner_id, asked, now)
    if asked.texts or asked.no_texts:
        titles = conn.execute(select(interactions.c.id, interactions.c.title).where(within, *found)).all()
        folded = [(number, fold(title)) for number, title in titles]
        found += [_about(conn, owner_id, text, folded) for text in asked.texts]
        found += [not_(_about(conn, owner_id, text, folded)) for text in asked.no_texts]
    return found


def _about(conn: Connection, owner_id: int, text: str, folded: Sequence[tuple[int, str]]) -> ColumnElement[bool]:
    """`text` stands in the title, as one phrase, or somebody who took part is called so."""
    phrase = " ".join(words(text))
    titled = [number for number, title in folded if holds(title, (phrase,))]
    return or_(among(conn, interactions.c.id, titled), _with(conn, addresses_named(conn, owner_id, text)))


def _with(conn: Connection, address_ids: Iterable[int]) -> ColumnElement[bool]:
    part = select(participants.c.interaction_id).where(among(conn, participants.c.address_id, address_ids))
    return interactions.c.id.in_(part)


def _without(conn: Connection, address_ids: Iterable[int]) -> ColumnElement[bool]:
    # PostgreSQL looks through all of a long NOT IN for every row; this it makes a join.
    part = participants.alias("part")
    theirs = (part.c.interaction_id == interactions.c.id, among(conn, part.c.address_id, address_ids))
    return not_(select(part.c.interaction_id).where(*theirs).correlate(interactions).exists())


def _of_persons(conn: Connection, owner_id: int, asked: Filter, now: int) -> list[ColumnElement[bool]]:
    """Somebody took part who is all that is asked for at once; of several circles, somebody such of each."""

    def theirs(people: set[int]) -> list[int]:
        return [one for group in members_of(conn, people).values() for one in group]

    such = described(conn, owner_id, asked, now)
    circles = [in_circles(conn, owner_id, text) for text in asked.circles]
    wanted = [circle if such is None else circle & such for circle in circles] or ([] if such is None else [such])
    left_out = [in_circles(conn, owner_id, text) for text in asked.no_circles]
    left_out.append(unwanted(conn, owner_id, asked, now))
    return [
        *(_with(conn, theirs(people)) for people in wanted),
        *(_without(conn, theirs(people)) for people in left_out if people),
    ]


def _entries(conn: Connection, rows: Sequence[object], now: int) -> tuple[Entry, ...]:
    numbers = [row.id for row in rows]  # type: ignore[attr-defined]
    lines = conn.execute(
        select(participants.c.interaction_id, participants.c.role, participants.c.address_id)
        .where(among(conn, participants.c.interaction_id, numbers))
        .order_by(participants.c.interaction_id, participants.c.address_id)
    ).all()
    known = whos(conn, {line[2] for line in lines})
    named = written(conn, numbers, known)
    people: dict[int, dict[int, Who]] = {}
    for number, _, address_id in sorted(lines, key=lambda line: _rank(line[1])):
        who = known[address_id]
        if name := named.get((number, address_id)):
            who = msgspec.structs.replace(who, name=name)
        people.setdefault(number, {}).setdefault(who.person_id, who)
    return tuple(_entry(row, tuple(people.get(row.id, {}).values()), now) for row in rows)  # type: ignore[attr-defined]


def _rank(role: str) -> int:
    return _ROLES.index(role) if role in _ROLES else len(_ROLES)


def _entry(row: object, people: tuple[Who, ...], now: int) -> Entry:
    values = {name: getattr(row, name) for name in Entry.__struct_fields__ if name not in ("people", "planned")}
    values["evidence"] = _evidence.decode(values["evidence"])
    values["all_day"] = bool(values["all_day"])
    return Entry(**values, people=people, planned=values["at"] > now)


def _count(
    conn: Connection, owner_id: int, asked: Filter, now: int, planned: bool, meant: ColumnElement[bool] | None
) -> int | None:
    """Persons in the interactions that are meant; where these are too many to look at, None unless ties tell."""
    if not _is_time_alone(asked):
        return None if meant is None else _count_people(conn, meant)
    if asked == Filter() and not planned and (told := _count_ties(conn, owner_id, now)) is not None:
        return told
    return _count_everybody(conn, owner_id, _window(participants.c.at, asked, now, planned))


def _count_ties(conn: Connection, owner_id: int, now: int) -> int | None:
    """Persons in all that has happened, as counted beside their ties; None where those are not of this moment."""
    mine = ties.c.owner_id == owner_id
    owed = select(addresses.c.id).where(addresses.c.owner_id == owner_id, addresses.c.tie_owed)
    passed, ahead = (select(ties.c.person_id).where(mine, one) for one in (ties.c.next_at <= now, ties.c.last_at > now))
    if any(conn.execute(rows.limit(1)).first() is not None for rows in (owed, passed, ahead)):
        return None
    return conn.execute(select(func.count()).where(mine, ties.c.last_at.isnot(None))).scalar_one()


def _count_people(conn: Connection, meant: ColumnElement[bool]) -> int:
    """Persons in the interactions that are meant: clusters, and addresses that are in none."""
    ids = conn.execute(
        select(participants.c.address_id)
        .distinct()
        .join(interactions, interactions.c.id == participants.c.interaction_id)
        .where(meant)
    ).scalars()
    return len(set(persons_of(conn, ids).values()))


def _count_everybody(conn: Connection, owner_id: int, within: ColumnElement[bool]) -> int:
    """The same where only a time is asked for: an index knows of each address when something was."""
    seen = exists().where(participants.c.address_id == addresses.c.id, within)
    person = func.coalesce(person_addresses.c.person_id, addresses.c.id)
    everybody = select(func.count(person.distinct())).select_from(addresses)
    linked = everybody.outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
    return conn.execute(linked.where(addresses.c.owner_id == owner_id, seen)).scalar_one()


def _is_time_alone(asked: Filter) -> bool:
    return msgspec.structs.replace(asked, after=None, before=None) == Filter()


def _dropped(conn: Connection, owner_id: int, asked: Filter) -> int:
    if not _is_time_alone(asked):
        return 0
    bounds = [items.c.owner_id == owner_id, items.c.state == "dropped"]
    if asked.after is not None:
        bounds.append(items.c.at >= asked.after)
    if asked.before is not None:
        bounds.append(items.c.at < asked.before)
    return conn.execute(select(func.count()).select_from(items).where(*bounds)).scalar_one()
