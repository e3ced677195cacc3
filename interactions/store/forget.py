"""A person erased: tombstones that name nobody, and everything of theirs taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from interactions import keys
from interactions.entries import fold_title
from interactions.forgotten import RULE, Forgotten, title_key
from interactions.items import Contact, Email, Event, Mailbox
from interactions.prepare import decode, encode
from interactions.schema import (
    addresses,
    cards,
    circles,
    corrections,
    interactions,
    items,
    numbers,
    owners,
    participants,
    payloads,
    person_addresses,
    signed,
    sources,
    suggestions,
)
from interactions.store import gone, identity, notes, purge, stones, ties, verdicts
from interactions.store.addresses import next_epoch
from interactions.store.corrections import CIRCLE, CIRCLE_NAME, ITEM, NOTE, PAIR, SEARCH, TITLE
from interactions.store.database import Database, among
from interactions.store.facts import owe
from interactions.word import item_target

_BATCH = 2_000
_Stored = Email | Event | Contact
_evidence = msgspec.json.Decoder(dict[str, str])
_who = msgspec.json.Decoder(tuple[Mailbox, ...])


class Again(Struct, frozen=True):
    """What went because somebody had been forgotten before: items erased, and items kept without them."""

    erased: int = 0
    redacted: int = 0


class Forgot(Struct, frozen=True):
    """What went, or what would go."""

    #: Items that are gone, and items that stay without them.
    erased: int
    redacted: int
    #: Every full name of theirs, as written, and canonical addresses of others who are called so and stay.
    names: tuple[str, ...]
    namesakes: tuple[str, ...]


def preview(db: Database, owner_id: int, canonicals: Sequence[str], names: Iterable[str]) -> Forgot:
    """What `forget` would take; nothing is changed."""
    with db.reading() as conn:
        theirs = stones.of(conn, owner_id, canonicals, names)
        counted = [
            left is None for _, _, left in _touched(conn, owner_id, stones.foreseen(conn, owner_id, theirs.keys))
        ]
        return Forgot(sum(counted), len(counted) - sum(counted), theirs.names, theirs.namesakes)


def forget(db: Database, owner_id: int, canonicals: Sequence[str], names: Iterable[str]) -> Forgot:
    """Erase whoever has these addresses and names, and never store anything of theirs again."""
    written = list(names)

    def change(conn: Connection) -> Forgot:
        theirs = stones.of(conn, owner_id, canonicals, written)
        stones.lay(conn, owner_id, theirs.keys)
        erased, redacted = _erase(conn, owner_id)
        next_epoch(conn)
        return Forgot(erased, redacted, theirs.names, theirs.namesakes)

    forgot = db.write(change)
    db.compact()
    return forgot


def apply_all(conn: Connection) -> Again:
    """After a restore: whoever was forgotten since the backup is forgotten in it."""
    owner_ids = list(conn.execute(select(owners.c.id)).scalars())
    gone = [_erase(conn, one) for one in owner_ids if stones.forgotten(conn, one).stones]
    return Again(sum(erased for erased, _ in gone), sum(redacted for _, redacted in gone))


def _erase(conn: Connection, owner_id: int) -> tuple[int, int]:
    """Take away whatever the tombstones name; returns how many items went, and how many stay without them."""
    rules = stones.forgotten(conn, owner_id)
    rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(addresses.c.owner_id == owner_id)).all()
    theirs = {id: canonical for id, canonical in rows if rules.has(canonical)}
    stones.lay(conn, owner_id, map(title_key, stones.titles(conn, owner_id, frozenset(theirs.values()))))
    rules = stones.forgotten(conn, owner_id)
    doomed, redacted = _redact(conn, owner_id, rules)
    _take_words(conn, owner_id, rules, list(doomed.values()))
    _take_rows(conn, owner_id, list(theirs))
    purge.take(conn, owner_id, [(item_id, RULE) for item_id in doomed])
    _take_addresses(conn, owner_id, list(theirs))
    for id, name in conn.execute(select(circles.c.id, circles.c.name).where(circles.c.owner_id == owner_id)).all():
        if (left := rules.without(name)) != name:
            conn.execute(update(circles).where(circles.c.id == id).values(name=left))
    # What fell with them leaves no number to come back to, either.
    conn.execute(delete(numbers).where(numbers.c.owner_id == owner_id))
    identity.owe(conn, owner_id)
    return len(doomed), redacted


def _touched(conn: Connection, owner_id: int, rules: Forgotten) -> Iterator[tuple[int, _Stored, _Stored | None]]:
    """(id, item, what is left of it) of every stored item that has something of theirs."""
    last = 0
    while True:
        rows = conn.execute(
            select(items.c.id, payloads.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(items.c.owner_id == owner_id, items.c.id > last, items.c.kind != "unreadable")
            .order_by(items.c.id)
            .limit(_BATCH)
        ).all()
        for item_id, body in rows:
            item = decode(body)
            if isinstance(item, Email | Event | Contact) and (left := rules.cleared(item)) != item:
                yield item_id, item, left
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]


def _redact(conn: Connection, owner_id: int, rules: Forgotten) -> tuple[dict[int, str], int]:
    """Rewrite what others have a part in.

    Returns the ids of items that go, with what words on them are kept under, and how many stay.
    """
    doomed: dict[int, str] = {}
    changed = []
    for item_id, item, left in _touched(conn, owner_id, rules):
        if left is None:
            doomed[item_id] = item_target(item)
        else:
            changed.append(item_id)
            body = encode(left)
            conn.execute(update(payloads).where(payloads.c.item_id == item_id).values(body=body))
            conn.execute(update(items).where(items.c.id == item_id).values(digest=keys.key(body) or 1))
    verdicts.erase(conn, changed)
    _rename(conn, rules, changed)
    owe(conn, changed)
    return doomed, len(changed)


def _rename(conn: Connection, rules: Forgotten, item_ids: Sequence[int]) -> None:
    """What these items made, without the name: at once, so that the file is compacted when it is gone."""
    made = select(sources.c.interaction_id).where(among(conn, sources.c.item_id, item_ids))
    titled = select(interactions.c.id, interactions.c.title, interactions.c.evidence).where(interactions.c.id.in_(made))
    for id, title, evidence in conn.execute(titled).all():
        seen = {name: rules.without(said) for name, said in _evidence.decode(evidence).items()}
        values = {"title": rules.without(title), "evidence": msgspec.json.encode(seen).decode()}
        conn.execute(update(interactions).where(interactions.c.id == id).values(**values))
    called = select(participants.c.address_id, participants.c.name, addresses.c.canonical).distinct()
    mine = called.join(addresses, addresses.c.id == participants.c.address_id)
    for id, name, canonical in conn.execute(mine.where(participants.c.interaction_id.in_(made))).all():
        if (left := rules.renamed(Mailbox(canonical, name)).name) != name:
            theirs = update(participants).where(participants.c.address_id == id, participants.c.name == name)
            conn.execute(theirs.values(name=left))
            conn.execute(delete(signed).where(signed.c.address_id == id, signed.c.name == name))
            ties.owe(conn, [id])


def _take_words(conn: Connection, owner_id: int, rules: Forgotten, targets: Sequence[str]) -> None:
    """What the owner said of them, and what they were to be asked about them."""
    going = frozenset(targets)
    rows = conn.execute(select(corrections).where(corrections.c.owner_id == owner_id)).all()
    for row in rows:
        value = _without(row.kind, row.target, row.value, rules, going)
        mine = corrections.c.id == row.id
        if value is None:
            conn.execute(delete(corrections).where(mine))
            continue
        # The entries of a title lose the name as well, and are known by what is left of it.
        target = fold_title(rules.without(row.target)) if row.kind == TITLE else row.target
        if (target, value) != (row.target, row.value):
            conn.execute(update(corrections).where(mine).values(target=target, value=value))
    for row in conn.execute(select(suggestions).where(suggestions.c.owner_id == owner_id)).all():
        who = msgspec.json.decode(row.evidence).get("who", []) if row.kind == "meeting" else ()
        named = [*(row.target.split("|") if row.kind == "person" else ()), *(one[0] for one in who)]
        if any(map(rules.has, named)) or rules.names(row.target):
            conn.execute(delete(suggestions).where(suggestions.c.id == row.id))


def _without(kind: str, target: str, value: str, rules: Forgotten, going: frozenset[str]) -> str | None:
    """The value of a word without them; None when nothing is left of it."""
    if kind == ITEM:
        return None if target in going else value
    if kind == TITLE:
        who = _who.decode(value) if value else ()
        left = tuple(one for one in who if not rules.has(one.address))
        if (who and not left) or not fold_title(rules.without(target)):
            return None
        return value if len(left) == len(who) else msgspec.json.encode(left).decode()
    if kind == CIRCLE_NAME:
        return rules.without(value)
    if kind == SEARCH:
        # What is left of a search for somebody would look for something else.
        return value if rules.without(f"{target} {value}") == f"{target} {value}" else None
    if kind in (PAIR, CIRCLE):
        return None if any(map(rules.has, target.split("|"))) else value
    return None if rules.has(notes.decode(value).address if kind == NOTE and value else target) else value


def _take_rows(conn: Connection, owner_id: int, ids: Sequence[int]) -> None:
    """Their part in the log; what was between them and the owner alone goes whole."""
    theirs = select(participants.c.interaction_id).where(participants.c.address_id.in_(ids))
    touched = list(conn.execute(theirs).scalars())
    supporting = select(sources.c.item_id).where(among(conn, sources.c.interaction_id, touched))
    told = list(conn.execute(supporting.distinct()).scalars())
    conn.execute(delete(participants).where(participants.c.address_id.in_(ids)))
    empty = ~select(participants.c.interaction_id).where(participants.c.interaction_id == interactions.c.id).exists()
    conn.execute(delete(interactions).where(among(conn, interactions.c.id, touched), empty))
    conn.execute(delete(cards).where(cards.c.address_id.in_(ids)))
    verdicts.erase(conn, told)
    owe(conn, told)


def _take_addresses(conn: Connection, owner_id: int, ids: Sequence[int]) -> None:
    conn.execute(
        delete(person_addresses).where(
            or_(person_addresses.c.address_id.in_(ids), person_addresses.c.person_id.in_(ids))
        )
    )
    conn.execute(update(items).where(items.c.owner_id == owner_id, items.c.sender_id.in_(ids)).values(sender_id=None))
    gone.forget_facts(conn, ids)
    conn.execute(delete(addresses).where(addresses.c.id.in_(ids)))
