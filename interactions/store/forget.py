"""A person erased: tombstones that name nobody, everything of theirs taken away, and a search that proves it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, Text, delete, func, or_, select, update

from interactions import keys
from interactions.forgotten import KIND, Forgotten, name_key, stone
from interactions.items import Contact, Email, Event
from interactions.prepare import decode, encode
from interactions.schema import (
    addresses,
    cards,
    corrections,
    interactions,
    items,
    meta,
    metadata,
    owners,
    participants,
    payloads,
    person_addresses,
    sources,
    suggestions,
    tombstones,
)
from interactions.store import gone, identity, purge, verdicts
from interactions.store.addresses import next_epoch
from interactions.store.database import Database, insert, now
from interactions.store.facts import owe

_BATCH = 2_000
_READ = 1 << 20


class Forgot(Struct, frozen=True):
    """What went."""

    #: Items that are gone, and items that stay without them.
    erased: int
    redacted: int


class Found(Struct, frozen=True):
    """One place where something is still written."""

    place: str
    count: int


def forget(db: Database, owner_id: int, canonicals: Sequence[str], names: Iterable[str]) -> Forgot:
    """Erase whoever has these addresses and names, and never store anything of theirs again."""
    wanted = [*canonicals, *(key for name in names if (key := name_key(name)) is not None)]

    def change(conn: Connection) -> Forgot:
        salt = _salt(conn)
        rows = [(owner_id, KIND, stone(salt, key), int(now(conn))) for key in dict.fromkeys(wanted)]
        end = "ON CONFLICT (owner_id, kind, value) DO NOTHING"
        insert(conn, tombstones, ("owner_id", "kind", "value", "made_at"), rows, end)
        redacted = _redact(conn, owner_id)
        _take_words(conn, owner_id, canonicals)
        ids = list(
            conn.execute(
                select(addresses.c.id).where(addresses.c.owner_id == owner_id, addresses.c.canonical.in_(canonicals))
            ).scalars()
        )
        _take_rows(conn, owner_id, ids)
        erased = purge.apply(conn, owner_id)
        _take_addresses(conn, owner_id, ids)
        next_epoch(conn)
        identity.owe(conn, owner_id)
        return Forgot(erased, redacted)

    forgot = db.write(change)
    db.compact()
    return forgot


def apply_all(conn: Connection) -> None:
    """After a restore: whoever was forgotten since the backup is forgotten in it."""
    for owner_id in list(conn.execute(select(owners.c.id)).scalars()):
        rules = forgotten(conn, owner_id)
        if not rules.stones:
            continue
        rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(addresses.c.owner_id == owner_id)).all()
        theirs = {row[0]: row[1] for row in rows if rules.holds(row[1])}
        _redact(conn, owner_id)
        _take_words(conn, owner_id, list(theirs.values()))
        _take_rows(conn, owner_id, list(theirs))
        purge.apply(conn, owner_id)
        _take_addresses(conn, owner_id, list(theirs))
        identity.owe(conn, owner_id)


def _salt(conn: Connection) -> str:
    """One for each database, made when it is first needed: hashes of two databases cannot be compared."""
    found = conn.execute(select(meta.c.value).where(meta.c.name == "salt")).scalar()
    if found is None:
        found = secrets.token_hex(16)
        insert(conn, meta, ("name", "value"), [("salt", found)])
    return str(found)


def forgotten(conn: Connection, owner_id: int) -> Forgotten:
    """Every tombstone of persons."""
    chosen = select(tombstones.c.value).where(tombstones.c.owner_id == owner_id, tombstones.c.kind == KIND)
    return Forgotten(frozenset(conn.execute(chosen).scalars()))


def _redact(conn: Connection, owner_id: int) -> int:
    """Items that others have a part in, too: rewritten without whoever is forgotten, and owed."""
    rules = forgotten(conn, owner_id)
    last, count = 0, 0
    while True:
        rows = conn.execute(
            select(items.c.id, payloads.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(items.c.owner_id == owner_id, items.c.id > last, items.c.kind != "unreadable")
            .order_by(items.c.id)
            .limit(_BATCH)
        ).all()
        changed = []
        for item_id, body in rows:
            item = decode(body)
            if isinstance(item, Email | Event | Contact):
                left = rules.cleared(item)
                if left is not None and left != item:
                    changed.append((item_id, encode(left)))
        count += len(changed)
        for item_id, body in changed:
            conn.execute(update(payloads).where(payloads.c.item_id == item_id).values(body=body))
            conn.execute(update(items).where(items.c.id == item_id).values(digest=keys.key(body) or 1))
        verdicts.erase(conn, [item_id for item_id, _ in changed])
        owe(conn, [item_id for item_id, _ in changed])
        if len(rows) < _BATCH:
            return count
        last = rows[-1][0]


def _take_words(conn: Connection, owner_id: int, canonicals: Sequence[str]) -> None:
    """What the owner said of them, and what they were to be asked about them."""
    for one in canonicals:
        for table in (corrections, suggestions):
            columns = (table.c.target, table.c.value if table is corrections else table.c.evidence)
            named = or_(*(column.contains(one, autoescape=True) for column in columns))
            conn.execute(delete(table).where(table.c.owner_id == owner_id, named))


def _take_rows(conn: Connection, owner_id: int, ids: Sequence[int]) -> None:
    """Their part in the log; what was between them and the owner alone goes whole."""
    theirs = select(participants.c.interaction_id).where(participants.c.address_id.in_(ids))
    numbers = list(conn.execute(theirs).scalars())
    told = list(
        conn.execute(select(sources.c.item_id).where(sources.c.interaction_id.in_(numbers)).distinct()).scalars()
    )
    conn.execute(delete(participants).where(participants.c.address_id.in_(ids)))
    empty = ~select(participants.c.interaction_id).where(participants.c.interaction_id == interactions.c.id).exists()
    conn.execute(delete(interactions).where(interactions.c.id.in_(numbers), empty))
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


def search(db: Database, wanted: Sequence[str]) -> list[Found]:
    """Every place that still holds one of these texts, whatever its case; SQLite's file byte by byte."""
    found = []
    with db.reading() as conn:
        for table in metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, Text):
                    held = or_(*(func.lower(column).contains(text.lower(), autoescape=True) for text in wanted))
                    count = conn.execute(select(func.count()).select_from(table).where(held)).scalar_one()
                    if count:
                        found.append(Found(f"{table.name}.{column.name}", count))
    if db.sqlite and db.url.database:
        for ending in ("", "-wal"):
            file = Path(db.url.database + ending)
            count = _in_file(file, [text.lower().encode() for text in wanted]) if file.is_file() else 0
            if count:
                found.append(Found(file.name, count))
    return found


def _in_file(file: Path, wanted: Sequence[bytes]) -> int:
    """How often any of these stands in a file, letters of either case alike."""
    overlap = max((len(one) for one in wanted), default=1) - 1
    count, before = 0, b""
    with file.open("rb") as source:
        while block := source.read(_READ):
            text = (before + block).lower()
            count += sum(text.count(one) - before.lower().count(one) for one in wanted)
            before = text[-overlap:] if overlap else b""
    return count
