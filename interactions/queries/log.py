"""The log itself: interactions newest first, those that a query means, with everybody who took part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from interactions.errors import UsageProblem
from interactions.queries.among import among, snapshot
from interactions.queries.folding import fold, holds, words
from interactions.queries.language import Filter
from interactions.queries.names import Who, addresses_named, members_of, persons_of, whos
from interactions.queries.shared import written
from interactions.schema import accounts, addresses, interactions, items, participants, sources, streams
from interactions.store.database import Database

_evidence = msgspec.json.Decoder(dict[str, str])
#: Who acted stands first.
_ROLES = ("from", "organizer", "to", "attendee", "cc", "bcc")


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
    #: Interactions that the query means, and persons in them.
    total: int
    people: int
    #: Items of the same time that were judged no interaction; 0 where the query asks for more than a time.
    dropped: int


def log(
    db: Database, owner_id: int, asked: Filter, now: int, *, limit: int = 50, offset: int = 0, planned: bool = False
) -> Log:
    """Interactions up to `now` (seconds since 1970 UTC), newest first; with `planned` those after it, soonest first.

    A query that itself names a time after `now` reaches as far as it says.
    """
    with db.reading() as conn:
        snapshot(conn)
        within = _window(interactions.c.at, asked, now, planned)
        meant = and_(within, *_conditions(conn, owner_id, asked, within))
        order = (interactions.c.at, interactions.c.id)
        chosen = select(interactions).where(meant).limit(limit).offset(offset)
        chosen = chosen.order_by(*order) if planned else chosen.order_by(*(column.desc() for column in order))
        rows = conn.execute(chosen).all()
        total = conn.execute(select(func.count()).select_from(interactions).where(meant)).scalar_one()
        return Log(
            entries=_entries(conn, rows, now),
            total=total,
            people=_count_everybody(conn, owner_id, _window(participants.c.at, asked, now, planned))
            if _is_time_alone(asked)
            else _count_people(conn, meant),
            dropped=_dropped(conn, owner_id, asked),
        )


def entries(db: Database, owner_id: int, numbers: Iterable[int], now: int) -> tuple[Entry, ...]:
    """Interactions by id, newest first; those of other owners are not there."""
    with db.reading() as conn:
        rows = conn.execute(
            select(interactions)
            .where(interactions.c.owner_id == owner_id, among(conn, interactions.c.id, numbers))
            .order_by(interactions.c.at.desc(), interactions.c.id.desc())
        ).all()
        return _entries(conn, rows, now)


def of_addresses(
    db: Database, owner_id: int, address_ids: Iterable[int], now: int, *, limit: int, planned: bool = False,
    oldest: bool = False,
) -> tuple[Entry, ...]:  # fmt: skip
    """The latest interactions with any of these addresses, newest first; the next planned, or the oldest, first."""
    with db.reading() as conn:
        when = interactions.c.at > now if planned else interactions.c.at <= now
        chosen = select(interactions).where(interactions.c.owner_id == owner_id, when, _with(conn, address_ids))
        order = (interactions.c.at, interactions.c.id)
        chosen = chosen.order_by(*order) if planned or oldest else chosen.order_by(*(column.desc() for column in order))
        return _entries(conn, conn.execute(chosen.limit(limit)).all(), now)


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
    conn: Connection, owner_id: int, asked: Filter, within: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    found = [interactions.c.owner_id == owner_id]
    for column, wanted, unwanted in (
        (interactions.c.kind, asked.kinds, asked.no_kinds),
        (interactions.c.direction, asked.directions, asked.no_directions),
    ):
        if wanted:
            found.append(column.in_(wanted))
        if unwanted:
            found.append(column.notin_(unwanted))
    if asked.accounts:
        found.append(_of_accounts(conn, owner_id, asked.accounts))
    if asked.no_accounts:
        found.append(not_(_of_accounts(conn, owner_id, asked.no_accounts)))
    found += [_with(conn, addresses_named(conn, owner_id, text)) for text in asked.persons]
    found += [not_(_with(conn, addresses_named(conn, owner_id, text))) for text in asked.no_persons]
    found += [_with(conn, _in_circle(conn, owner_id, text)) for text in asked.circles]
    found += [not_(_with(conn, _in_circle(conn, owner_id, text))) for text in asked.no_circles]
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


def _in_circle(conn: Connection, owner_id: int, text: str) -> list[int]:
    """Ids of all addresses of everybody in the circles `text` means. Raises UsageProblem when there is none."""
    # Finding circles takes the rules of lists, which nothing else here needs.
    from interactions.queries.circles import named

    meant = named(conn, owner_id, text)
    if not meant:
        raise UsageProblem(f"No circle is called {text!r}. See  kith circles.")
    people = {one for _, members in meant.values() for one in members}
    return [one for group in members_of(conn, people).values() for one in group]


def _of_accounts(conn: Connection, owner_id: int, wanted: Sequence[str]) -> ColumnElement[bool]:
    rows = conn.execute(
        select(accounts.c.id, accounts.c.label, accounts.c.provider).where(accounts.c.owner_id == owner_id)
    )
    sought = [words(text) for text in wanted]
    ids = [row[0] for row in rows if any(holds(fold(f"{row[1]} {row[2]}"), one) for one in sought)]
    return exists().where(
        sources.c.interaction_id == interactions.c.id,
        items.c.id == sources.c.item_id,
        streams.c.id == items.c.stream_id,
        streams.c.account_id.in_(ids),
    )


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
    ids = conn.execute(select(addresses.c.id).where(addresses.c.owner_id == owner_id, seen)).scalars()
    return len(set(persons_of(conn, ids).values()))


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
