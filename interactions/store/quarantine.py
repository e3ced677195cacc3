"""Items set aside: given another try, or dismissed by the owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select, update

from interactions.errors import UsageProblem
from interactions.schema import items
from interactions.store import leases, recount, ties, verdicts
from interactions.store.database import Database, now

#: The rule of what the owner dismissed.
IGNORED = "ignored.by_owner"


class Retried(Struct, frozen=True):
    """What a retry set going."""

    #: Items that will be judged again.
    judged: int
    #: Items whose file or folder will be read again.
    reread: int


def retry(db: Database, owner_id: int, item_ids: Sequence[int] = ()) -> Retried:
    """Judge again what failed in judging, read again what could not be read; no ids mean all of it.

    Raises UsageProblem when an id is not in quarantine; then nothing is changed.
    """

    def change(conn: Connection) -> Retried:
        found = _found(conn, owner_id, item_ids)
        clock = now(conn)
        judged = [row.id for row in found if row.kind != "unreadable"]
        unread = [row for row in found if row.kind == "unreadable"]
        for those in _parts(judged):
            conn.execute(
                update(items).where(those).values(
                    state="waiting", rule=None, attempts=0, owed_since=clock, rung_at=None,
                    claimed_until=None, revision=items.c.revision + 1,
                )
            )  # fmt: skip
        verdicts.erase(conn, judged)
        if unread:
            holding = {row.container_id for row in unread}
            leases.read_again(conn, sorted({row.stream_id for row in unread}), sorted(holding))
        return Retried(len(judged), len(unread))

    return db.write(change)


def ignore(db: Database, owner_id: int, item_ids: Sequence[int]) -> int:
    """Count these as dropped by the owner from now on; returns how many. Raises UsageProblem as `retry` does."""

    def change(conn: Connection) -> int:
        ids = [row.id for row in _found(conn, owner_id, item_ids)]
        for those in _parts(ids):
            conn.execute(update(items).where(those).values(state="dropped", rule=IGNORED, attempts=0))
        return len(ids)

    return db.write(change)


def rejudge(db: Database, owner_id: int) -> int:
    """Owe everything of the owner that can be judged again, but for what they dismissed; returns how much that is."""

    def change(conn: Connection) -> int:
        recount.owe_all(conn, owner_id)
        ties.owe_all(conn, owner_id)
        dismissed = update(items).where(items.c.owner_id == owner_id, items.c.rule == IGNORED)
        conn.execute(dismissed.values(owed_since=None))
        owed = update(items).where(items.c.owner_id == owner_id, items.c.owed_since.isnot(None))
        return conn.execute(owed.values(rung_at=None)).rowcount

    return db.write(change)


def _found(conn: Connection, owner_id: int, item_ids: Sequence[int]) -> Sequence[Any]:
    set_aside = (items.c.owner_id == owner_id, items.c.state == "quarantined")
    chosen = select(items.c.id, items.c.kind, items.c.stream_id, items.c.container_id).where(*set_aside)
    if not item_ids:
        return conn.execute(chosen).all()
    rows = [row for those in _parts(item_ids) for row in conn.execute(chosen.where(those))]
    missing = sorted(set(item_ids) - {row.id for row in rows})
    if missing:
        raise UsageProblem(f"Not in quarantine: {', '.join(map(str, missing[:10]))}. See  kith quarantine.")
    return rows


def _parts(item_ids: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    for start in range(0, len(item_ids), 1_000):
        yield items.c.id.in_(item_ids[start : start + 1_000])
