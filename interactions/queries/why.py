"""Why something is in the log or not: what is known of an address, and what an item or an interaction rests on."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.address import canonical
from interactions.queries import log
from interactions.queries.among import snapshot
from interactions.queries.names import addresses_named, whos
from interactions.queries.told import Told, told
from interactions.schema import addresses, facts, interactions, items, participants, sources
from interactions.store.database import Database
from interactions.verdict import Facts


class Judged(Struct, frozen=True):
    """How many items of one address ended in one state by one rule."""

    state: str
    rule: str
    count: int


class AboutAddress(Struct, frozen=True):
    """All that decides how the items of one address are judged."""

    address: str
    name: str
    person_id: int
    facts: Facts
    #: Interactions it takes part in, planned ones among them.
    interactions: int
    #: Items it sent or organised.
    judged: tuple[Judged, ...]
    latest: tuple[Told, ...]


class AboutItem(Struct, frozen=True):
    """One item and the interactions it supports, newest first."""

    item: Told
    interactions: tuple[log.Entry, ...]


class AboutInteraction(Struct, frozen=True):
    """One interaction and the items that support it, the one it is told from first."""

    entry: log.Entry
    sources: tuple[Told, ...]


def address(db: Database, owner_id: int, text: str, *, latest: int = 10, limit: int = 20) -> tuple[AboutAddress, ...]:
    """What is known of the addresses `text` means: one whole address alone, else those of the persons it names."""
    with db.reading() as conn:
        snapshot(conn)
        found = conn.execute(
            select(addresses.c.id, addresses.c.canonical).where(
                addresses.c.owner_id == owner_id,
                addresses.c.id.in_(sorted(addresses_named(conn, owner_id, text))[:1_000]),
            )
        ).tuples()
        spelled = {row[1]: row[0] for row in found}
        whole = spelled.get(canonical(text))
        ids = [whole] if whole is not None else sorted(spelled.values())[:limit]
        return _about(conn, ids, latest)


def item(db: Database, owner_id: int, item_id: int, now: int) -> AboutItem | None:
    """One item of this owner; None when there is none of that id."""
    with db.reading() as conn:
        mine = select(items.c.id).where(items.c.id == item_id, items.c.owner_id == owner_id)
        if conn.execute(mine).first() is None:
            return None
        found = told(conn, [item_id])[item_id]
        supported = select(sources.c.interaction_id).where(sources.c.item_id == item_id)
        newest = supported.join(interactions, interactions.c.id == sources.c.interaction_id).order_by(
            interactions.c.at.desc()
        )
        numbers = list(conn.execute(newest.limit(20)).scalars())
    return AboutItem(found, log.entries(db, owner_id, numbers, now))


def interaction(db: Database, owner_id: int, number: int, now: int) -> AboutInteraction | None:
    """One interaction of this owner; None when there is none of that id."""
    found = log.entries(db, owner_id, [number], now)
    if not found:
        return None
    with db.reading() as conn:
        ids = conn.execute(select(sources.c.item_id).where(sources.c.interaction_id == number)).scalars()
        shown = told(conn, list(ids))
    first = found[0].item_id
    return AboutInteraction(found[0], tuple(sorted(shown.values(), key=lambda one: (one.id != first, one.id))))


def _about(conn: Connection, ids: Sequence[int], latest: int) -> tuple[AboutAddress, ...]:
    known = whos(conn, ids)
    stands = {
        row.address_id: Facts(bool(row.own), bool(row.sent_to), bool(row.answered), bool(row.in_book))
        for row in conn.execute(select(facts).where(facts.c.address_id.in_(ids)))
    }
    return tuple(
        AboutAddress(
            address=known[one].address,
            name=known[one].name,
            person_id=known[one].person_id,
            facts=stands.get(one, Facts()),
            interactions=conn.execute(
                select(func.count(participants.c.interaction_id.distinct())).where(participants.c.address_id == one)
            ).scalar_one(),
            judged=_judged(conn, one),
            latest=_latest(conn, one, latest),
        )
        for one in ids
    )


def _judged(conn: Connection, address_id: int) -> tuple[Judged, ...]:
    rows = conn.execute(
        select(items.c.state, items.c.rule, func.count())
        .where(items.c.sender_id == address_id, items.c.owed_since.is_(None))
        .group_by(items.c.state, items.c.rule)
        .order_by(func.count().desc(), items.c.rule)
    ).tuples()
    return tuple(Judged(state, rule or "", number) for state, rule, number in rows)


def _latest(conn: Connection, address_id: int, limit: int) -> tuple[Told, ...]:
    ids = list(
        conn.execute(
            select(items.c.id)
            .where(items.c.sender_id == address_id)
            .order_by(func.coalesce(items.c.at, 0).desc(), items.c.id.desc())
            .limit(limit)
        ).scalars()
    )
    shown = told(conn, ids)
    return tuple(shown[one] for one in ids)
