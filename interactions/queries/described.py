"""Persons as filters describe them: by circle, by how a tie stands, and by what passed between them and the owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, exists, func, select

from interactions.errors import UsageProblem
from interactions.queries.folding import fold, holds, words
from interactions.queries.language import Filter, Last
from interactions.queries.names import persons_of
from interactions.schema import accounts, addresses, items, participants, person_addresses, sources, streams

#: Kinds of interactions in which people meet or talk.
_MET = ("meeting", "call", "note")
#: What waits for nothing to be done, as `kith tend` keeps it → as it is asked for.
_WAITS = {"planned": "planned", "awaited": "waiting"}


def described(conn: Connection, owner_id: int, asked: Filter, now: int) -> set[int] | None:
    """Ids of the persons of whom all that is asked about states, ties and last contacts is true.

    None where nothing is asked. `now`: seconds since 1970 UTC.
    """
    found = [_in_touch(conn, owner_id, one, now) for one in asked.contacts]
    if asked.states:
        found.append(_in_states(conn, owner_id, asked.states, asked.today or 0))
    if asked.ties:
        found.append(_of_ties(conn, owner_id, asked.ties, asked.today or 0))
    return set.intersection(*found) if found else None


def unwanted(conn: Connection, owner_id: int, asked: Filter, now: int) -> set[int]:
    """Ids of the persons of whom any of it is true that a minus leaves out."""
    found = [_in_touch(conn, owner_id, one, now) for one in asked.no_contacts]
    if asked.no_states:
        found.append(_in_states(conn, owner_id, asked.no_states, asked.today or 0))
    if asked.no_ties:
        found.append(_of_ties(conn, owner_id, asked.no_ties, asked.today or 0))
    return set().union(*found)


def in_circles(conn: Connection, owner_id: int, text: str) -> set[int]:
    """Ids of everybody in the circles `text` means. Raises UsageProblem when there is none."""
    # Finding circles takes the rules of lists, which nothing else here needs.
    from interactions.queries.circles import named, names_and_members

    meant = named(conn, owner_id, text)
    if not meant:
        there = sorted({name for name, _ in names_and_members(conn, owner_id).values() if name}, key=fold)
        listed = f" There is {', '.join(there[:12])}{' …' if len(there) > 12 else ''}." if there else ""
        raise UsageProblem(f"No circle is called {text!r}.{listed} See  kith circles.")
    return {one for _, members in meant.values() for one in members}


def having(conn: Connection, owner_id: int, *conditions: ColumnElement[bool]) -> set[int]:
    """Ids of the persons who have a part in an interaction of which these `conditions` on participants are true."""
    # An index knows of each address when what was: one look at it a person.
    part = exists().where(participants.c.address_id == addresses.c.id, *conditions)
    ids = conn.execute(select(addresses.c.id).where(addresses.c.owner_id == owner_id, part)).scalars()
    return set(persons_of(conn, ids).values())


def last_between(
    conn: Connection, owner_id: int, after: int | None, before: int | None, end: int | None,
    *conditions: ColumnElement[bool],
) -> set[int]:  # fmt: skip
    """Persons whose last interaction such as `conditions` was from `after` on and before `before`, up to `end`."""
    until = () if end is None else (participants.c.at <= end,)
    since = () if after is None else (participants.c.at >= after,)
    if before is None:
        return having(conn, owner_id, *conditions, *since, *until)
    found = having(conn, owner_id, *conditions, *since, *until, participants.c.at < before)
    return found - having(conn, owner_id, *conditions, *until, participants.c.at >= before)


def of_accounts(
    conn: Connection, owner_id: int, wanted: Sequence[str], interaction_id: ColumnElement[int]
) -> ColumnElement[bool]:
    """An interaction came from an account or an archive that one of `wanted` names."""
    chosen = select(accounts.c.id, accounts.c.label, accounts.c.provider).where(accounts.c.owner_id == owner_id)
    rows = [(row[0], fold(f"{row[1]} {row[2]}")) for row in conn.execute(chosen)]
    ids = {id for id, label in rows for text in wanted if holds(label, words(text))}
    return exists().where(
        sources.c.interaction_id == interaction_id,
        items.c.id == sources.c.item_id,
        streams.c.id == items.c.stream_id,
        streams.c.account_id.in_(ids),
    )


def _in_touch(conn: Connection, owner_id: int, asked: Last, now: int) -> set[int]:
    sort: tuple[ColumnElement[bool], ...] = ()
    if asked.how == "met":
        sort = (participants.c.kind.in_(_MET),)
    elif asked.how == "heard":
        # Who is merely named in what a third wrote weighs nothing.
        sort = (participants.c.direction.in_(("in", "both")), participants.c.weight > 0)
    if asked.after is None and asked.before is None:
        return _everybody(conn, owner_id) - having(conn, owner_id, *sort, participants.c.at <= now)
    return last_between(conn, owner_id, asked.after, asked.before, now, *sort)


def _in_states(conn: Connection, owner_id: int, wanted: Iterable[str], today: int) -> set[int]:
    from interactions.store.tending import states

    names = set(wanted)
    standing = states(conn, owner_id, today).items()
    return {one for one, (state, waits) in standing if {state.replace(" ", "-"), _WAITS.get(waits)} & names}


def _of_ties(conn: Connection, owner_id: int, wanted: Iterable[str], today: int) -> set[int]:
    from interactions.queries.ties import words_of

    names = set(wanted)
    return {one for one, word in words_of(conn, owner_id, today).items() if word in names}


def _everybody(conn: Connection, owner_id: int) -> set[int]:
    person = func.coalesce(person_addresses.c.person_id, addresses.c.id)
    rows = select(person).outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
    return set(conn.execute(rows.where(addresses.c.owner_id == owner_id)).scalars())
