"""Introductions as they were last told from the log: kept until the log is another one, at most a day."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select

from interactions.schema import interactions, introduced, meta, ties
from interactions.store.accounts import hold
from interactions.store.database import insert, now

_COLUMNS = ("owner_id", "act", "by", "one", "other", "at", "state")
#: (interaction, by, one, other, at, state); 0 is the owner.
Row = tuple[int, int, int, int, int, str]


def is_fresh(conn: Connection, owner_id: int) -> bool:
    """Whether what is kept was told from the log of this moment."""
    kept = conn.execute(select(meta.c.value).where(meta.c.name == _name(owner_id))).scalar()
    return kept == _stamp(conn, owner_id)


def keep(conn: Connection, owner_id: int, rows: Iterable[Row]) -> None:
    """Put these in the place of what was kept."""
    hold(conn, owner_id)
    conn.execute(delete(introduced).where(introduced.c.owner_id == owner_id))
    insert(conn, introduced, _COLUMNS, sorted({(owner_id, *row) for row in rows}))
    conn.execute(delete(meta).where(meta.c.name == _name(owner_id)))
    conn.execute(meta.insert().values(name=_name(owner_id), value=_stamp(conn, owner_id)))


def kept(conn: Connection, owner_id: int, since: int) -> list[Row]:
    """Those from `since` on (seconds since 1970 UTC), the earliest first."""
    columns = (introduced.c[name] for name in _COLUMNS[1:])
    rows = select(*columns).where(introduced.c.owner_id == owner_id, introduced.c.at >= since)
    return [
        (row[0], row[1], row[2], row[3], row[4], row[5])
        for row in conn.execute(rows.order_by(introduced.c.at, introduced.c.act)).all()
    ]


def _name(owner_id: int) -> str:
    return f"introduced:{owner_id}"


def _stamp(conn: Connection, owner_id: int) -> str:
    """What differs between two logs: their newest number, how much happened, and the day."""
    newest = conn.execute(select(func.max(interactions.c.id))).scalar()
    total = func.sum(ties.c.count_in + ties.c.count_out + ties.c.count_both)
    happened, last = conn.execute(select(total, func.max(ties.c.last_at)).where(ties.c.owner_id == owner_id)).one()
    return f"{newest} {happened} {last} {int(now(conn)) // 86_400}"
