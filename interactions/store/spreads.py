"""How all ties of an owner lie, kept until they are counted again or another day is asked for."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from interactions.schema import meta, owners
from interactions.store.database import Database, insert
from interactions.store.tied import sums
from interactions.ties.spread import Spread
from interactions.ties.spread import spread as spread_of

_decoder = msgspec.json.Decoder(tuple[str, Spread])


def spread(db: Database, owner_id: int, day: int) -> Spread:
    """On a day numbered from 1 January 1970; nobody's office is in it."""
    with db.reading() as conn:
        stamp = _stamp(conn, owner_id, day)
        there = _kept(conn, owner_id)
        if there is not None and there[0] == stamp:
            return there[1]
        found = spread_of(sums(conn, owner_id), day)
    row = (_name(owner_id), msgspec.json.encode((stamp, found)).decode())
    end = "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    db.write(lambda conn: insert(conn, meta, ("name", "value"), [row], end), lasting=False)
    return found


def usual(conn: Connection, owner_id: int, day: int) -> float | None:
    """The days that usually pass, where they are known without looking at every tie."""
    there = _kept(conn, owner_id)
    return there[1].usual if there is not None and there[0] == _stamp(conn, owner_id, day) else None


def _kept(conn: Connection, owner_id: int) -> tuple[str, Spread] | None:
    value = conn.execute(select(meta.c.value).where(meta.c.name == _name(owner_id))).scalar()
    return _decoder.decode(value) if value else None


def _name(owner_id: int) -> str:
    return f"spread:{owner_id}"


def _stamp(conn: Connection, owner_id: int, day: int) -> str:
    counted_at = conn.execute(select(owners.c.ties_at).where(owners.c.id == owner_id)).scalar()
    return f"{counted_at} {day}"
