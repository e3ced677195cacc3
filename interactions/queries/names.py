"""What a person is called, and which addresses a name means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, LargeBinary, and_, cast, collate, exists, func, or_, select

from interactions.address import canonical
from interactions.queries.among import among
from interactions.queries.folding import fold, holds, words
from interactions.schema import addresses, cards, participants, person_addresses, signed


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
    return dict(zip(asked, asked, strict=True)) | {row[0]: row[1] for row in rows.all()}


def members_of(conn: Connection, person_ids: Iterable[int]) -> dict[int, list[int]]:
    """Person id → the ids of all their addresses, earliest first; the person's own where there is no cluster."""
    asked = set(person_ids)
    rows = conn.execute(
        select(person_addresses.c.person_id, person_addresses.c.address_id)
        .where(among(conn, person_addresses.c.person_id, asked))
        .order_by(person_addresses.c.address_id)
    )
    found: dict[int, list[int]] = {}
    for person, address_id in rows.all():
        found.setdefault(person, []).append(address_id)
    return {person: found.get(person, [person]) for person in asked}


def organisations_of(conn: Connection, people: Iterable[int]) -> dict[int, frozenset[str]]:
    """Person id → the organisations of all their addresses; who has none is not there."""
    # Domains take a list that few commands need.
    from interactions.organisations import company

    members = members_of(conn, people)
    person_of = {one: person for person, group in members.items() for one in group}
    found: dict[int, set[str]] = {}
    for id, address in _spelled(conn, person_of).items():
        if "@" in address and (at := company(address.rpartition("@")[2])):
            found.setdefault(person_of[id], set()).add(at)
    return {person: frozenset(several) for person, several in found.items()}


def addresses_named(conn: Connection, owner_id: int, text: str) -> set[int]:
    """Ids of all addresses of the persons whom `text` means: a whole address, or part of an address or a name."""
    exact = select(addresses.c.id).where(addresses.c.owner_id == owner_id, addresses.c.canonical == canonical(text))
    found = set(conn.execute(exact).scalars()) if "@" in text else set()
    wanted = words(text)
    if not found and wanted:
        spelled = _spellings(conn, owner_id, wanted)
        found = {address_id for address_id, spelling in spelled if holds(fold(spelling), wanted)}
    if not found:
        return found
    members = members_of(conn, set(persons_of(conn, found).values()))
    return found | {address_id for group in members.values() for address_id in group}


def _spellings(conn: Connection, owner_id: int, wanted: Sequence[str]) -> Iterable[tuple[int, str]]:
    """(address id, text) for every way an address or its person is written that may hold the folded words `wanted`."""
    mine = addresses.c.owner_id == owner_id
    able = _may_hold(conn, addresses.c.canonical, wanted)
    yield from conn.execute(select(addresses.c.id, addresses.c.canonical).where(mine, able)).all()
    named = select(cards.c.address_id, cards.c.name).distinct().where(cards.c.name != "", mine)
    yield from conn.execute(named.join(addresses, addresses.c.id == cards.c.address_id)).all()
    # First the names, then whose they are: the other way round every address is looked up.
    valid = exists().where(addresses.c.id == signed.c.address_id, mine, ~addresses.c.tie_owed)
    counted = select(signed.c.address_id, signed.c.name).where(_may_hold(conn, signed.c.name, wanted), valid)
    yield from conn.execute(counted).all()
    owed = select(addresses.c.id).where(mine, addresses.c.tie_owed)
    for address_id, name, _ in _signatures(conn, conn.execute(owed).scalars()):
        yield address_id, name


def _may_hold(conn: Connection, column: ColumnElement[str], wanted: Sequence[str]) -> ColumnElement[bool]:
    """Whatever `folding.holds` may find: of text that is ASCII alone the database knows as well as we do."""
    strange = _octets(conn, column) != func.length(column)
    plain = [_holds(conn, column, word) for word in wanted if word.isascii()]
    return or_(and_(*plain), strange) if len(plain) == len(wanted) else strange


def _octets(conn: Connection, column: ColumnElement[str]) -> ColumnElement[int]:
    if conn.dialect.name == "sqlite":
        return func.length(cast(column, LargeBinary))
    return func.octet_length(column)


def _holds(conn: Connection, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    if conn.dialect.name == "sqlite":
        # Its LIKE knows upper and lower case of ASCII by itself, and is three times as fast without LOWER.
        return column.contains(word, autoescape=True)
    # LOWER asks the locale about every letter, unless it is told that ASCII is all there is.
    return func.lower(collate(column, "C")).contains(word, autoescape=True)


def _signatures(conn: Connection, address_ids: Iterable[int]) -> list[tuple[int, str, int]]:
    """(address id, name, how often) of what these were written with, from the log itself."""
    named = select(participants.c.address_id, participants.c.name, func.count())
    mine = named.where(among(conn, participants.c.address_id, address_ids), participants.c.name != "")
    grouped = mine.group_by(participants.c.address_id, participants.c.name)
    return [(row[0], row[1], row[2]) for row in conn.execute(grouped)]


def _called(conn: Connection, address_ids: set[int]) -> Iterable[tuple[int, int, str, int]]:
    """(0 for a card's or 1 for a sender's name, address id, name, how often)."""
    carded = select(cards.c.address_id, cards.c.name, func.count()).where(
        among(conn, cards.c.address_id, address_ids), cards.c.name != ""
    )
    for row in conn.execute(carded.group_by(cards.c.address_id, cards.c.name)):
        yield 0, row[0], row[1], row[2]
    stale = set(
        conn.execute(
            select(addresses.c.id).where(among(conn, addresses.c.id, address_ids), addresses.c.tie_owed)
        ).scalars()
    )
    counted = select(signed).where(among(conn, signed.c.address_id, address_ids - stale))
    for row in conn.execute(counted):
        yield 1, row[0], row[1], row[2]
    for address_id, name, often in _signatures(conn, stale) if stale else ():
        yield 1, address_id, name, often


def _spelled(conn: Connection, address_ids: Iterable[int]) -> dict[int, str]:
    rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(among(conn, addresses.c.id, address_ids)))
    return {row[0]: row[1] for row in rows}


def _best_names(conn: Connection, address_ids: set[int]) -> dict[int, tuple[int, int, int, str]]:
    """Address id → (0 for a card's or 1 for a sender's name, -how often, -length, name): the least is the best."""
    best: dict[int, tuple[int, int, int, str]] = {}
    numbers = _of_numbers(conn, address_ids)
    for rank, address_id, written, often in _called(conn, address_ids):
        name = " ".join(written.split()).strip("'\" ")
        if not name or "@" in name and " " not in name:
            continue
        option = (rank - ((address_id, written) in numbers), -often, -len(name), name)
        if address_id not in best or option < best[address_id]:
            best[address_id] = option
    return best


def _of_numbers(conn: Connection, address_ids: set[int]) -> set[tuple[int, str]]:
    """(address id, name) of numbers on cards without a mail address: of all who share one, it stands for these."""
    other = cards.alias("other")
    reached = (
        select(other.c.address_id)
        .join(addresses, addresses.c.id == other.c.address_id)
        .where(other.c.item_id == cards.c.item_id, addresses.c.canonical.contains("@"))
    )
    rows = conn.execute(
        select(cards.c.address_id, cards.c.name)
        .join(addresses, addresses.c.id == cards.c.address_id)
        .where(
            among(conn, cards.c.address_id, address_ids),
            addresses.c.canonical.startswith("tel:"),
            ~reached.correlate(cards).exists(),
        )
    )
    return {(row[0], row[1]) for row in rows}
