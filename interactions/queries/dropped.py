"""What was judged no interaction: by rule, counted, with the latest of each."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, or_, select

from interactions.queries.among import snapshot
from interactions.queries.told import Told, told
from interactions.schema import items
from interactions.store.database import Database


class DroppedBy(Struct, frozen=True):
    """One rule, how much it dropped, and the latest of it."""

    rule: str
    count: int
    examples: tuple[Told, ...]


def dropped(db: Database, owner_id: int, rule: str = "", *, examples: int = 3) -> tuple[DroppedBy, ...]:
    """The rules that dropped anything, the busiest first; `rule` is one of them or their family ("mail")."""
    with db.reading() as conn:
        snapshot(conn)
        counted = select(items.c.rule, func.count().label("number")).where(*_which(owner_id, rule))
        counted = counted.group_by(items.c.rule).order_by(func.count().desc(), items.c.rule)
        rows = conn.execute(counted).tuples().all()
        return tuple(DroppedBy(name or "", number, _latest(conn, owner_id, name, examples)) for name, number in rows)


def _which(owner_id: int, rule: str) -> list[ColumnElement[bool]]:
    which = [items.c.owner_id == owner_id, items.c.state == "dropped", items.c.owed_since.is_(None)]
    if rule:
        which.append(or_(items.c.rule == rule, items.c.rule.startswith(f"{rule}.", autoescape=True)))
    return which


def _latest(conn: Connection, owner_id: int, rule: str | None, limit: int) -> tuple[Told, ...]:
    ids = (
        select(items.c.id)
        .where(*_which(owner_id, ""), items.c.rule == rule)
        .order_by(func.coalesce(items.c.at, 0).desc(), items.c.id.desc())
        .limit(limit)
    )
    found = list(conn.execute(ids).scalars())
    shown = told(conn, found)
    return tuple(shown[one] for one in found)
