"""Whether the database is sound: asked by `kith doctor`."""

from __future__ import annotations

from sqlalchemy import select, text

from interactions.schema import owners
from interactions.store.database import Database, now


def problems(db: Database) -> list[str]:
    """What SQLite's own check finds wrong, in its words (sqlite.org/pragma.html#pragma_quick_check); [] when sound."""
    with db.reading() as conn:
        conn.execute(select(owners.c.id).limit(1)).all()
        if not db.sqlite:
            return []
        found = [str(row[0]) for row in conn.execute(text("PRAGMA integrity_check(5)"))]
        return [] if found == ["ok"] else found


def clock(db: Database) -> float:
    """The database's clock, seconds since 1970."""
    with db.reading() as conn:
        return now(conn)
