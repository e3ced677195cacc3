"""Refs: ids that a source listed and whose content is still to be fetched, the most wanted first.

What is wanted next is told by `priority`: what is new or what the log begins with, then the threads that cost least for
each wanted mail (a thread is fetched whole for the price of two mails), newest first among equals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from interactions import keys
from interactions.items import DEFERRED, NEVER, WANTED, Ref
from interactions.schema import backlog, items
from interactions.store import verdicts
from interactions.store.database import Database, among, insert, many, now
from interactions.store.leases import Lease

#: Milliseconds fit below it until the year 2527; the number of wanted mails of a thread stands above them.
_MS_BITS = 44
_MANY = 4_095
#: Ahead of everything that was planned.
_FIRST = 1 << 60
#: Fetched again after so many seconds, doubled each time up to the longest.
_RETRY_SECONDS, _RETRY_MAX = 2.0, 600.0
#: A source that gives an item neither content nor absence this often has its say in quarantine.
ATTEMPTS_MAX = 10


class Left(Struct, frozen=True):
    """What is still to be fetched of a stream."""

    wanted: int
    deferred: int
    #: Seconds until the first of them may be asked for; 0 when one may be now.
    wait: float


def add(conn: Connection, lease: Lease, container_id: int, listing: int, refs: Sequence[Ref]) -> int:
    """Take up refs: what is stored already is marked as listed, what is new is queued. Returns how many are new."""
    if not refs:
        return 0
    by_id = {ref.id: ref for ref in refs}
    known = conn.execute(
        select(items.c.id, items.c.external_id, items.c.state, items.c.kind, items.c.listing).where(
            items.c.stream_id == lease.stream_id, among(conn, items.c.external_id, by_id)
        )
    ).all()
    there = [
        row for row in known if not (row.state == "gone" or (row.state, row.kind) == ("quarantined", "unreadable"))
    ]
    many(
        conn,
        "UPDATE items SET listing = ? WHERE id = ?",
        [(listing, row.id) for row in there if row.listing != listing],
    )
    stored = {row.external_id for row in there}
    fresh = [ref for ref in by_id.values() if ref.id not in stored]
    _queue(conn, lease, container_id, listing, fresh)
    promote(conn, lease.stream_id, {ref.thread for ref in fresh if ref.lane == DEFERRED})
    return len(fresh)


def _asked_again(state: str, kind: str, rule: str) -> bool:
    """Whether nothing is known of an item that a source lists: it came back, could not be read, or was excluded."""
    return state == "gone" or (state, kind) == ("quarantined", "unreadable") or rule.startswith("excluded.")


def _queue(conn: Connection, lease: Lease, container_id: int, listing: int, refs: Sequence[Ref]) -> None:
    rows = [
        (lease.stream_id, ref.id, container_id, ref.thread, ref.lane, _rank(ref), listing) for ref in refs
    ]  # fmt: skip
    end = (
        "ON CONFLICT (stream_id, external_id) DO UPDATE SET listing = excluded.listing,"
        f" lane = CASE WHEN excluded.priority >= {_FIRST} THEN excluded.lane ELSE backlog.lane END,"
        " priority = CASE WHEN excluded.priority > backlog.priority THEN excluded.priority ELSE backlog.priority END"
    )
    columns = ("stream_id", "external_id", "container_id", "thread", "lane", "priority", "listing")
    insert(conn, backlog, columns, rows, end)


def _rank(ref: Ref) -> int:
    newest = min(max(ref.priority, 0), (1 << _MS_BITS) - 1)
    return _FIRST + newest if ref.first else newest


def promote(conn: Connection, stream_id: int, threads: set[str]) -> None:
    """Bulk mail of threads the owner wrote in is wanted: somebody is talking there."""
    if not threads:
        return
    by_key = {keys.key(thread): thread for thread in threads if thread}
    sent = select(items.c.thread_key).where(
        items.c.stream_id == stream_id, among(conn, items.c.thread_key, by_key), items.c.sent
    )
    mine = {by_key[key] for key in conn.execute(sent).scalars()}
    ahead = select(backlog.c.thread).where(
        backlog.c.stream_id == stream_id, among(conn, backlog.c.thread, by_key.values()), backlog.c.lane == WANTED
    )
    mine |= set(conn.execute(ahead).scalars())
    want(conn, stream_id, among(conn, backlog.c.thread, mine))


def want(conn: Connection, stream_id: int, which: ColumnElement[bool]) -> None:
    """What was deferred and `which` holds for is wanted from now on."""
    deferred = update(backlog).where(backlog.c.stream_id == stream_id, backlog.c.lane == DEFERRED, which)
    conn.execute(deferred.values(lane=WANTED))


def plan(conn: Connection, lease: Lease, container_id: int, listing: int) -> None:
    """A full listing is through: forget what it did not name, and rank the rest by what a mail costs."""
    here = (backlog.c.stream_id == lease.stream_id, backlog.c.container_id == container_id)
    conn.execute(delete(backlog).where(*here, backlog.c.lane == NEVER))
    missing = select(backlog.c.external_id).where(*here, backlog.c.listing < listing)
    gone(conn, lease, list(conn.execute(missing).scalars()))
    sizes = conn.execute(
        select(backlog.c.thread, backlog.c.lane, func.count())
        .where(*here, backlog.c.thread != "")
        .group_by(backlog.c.thread, backlog.c.lane)
        .having(func.count() > 2)
    ).all()
    # One and two mails of a thread cost the same a mail: only larger threads go before.
    ranked = [(min(count, _MANY) << _MS_BITS, lease.stream_id, thread, lane, _FIRST) for thread, lane, count in sizes]
    low = (1 << _MS_BITS) - 1
    many(
        conn,
        f"UPDATE backlog SET priority = (priority & {low}) + ?"
        " WHERE stream_id = ? AND thread = ? AND lane = ? AND priority < ?",
        ranked,
    )


def take_away(conn: Connection, lease: Lease, external_ids: Sequence[str]) -> None:
    """These refs are answered."""
    for start in range(0, len(external_ids), 500):
        part = external_ids[start : start + 500]
        conn.execute(
            delete(backlog).where(backlog.c.stream_id == lease.stream_id, among(conn, backlog.c.external_id, part))
        )


def gone(conn: Connection, lease: Lease, external_ids: Sequence[str]) -> None:
    """Refs whose items are no longer there: each leaves a row that says so, and that nothing was read of it."""
    for start in range(0, len(external_ids), 500):
        chosen = (
            backlog.c.stream_id == lease.stream_id,
            among(conn, backlog.c.external_id, external_ids[start : start + 500]),
        )
        rows = conn.execute(
            select(backlog.c.external_id, backlog.c.container_id, backlog.c.listing).where(
                *chosen, backlog.c.lane != NEVER
            )
        ).all()
        conn.execute(delete(backlog).where(*chosen))
        husks = [
            (lease.owner_id, lease.stream_id, row.container_id, row.external_id, "email", 0, row.listing, "gone")
            for row in rows
        ]
        columns = ("owner_id", "stream_id", "container_id", "external_id", "kind", "digest", "listing", "state")
        insert(conn, items, columns, husks, "ON CONFLICT (stream_id, external_id) DO NOTHING")


def fail(conn: Connection, lease: Lease, reasons: Mapping[str, str]) -> None:
    """These were asked for and not given: again later, or into quarantine after ATTEMPTS_MAX times."""
    if not reasons:
        return
    clock = now(conn)
    rows = conn.execute(
        select(backlog.c.external_id, backlog.c.container_id, backlog.c.listing, backlog.c.attempts).where(
            backlog.c.stream_id == lease.stream_id, among(conn, backlog.c.external_id, reasons)
        )
    ).all()
    later = [row for row in rows if row.attempts + 1 < ATTEMPTS_MAX]
    many(
        conn,
        "UPDATE backlog SET attempts = attempts + 1, next_at = ? WHERE stream_id = ? AND external_id = ?",
        [
            (clock + min(_RETRY_SECONDS * 2**row.attempts, _RETRY_MAX), lease.stream_id, row.external_id)
            for row in later
        ],
    )
    for row in rows:
        if row.attempts + 1 >= ATTEMPTS_MAX:
            _set_aside(conn, lease, row.external_id, row.container_id, row.listing, reasons[row.external_id])


def _set_aside(conn: Connection, lease: Lease, id: str, container_id: int, listing: int, reason: str) -> None:
    take_away(conn, lease, [id])
    row = (lease.owner_id, lease.stream_id, container_id, id, "unreadable", 0, listing, "quarantined", "source")
    columns = ("owner_id", "stream_id", "container_id", "external_id", "kind", "digest", "listing", "state", "rule")
    end = (
        "ON CONFLICT (stream_id, external_id) DO UPDATE SET state = excluded.state, rule = excluded.rule,"
        " kind = excluded.kind"
    )
    insert(conn, items, columns, [row], end)
    chosen = select(items.c.id).where(items.c.stream_id == lease.stream_id, items.c.external_id == id)
    said = msgspec.json.encode({"reason": reason, "place": ""}).decode()
    verdicts.write(conn, [(conn.execute(chosen).scalar_one(), said)])


def next_refs(db: Database, lease: Lease, lane: str, limit: int) -> list[Ref]:
    """The next `limit` refs of a lane that may be asked for now, and with them all of their threads in it."""
    with db.reading() as conn:
        clock = now(conn)
        ready = _ready(lease.stream_id, lane, clock)
        chosen = (
            select(backlog.c.external_id, backlog.c.thread, backlog.c.priority)
            .where(*ready)
            .order_by(backlog.c.priority.desc(), backlog.c.external_id.desc())
        )
        found = {row[0]: Ref(row[0], row[1], row[2], lane) for row in conn.execute(chosen.limit(limit)).all()}
        threads = {ref.thread for ref in found.values() if ref.thread}
        if threads:
            for row in conn.execute(chosen.where(among(conn, backlog.c.thread, threads))).all():
                found.setdefault(row[0], Ref(row[0], row[1], row[2], lane))
    return list(found.values())


def _ready(stream_id: int, lane: str, clock: float) -> tuple[ColumnElement[bool], ...]:
    return (
        backlog.c.stream_id == stream_id,
        backlog.c.lane == lane,
        or_(backlog.c.next_at.is_(None), backlog.c.next_at <= clock),
    )


def left(db: Database, lease: Lease) -> Left:
    """How much is still to be fetched."""
    with db.reading() as conn:
        clock = now(conn)
        rows = conn.execute(
            select(backlog.c.lane, func.count(), func.min(func.coalesce(backlog.c.next_at, 0.0)))
            .where(backlog.c.stream_id == lease.stream_id)
            .group_by(backlog.c.lane)
        ).all()
    found = {row[0]: (int(row[1]), max(0.0, float(row[2]) - clock)) for row in rows}
    wanted, wait = found.get(WANTED, (0, 0.0))
    deferred, later = found.get(DEFERRED, (0, 0.0))
    return Left(wanted, deferred, wait if wanted else later)


def container_of(db: Database, lease: Lease) -> int | None:
    """The container that the stream's refs belong to."""
    with db.reading() as conn:
        chosen = select(backlog.c.container_id).where(backlog.c.stream_id == lease.stream_id).limit(1)
        return conn.execute(chosen).scalar()
