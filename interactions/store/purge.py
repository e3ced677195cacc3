"""What the owner does not want stored: tombstones, and everything that goes when one is laid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, select, update

from interactions.errors import UsageProblem
from interactions.exclusions import KINDS, Exclusions, exclusions, normal
from interactions.prepare import decode
from interactions.schema import accounts, items, numbers, owners, payloads, streams, tombstones
from interactions.store import gone, leases, recount
from interactions.store.addresses import next_epoch
from interactions.store.database import Database, insert, now
from interactions.store.facts import owe_where
from interactions.store.people import forget_orphans

_BATCH = 2_000


def exclude(db: Database, owner_id: int, kind: str, value: str) -> int:
    """Never store `value` again and take away what is stored of it; returns how many items went.

    Raises UsageProblem for a kind or value that cannot be excluded.
    """
    if kind not in KINDS or not normal(kind, value):
        raise UsageProblem(f"Nothing can be excluded by {kind!r}. Use one of: {', '.join(KINDS)}.")

    def change(conn: Connection) -> int:
        row = (owner_id, kind, normal(kind, value), int(now(conn)))
        end = "ON CONFLICT (owner_id, kind, value) DO NOTHING"
        insert(conn, tombstones, ("owner_id", "kind", "value", "made_at"), [row], end)
        return apply(conn, owner_id)

    return db.write(change)


def include(db: Database, owner_id: int, kind: str, value: str) -> bool:
    """Take an exclusion back: every source of the owner is read again for it. False when there was none."""

    def change(conn: Connection) -> bool:
        chosen = delete(tombstones).where(
            tombstones.c.owner_id == owner_id, tombstones.c.kind == kind, tombstones.c.value == normal(kind, value)
        )
        if not conn.execute(chosen).rowcount:
            return False
        read_again(conn, owner_id)
        return True

    return db.write(change)


def excluded(db: Database, owner_id: int) -> list[tuple[str, str]]:
    """(kind, value) of everything the owner excludes."""
    with db.reading() as conn:
        rows = conn.execute(
            select(tombstones.c.kind, tombstones.c.value)
            .where(tombstones.c.owner_id == owner_id, tombstones.c.kind.in_(KINDS))
            .order_by(tombstones.c.kind, tombstones.c.value)
        )
        return [(row[0], row[1]) for row in rows]


def read_again(conn: Connection, owner_id: int) -> None:
    """Every container of the owner is listed from its start at the next pull, which is now."""
    mine = select(streams.c.id).join(accounts, accounts.c.id == streams.c.account_id)
    leases.read_again(conn, list(conn.execute(mine.where(accounts.c.owner_id == owner_id)).scalars()))


def apply(conn: Connection, owner_id: int) -> int:
    """Take away everything stored that the tombstones and the accounts' time limits exclude; returns how many items."""
    rules = _rules(conn, owner_id)
    doomed = _matching(conn, owner_id, rules)
    take(conn, owner_id, doomed)
    return len(doomed)


def take(conn: Connection, owner_id: int, doomed: Sequence[tuple[int, str]]) -> None:
    """Take away these (item id, rule), and all that came of them alone."""
    for start in range(0, len(doomed), 500):
        _husk(conn, owner_id, doomed[start : start + 500])
    if doomed:
        recount.recount(conn, owner_id)
        forget_orphans(conn, owner_id)
        conn.execute(delete(numbers).where(numbers.c.owner_id == owner_id))
        next_epoch(conn)


def apply_all(conn: Connection) -> None:
    """The same for every owner."""
    for owner_id in list(conn.execute(select(owners.c.id)).scalars()):
        apply(conn, owner_id)


def _rules(conn: Connection, owner_id: int) -> Callable[[int], Exclusions]:
    """stream id → what is excluded from it."""
    chosen = [
        (row[0], row[1])
        for row in conn.execute(select(tombstones.c.kind, tombstones.c.value).where(tombstones.c.owner_id == owner_id))
    ]
    since = {
        row[0]: row[1]
        for row in conn.execute(
            select(streams.c.id, accounts.c.since)
            .join(accounts, accounts.c.id == streams.c.account_id)
            .where(accounts.c.owner_id == owner_id)
        )
    }
    by_since = {limit: exclusions(limit, chosen) for limit in set(since.values())}
    return lambda stream_id: by_since[since[stream_id]]


def _matching(conn: Connection, owner_id: int, rules: Callable[[int], Exclusions]) -> list[tuple[int, str]]:
    """(item id, rule) of everything stored that is excluded."""
    found: list[tuple[int, str]] = []
    last = 0
    while True:
        rows = conn.execute(
            select(items.c.id, items.c.stream_id, payloads.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(items.c.owner_id == owner_id, items.c.id > last, items.c.kind != "unreadable")
            .order_by(items.c.id)
            .limit(_BATCH)
        ).all()
        for item_id, stream_id, body in rows:
            if rule := rules(stream_id).rule(decode(body)):
                found.append((item_id, rule))
        if len(rows) < _BATCH:
            return found
        last = rows[-1][0]


def _husk(conn: Connection, owner_id: int, doomed: Sequence[tuple[int, str]]) -> None:
    """Leave of these items only that they were there and why nothing else is."""
    item_ids = [item_id for item_id, _ in doomed]
    owe_answers(conn, owner_id, item_ids)
    gone.retire(conn, owner_id, item_ids)
    conn.execute(delete(payloads).where(payloads.c.item_id.in_(item_ids)))
    for rule in {rule for _, rule in doomed}:
        conn.execute(
            update(items).where(items.c.id.in_([item_id for item_id, why in doomed if why == rule])).values(
                digest=0, at=None, sender_id=None, sent=False, message_key=None, reply_key=None, copy_key=None,
                content_key=None,
                uid_key=None, recurs=False, revision=items.c.revision + 1, owed_since=None, claimed_until=None,
                state="dropped", rule=rule,
            )
        )  # fmt: skip


def owe_answers(conn: Connection, owner_id: int, item_ids: list[int]) -> None:
    """Mails that answer one of the owner's that goes are judged again without it."""
    sent = select(items.c.message_key).where(items.c.id.in_(item_ids), items.c.sent, items.c.message_key.isnot(None))
    keys = list(conn.execute(sent).scalars())
    if keys:
        owe_where(conn, (items.c.owner_id == owner_id) & items.c.reply_key.in_(keys))
