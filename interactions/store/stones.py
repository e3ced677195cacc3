"""The stones laid over somebody who is forgotten: their addresses, the names that are theirs alone, their titles."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, func, select

from interactions.address import canonical
from interactions.forgotten import (
    KIND,
    Forgotten,
    address_key,
    borrowed_key,
    kept_key,
    name_key,
    shared_key,
    stone,
    title_key,
    untagged,
)
from interactions.items import Contact, Email, Event, Mailbox
from interactions.phone import phone
from interactions.prepare import decode
from interactions.rules.robots import is_robot
from interactions.schema import addresses, cards, facts, items, meta, participants, payloads, tombstones
from interactions.store import corrections
from interactions.store.database import insert, now

#: Digits at the end of a telephone number by which a spelling without its country code is known.
_TAIL = 6
#: Payloads looked at in one go.
_BATCH = 2_000
_who = msgspec.json.Decoder(tuple[Mailbox, ...])


class Theirs(Struct, frozen=True):
    """Everything that names one person, as it is hashed, and who is called the same."""

    keys: tuple[str, ...]
    #: Every full name of theirs, as written.
    names: tuple[str, ...]
    #: Canonical addresses of others with one of these names: they stay, and so does the name.
    namesakes: tuple[str, ...]


class _Called(Struct, frozen=True):
    """An address and one of the names it has."""

    id: int
    canonical: str
    name: str
    #: 0 on a card, 1 in mail and calendars.
    rank: int
    often: int
    #: The owner's own, an office's or a program's.
    own: bool
    nobody: bool


def of(conn: Connection, owner_id: int, canonicals: Sequence[str], names: Iterable[str]) -> Theirs:
    """What is to be forgotten with these addresses; `names` are what they are known to be called."""
    canonicals = [*canonicals, *_tagged(conn, owner_id, canonicals)]
    mine = frozenset(canonicals)
    called = _called(conn, owner_id, canonicals)
    theirs = [one for one in called if one.canonical in canonicals]
    written = list(dict.fromkeys([*names, *(one.name for one in theirs)]))
    by_key = {key: name for name in reversed(written) if (key := name_key(name)) is not None}
    others = [one for one in called if one.canonical not in canonicals and not is_robot(one.canonical)]
    kept = _namesakes(others, by_key)
    # Before any other address the name is borrowed: also where nobody is behind it, as in what was dropped.
    borrowed = {
        borrowed_key(key, address)
        for key, address in _before_others(conn, owner_id, by_key)
        if address not in mine and untagged(address) not in mine and address not in kept.get(key, ())
    }
    borrowed |= {
        borrowed_key(key, one.canonical)
        for one in others
        if (key := name_key(one.name)) in by_key and key is not None and one.canonical not in kept.get(key, ())
    }
    keys = [
        *map(address_key, (*canonicals, *_dialled(conn, canonicals))),
        *(key for key in by_key if key not in kept),
        *(shared_key(name_key(one.name) or "") for one in theirs if one.rank == 0 and name_key(one.name) in kept),
        *sorted(borrowed),
        *map(title_key, titles(conn, owner_id, mine)),
        *map(kept_key, _kept_titles(conn, owner_id, mine)),
    ]
    namesakes = sorted({address for several in kept.values() for address in several})
    return Theirs(tuple(dict.fromkeys(keys)), tuple(by_key[key] for key in sorted(by_key)), tuple(namesakes))


def _namesakes(others: Sequence[_Called], names: Container[str]) -> dict[str, list[str]]:
    """Key of one of these names → canonical addresses of others who are called so."""
    shown = _shown(others)
    found: dict[str, list[str]] = defaultdict(list)
    for one in others:
        key = name_key(one.name)
        if key is None or key not in names:
            continue
        if one.own or (not one.nobody and name_key(shown[one.id]) == key):
            found[key].append(one.canonical)
    return found


def _before_others(conn: Connection, owner_id: int, names: Mapping[str, str]) -> set[tuple[str, str]]:
    """(key of one of these names, canonical address that it stands before) in all that is judged."""
    found: set[tuple[str, str]] = set()
    keys: dict[str, str | None] = {}
    last = 0
    while names:
        rows = conn.execute(
            select(items.c.id, payloads.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(items.c.owner_id == owner_id, items.c.id > last, items.c.kind.in_(("email", "event")))
            .where(items.c.state.in_(("kept", "dropped")))
            .order_by(items.c.id)
            .limit(_BATCH)
        ).all()
        for _, body in rows:
            for mailbox in filter(None, _mailboxes(decode(body))):
                if mailbox.name not in keys:
                    keys[mailbox.name] = name_key(mailbox.name) if mailbox.name else None
                key = keys[mailbox.name]
                if key is not None and key in names:
                    found.add((key, canonical(mailbox.address)))
        if len(rows) < _BATCH:
            break
        last = rows[-1][0]
    return found


def _mailboxes(item: object) -> Iterator[Mailbox | None]:
    """Everybody a mail or an entry names."""
    if isinstance(item, Email):
        yield item.sender
        for group in (item.to, item.cc, item.bcc, item.reply_to):
            yield from group
    elif isinstance(item, Event):
        yield item.organizer
        yield from (one.mailbox for one in item.attendees)


def lay(conn: Connection, owner_id: int, keys: Iterable[str]) -> None:
    """Keep a salted hash of each of these keys."""
    salt = _salt(conn)
    rows = [(owner_id, KIND, stone(salt, key), int(now(conn))) for key in dict.fromkeys(keys)]
    end = "ON CONFLICT (owner_id, kind, value) DO NOTHING"
    insert(conn, tombstones, ("owner_id", "kind", "value", "made_at"), rows, end)


def forgotten(conn: Connection, owner_id: int) -> Forgotten:
    """Every tombstone of persons."""
    chosen = select(tombstones.c.value).where(tombstones.c.owner_id == owner_id, tombstones.c.kind == KIND)
    return Forgotten(frozenset(conn.execute(chosen).scalars()))


def foreseen(conn: Connection, owner_id: int, keys: Iterable[str]) -> Forgotten:
    """The tombstones as they would be with these keys; nothing is laid."""
    salt = secrets.token_hex(16)
    return Forgotten(forgotten(conn, owner_id).stones | {stone(salt, key) for key in keys})


def _salt(conn: Connection) -> str:
    """One for each database, made when it is first needed: hashes of two databases cannot be compared."""
    found = conn.execute(select(meta.c.value).where(meta.c.name == "salt")).scalar()
    if found is None:
        found = secrets.token_hex(16)
        insert(conn, meta, ("name", "value"), [("salt", found)])
    return str(found)


def _called(conn: Connection, owner_id: int, canonicals: Sequence[str]) -> list[_Called]:
    """Every name on a card, and every name that anybody wrote an address with.

    A card that has an address of theirs and nobody else's is theirs, with every number on it.
    """
    own = _own_cards(conn, owner_id, canonicals)
    found = [
        _Called(one.id, one.canonical if one.item_id not in own else canonicals[0], one.name, 0, one.often,
                bool(one.own), bool(one.role))
        for one in _names(conn, owner_id, cards, cards.c.item_id)
        if one.item_id in own or one.canonical not in canonicals
    ]  # fmt: skip
    return found + [
        _Called(one.id, one.canonical, one.name, 1, one.often, bool(one.own), bool(one.role))
        for one in _names(conn, owner_id, participants)
    ]


def _names(conn: Connection, owner_id: int, table: Table, *more: ColumnElement[Any]) -> Sequence[Any]:
    """The names that a table has for addresses, and how often."""
    columns = (addresses.c.id, addresses.c.canonical, table.c.name, facts.c.own, addresses.c.role, *more)
    return conn.execute(
        select(*columns, func.count().label("often"))
        .join(addresses, addresses.c.id == table.c.address_id)
        .outerjoin(facts, facts.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, table.c.name != "")
        .group_by(*columns)
    ).all()


def _own_cards(conn: Connection, owner_id: int, canonicals: Sequence[str]) -> set[int]:
    """Item ids of cards with an address of theirs on which nobody else has a mail address."""
    rows = conn.execute(
        select(cards.c.item_id, addresses.c.canonical, addresses.c.role)
        .join(addresses, addresses.c.id == cards.c.address_id)
        .where(addresses.c.owner_id == owner_id)
    ).all()
    theirs = {item for item, canonical, _ in rows if canonical in canonicals}
    others = {item for item, canonical, role in rows if "@" in canonical and not role and canonical not in canonicals}
    return theirs - others


def _shown(called: Iterable[_Called]) -> dict[int, str]:
    """Address id → what whoever is behind it is best called."""
    best: dict[int, _Called] = {}
    for one in called:
        if one.id not in best or (one.rank, -one.often, one.name) < _order(best[one.id]):
            best[one.id] = one
    return {id: one.name for id, one in best.items()}


def _order(one: _Called) -> tuple[int, int, str]:
    return (one.rank, -one.often, one.name)


def _dialled(conn: Connection, canonicals: Sequence[str]) -> list[str]:
    """Telephone numbers of theirs as their cards spell them without a country code."""
    numbers = tuple(one for one in canonicals if one.startswith("tel:"))
    if not numbers:
        return []
    rows = conn.execute(
        select(payloads.c.body)
        .distinct()
        .join(cards, cards.c.item_id == payloads.c.item_id)
        .join(addresses, addresses.c.id == cards.c.address_id)
        .where(addresses.c.canonical.in_(numbers))
    )
    spelled = [decode(body) for body in rows.scalars()]
    raw = {phone(one) for card in spelled if isinstance(card, Contact) for one in card.phones()}
    return [one for one in sorted(filter(None, raw)) if any(one[-_TAIL:] == number[-_TAIL:] for number in numbers)]


def _tagged(conn: Connection, owner_id: int, canonicals: Sequence[str]) -> list[str]:
    """Addresses that are theirs but for a tag."""
    mine = select(addresses.c.canonical).where(addresses.c.owner_id == owner_id, addresses.c.canonical.contains("+"))
    found = conn.execute(mine).scalars()
    return [one for one in found if "@" in one and one not in canonicals and untagged(one) in canonicals]


def _kept_titles(conn: Connection, owner_id: int, canonicals: frozenset[str]) -> list[str]:
    """Folded titles that the owner said to be meetings with somebody else, too."""
    held = corrections.held(conn, owner_id, (corrections.TITLE,))
    found = ((target, {one.address for one in _who.decode(value)}) for (_, target), value in held.items())
    return sorted(target for target, who in found if who - canonicals)


def titles(conn: Connection, owner_id: int, canonicals: frozenset[str]) -> list[str]:
    """Folded titles that the owner said to be meetings with them alone."""
    held = corrections.held(conn, owner_id, (corrections.TITLE,))
    found = ((target, {one.address for one in _who.decode(value)}) for (_, target), value in held.items())
    return sorted(target for target, who in found if who and who <= canonicals)
