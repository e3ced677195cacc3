"""A page's items as rows: new, changed, or as they were; in the transaction that saves the page."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, func, select, update

from interactions import keys
from interactions.cards import merged
from interactions.items import Contact
from interactions.prepare import Prepared, decode, encode
from interactions.schema import items, payloads
from interactions.store import copies, gone, recount, verdicts
from interactions.store.database import among, insert, many, next_ids, now
from interactions.store.leases import Lease

_COLUMNS = (
    "id", "owner_id", "stream_id", "container_id", "external_id", "kind", "digest", "listing", "at", "sender_id",
    "sent", "message_key", "reply_key", "copy_key", "content_key", "uid_key", "thread_key", "recurs", "owed_since",
    "rung_at", "state", "rule",
)  # fmt: skip


class Saved(Struct):
    """What came of a page."""

    #: Items to be judged, to be rung after the commit.
    owed: list[int]
    new: int = 0
    changed: int = 0
    #: Refs that were not known before.
    refs: int = 0


class _Row(Struct):
    id: int
    digest: int
    listing: int
    container_id: int
    gone: bool


def save_items(
    conn: Connection, lease: Lease, container_id: int, listing: int, ready: list[Prepared], ids: dict[str, int]
) -> Saved:
    stored = _stored(conn, lease.stream_id, [one.external_id for one in ready])
    clock = now(conn)
    here = (container_id, listing)
    new: dict[str, Prepared] = {}
    changed: list[tuple[Prepared, _Row]] = []
    same: list[_Row] = []
    placed: set[str] = set()
    if lease.provider == "archive":
        ready = _cards_merged(conn, ready, stored)
    for one in ready:
        row = _resolve(conn, lease.stream_id, one, stored, placed, here)
        placed.add(one.external_id)
        if row is None:
            new[one.external_id] = one
        elif row.gone or row.digest != one.digest or (one.body is None and row.digest != 0):
            changed.append((one, row))
        else:
            same.append(row)
    owed = _insert(conn, lease, container_id, listing, list(new.values()), ids, clock)
    owed += _update(conn, lease, container_id, listing, changed, ids, clock)
    many(
        conn,
        "UPDATE items SET listing = ?, container_id = ? WHERE id = ?",
        [(listing, container_id, row.id) for row in same if (row.container_id, row.listing) != here],
    )
    return Saved(owed, len(new), len(changed))


def _cards_merged(conn: Connection, ready: list[Prepared], stored: dict[str, _Row]) -> list[Prepared]:
    """`ready` with each card as all files that hold it say together, those of this page and what is stored."""
    several: dict[str, Prepared] = {}
    others: list[Prepared] = []
    for one in ready:
        before = several.get(one.external_id)
        if one.kind != "contact" or one.body is None:
            others.append(one)
        elif before is None:
            several[one.external_id] = one
        else:
            _merge_card(before, one.item)
    differ = {stored[key].id: one for key, one in several.items() if key in stored and stored[key].digest != one.digest}
    if differ:
        bodies = select(payloads.c.item_id, payloads.c.body).where(payloads.c.item_id.in_(differ))
        for item_id, body in conn.execute(bodies).all():
            _merge_card(differ[item_id], decode(body))
    return [*others, *several.values()]


def _merge_card(one: Prepared, other: object) -> None:
    if isinstance(one.item, Contact) and isinstance(other, Contact):
        one.item = merged(one.item, other)
        one.body = encode(one.item)
        one.digest = keys.key(one.body) or 1


def _resolve(
    conn: Connection, stream_id: int, one: Prepared, stored: dict[str, _Row], placed: set[str], here: tuple[int, int]
) -> _Row | None:
    """The stored row `one` is, or None when it is new; a second true copy in one listing gets an id of its own.

    An id that is a hash of the content ("h…") names a copy, not a place: the same headers twice in one file are
    two messages there, told apart by their order in the listing.
    """
    copies = one.external_id.startswith("h") and one.kind in ("email", "unreadable")
    base, number = one.external_id, 1
    while True:
        row = stored.get(one.external_id)
        taken = one.external_id in placed or (row is not None and (row.container_id, row.listing) == here)
        if not (copies and taken):
            return row
        number += 1
        one.external_id = f"{base}#{number}"
        if one.external_id not in stored:
            stored.update(_stored(conn, stream_id, [one.external_id]))


def _stored(conn: Connection, stream_id: int, external_ids: Sequence[str]) -> dict[str, _Row]:
    rows = conn.execute(
        select(
            items.c.external_id, items.c.id, items.c.digest, items.c.listing, items.c.container_id, items.c.state
        ).where(items.c.stream_id == stream_id, among(conn, items.c.external_id, external_ids))
    )
    return {row[0]: _Row(row[1], row[2], row[3], row[4], row[5] == "gone") for row in rows.all()}


def _insert(
    conn: Connection,
    lease: Lease,
    container_id: int,
    listing: int,
    new: list[Prepared],
    ids: dict[str, int],
    clock: float,
) -> list[int]:
    numbers = next_ids(conn, items, len(new))
    rows = []
    owed = []
    for item_id, one in zip(numbers, new, strict=True):
        waiting = one.state == "waiting"
        if waiting:
            owed.append(item_id)
        rows.append((
            item_id, lease.owner_id, lease.stream_id, container_id, one.external_id, one.kind, one.digest, listing,
            one.at, ids.get(one.sender), one.sent, one.message_key, one.reply_key, one.copy_key, one.content_key,
            one.uid_key, one.thread_key, one.recurs, clock if waiting else None, clock, one.state, one.rule,
        ))  # fmt: skip
    insert(conn, items, _COLUMNS, rows)
    bodies = [(item_id, one.body) for item_id, one in zip(numbers, new, strict=True) if one.body is not None]
    insert(conn, payloads, ("item_id", "body"), bodies)
    verdicts.write(conn, [(item_id, one.verdict) for item_id, one in zip(numbers, new, strict=True) if one.verdict])
    return owed


def _update(
    conn: Connection, lease: Lease, container_id: int, listing: int, changed: list[tuple[Prepared, _Row]],
    ids: dict[str, int], clock: float,
) -> list[int]:  # fmt: skip
    """Write what the source changed; what is now excluded or unreadable loses its interactions at once."""
    owed = []
    if changed:
        copies.restamp(conn)
    for one, row in changed:
        waiting = one.state == "waiting"
        gone.retire(conn, lease.owner_id, [] if waiting else [row.id])
        conn.execute(
            update(items).where(items.c.id == row.id).values(
                container_id=container_id, kind=one.kind, digest=one.digest, listing=listing, at=one.at,
                sender_id=ids.get(one.sender), sent=one.sent, message_key=one.message_key, reply_key=one.reply_key,
                copy_key=one.copy_key, content_key=one.content_key, uid_key=one.uid_key, thread_key=one.thread_key,
                recurs=one.recurs,
                revision=items.c.revision + 1,
                owed_since=func.coalesce(items.c.owed_since, clock) if waiting else None, rung_at=clock, attempts=0,
                claimed_until=None, state=one.state, counts=items.c.counts if waiting else False,
                rule=one.rule,
            )
        )  # fmt: skip
        conn.execute(payloads.delete().where(payloads.c.item_id == row.id))
        if one.body is not None:
            insert(conn, payloads, ("item_id", "body"), [(row.id, one.body)])
        if one.verdict:
            verdicts.write(conn, [(row.id, one.verdict)])
        if waiting:
            owed.append(row.id)
    if any(one.kind == "contact" for one, _ in changed):
        recount.recount_book(conn, lease.owner_id)
    return owed
