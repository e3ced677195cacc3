"""What was decided of each item, as JSON: a table of its own, so that rows of `items` never grow and move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete

from interactions.schema import verdicts
from interactions.store.database import among, insert


def write(conn: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Put (item id, JSON) in place of what was there."""
    insert(conn, verdicts, ("item_id", "body"), rows, "ON CONFLICT (item_id) DO UPDATE SET body = excluded.body")


def erase(conn: Connection, item_ids: Iterable[int]) -> None:
    """Leave nothing decided of these items."""
    conn.execute(delete(verdicts).where(among(conn, verdicts.c.item_id, item_ids)))
