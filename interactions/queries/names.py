"""What a person is called, and which addresses a name means."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.address import canonical
from interactions.queries.among import among
from interactions.queries.folding import fold, holds, words
from interactions.schema import addresses, cards, participants, person_addresses


class Who(Struct, frozen=True):
    """One person as shown: cards say best what they are called, then what they sign as, then their address."""

    person_id: int
    name: str
    #: The canonical address it was asked for.
    address: str


def whos(conn: Connection, address_ids: Iterable[int]) -> dict[int, Who]:
    """Address id → who that is."""
    asked = set(address_ids)
    if not asked:
        return {}
    person_of = persons_of(conn, asked)
    members = members_of(conn, set(person_of.values()))
    everyone = asked | {address_id for group in members.values() for address_id in group}
    spelled = _spelled(conn, everyone)
    best = _best_names(conn, everyone)
    found = {}
    for address_id in asked:
        person = person_of[address_id]
        options = [best[one] for one in {address_id, *members.get(person, ())} if one in best]
        name = min(options)[-1] if options else ""
        found[address_id] = Who(person, name or spelled[address_id], spelled[address_id])
    return found


def persons_of(conn: Connection, address_ids: Iterable[int]) -> dict[int, int]:
    """Address id → person id; an address that belongs to no cluster is a person of its own."""
    asked = set(address_ids)
    rows = conn.execute(
        select(person_addresses.c.address_id, person_addresses.c.person_id).where(
            among(conn, person_addresses.c.address_id, asked)
        )
    )
    return {one: one for one in asked} | {row[0]: row[1] for row in rows}


def members_of(conn: Connection, person_ids: Iterable[int]) -> dict[int, list[int]]:
    """Person id → the ids of all their addresses, earliest first; the person's own where there is no cluster."""
    asked = set(person_ids)
    rows = conn.execute(
        select(person_addresses.c.person_id, person_addresses.c.address_id)
        .where(among(conn, person_addresses.c.person_id, asked))
        .order_by(person_addresses.c.address_id)
    )
    found: dict[int, list[int]] = {}
    for person, address_id in rows:
        found.setdefault(person, []).append(address_id)
    return {person: found.get(person, [person]) for person in asked}


def addresses_named(conn: Connection, owner_id: int, text: str) -> set[int]:
    """Ids of all addresses of the persons whom `text` means: a whole address, or part of an address or a name."""
    exact = select(addresses.c.id).where(addresses.c.owner_id == owner_id, addresses.c.canonical == canonical(text))
    found = set(conn.execute(exact).scalars()) if "@" in text else set()
    wanted = words(text)
    if not found and wanted:
        found = {address_id for address_id, spelling in _spellings(conn, owner_id) if holds(fold(spelling), wanted)}
    if not found:
        return found
    members = members_of(conn, set(persons_of(conn, found).values()))
    return found | {address_id for group in members.values() for address_id in group}


def _spellings(conn: Connection, owner_id: int) -> Iterable[tuple[int, str]]:
    """(address id, text) for every way an address or its person is written."""
    mine = addresses.c.owner_id == owner_id
    yield from conn.execute(select(addresses.c.id, addresses.c.canonical).where(mine)).tuples()
    for table in (cards, participants):
        named = select(table.c.address_id, table.c.name).distinct().where(table.c.name != "", mine)
        yield from conn.execute(named.join(addresses, addresses.c.id == table.c.address_id)).tuples()


def _spelled(conn: Connection, address_ids: Iterable[int]) -> dict[int, str]:
    rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(among(conn, addresses.c.id, address_ids)))
    return {row[0]: row[1] for row in rows}


def _best_names(conn: Connection, address_ids: set[int]) -> dict[int, tuple[int, int, int, str]]:
    """Address id → (0 for a card's or 1 for a sender's name, -how often, -length, name): the least is the best."""
    best: dict[int, tuple[int, int, int, str]] = {}
    for rank, table in enumerate((cards, participants)):
        rows = conn.execute(
            select(table.c.address_id, table.c.name, func.count())
            .where(among(conn, table.c.address_id, address_ids), table.c.name != "")
            .group_by(table.c.address_id, table.c.name)
        )
        for address_id, written, often in rows:
            name = " ".join(written.split()).strip("'\" ")
            if not name or "@" in name and " " not in name:
                continue
            option = (rank, -often, -len(name), name)
            if address_id not in best or option < best[address_id]:
                best[address_id] = option
    return best
