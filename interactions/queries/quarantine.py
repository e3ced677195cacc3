"""What could not be read or kept failing."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import func, select

from interactions.queries.among import snapshot
from interactions.queries.told import Told, told
from interactions.schema import items
from interactions.store.database import Database


class Quarantine(Struct, frozen=True):
    """What is set aside, in the order it came, and how much there is of it."""

    items: tuple[Told, ...]
    total: int


def quarantine(db: Database, owner_id: int, *, limit: int = 200) -> Quarantine:
    """The items set aside; `evidence` of each has its reason and place."""
    with db.reading() as conn:
        snapshot(conn)
        which = (items.c.owner_id == owner_id, items.c.state == "quarantined", items.c.owed_since.is_(None))
        total = conn.execute(select(func.count()).select_from(items).where(*which)).scalar_one()
        ids = list(conn.execute(select(items.c.id).where(*which).order_by(items.c.id).limit(limit)).scalars())
        shown = told(conn, ids)
        return Quarantine(tuple(shown[one] for one in ids), total)
