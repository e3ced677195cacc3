"""Hop 3: a page's items, refs, facts, counters and cursor, saved in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select, update

from interactions.errors import SuddenlyEmpty
from interactions.exclusions import Exclusions, exclusions
from interactions.items import Contact, Container, Email, Event, Failed, Gone, Item, Page, Relabelled, Unreadable
from interactions.prepare import Prepared, prepare, stored_id
from interactions.schema import accounts, containers, items, owners, streams, tombstones
from interactions.store import backlog, gone, partial
from interactions.store import facts as fact_store
from interactions.store.addresses import AddressIds
from interactions.store.database import Database, insert, now
from interactions.store.leases import Lease, check
from interactions.store.stored import Saved, save_items

#: A full listing may not remove more than this many items of a container if they are also over half of it.
_EMPTY_MAX = 20


class Reader(Struct):
    """What a pull needs to know of its owner before a page is made ready."""

    own: frozenset[str]
    own_revision: int
    excluded: Exclusions
    #: A mail that is deleted at its source takes its interaction with it.
    retire: bool = False


def reader(db: Database, lease: Lease, *, retire: bool = False) -> Reader:
    """The owner's addresses and exclusions as they are now."""
    with db.reading() as conn:
        return _reader(conn, lease, retire)


def open_containers(db: Database, lease: Lease, found: Iterable[Container]) -> list[tuple[int, Container, str | None]]:
    """Register the containers a connector lists; (id, container, cursor) of those that are included.

    Of a connected account, what is no longer listed (a calendar that was left or is no longer shared) is gone.
    """
    listed = list(found)

    def change(conn: Connection) -> list[tuple[int, Container, str | None]]:
        check(conn, lease)
        rows = [(lease.stream_id, one.id, one.name, one.total, one.wanted) for one in listed]
        end = (
            "ON CONFLICT (stream_id, external_id) DO UPDATE SET name = excluded.name,"
            " total = CASE WHEN excluded.total > 0 THEN excluded.total ELSE containers.total END"
        )
        insert(conn, containers, ("stream_id", "external_id", "name", "total", "included"), rows, end)
        stored = conn.execute(
            select(containers.c.external_id, containers.c.id, containers.c.cursor, containers.c.included).where(
                containers.c.stream_id == lease.stream_id
            )
        )
        by_id = {row.external_id: row for row in stored}
        if lease.provider != "archive":
            _retire_unlisted(conn, lease, {row.id for name, row in by_id.items() if name not in {c.id for c in listed}})
        return [(by_id[one.id].id, one, by_id[one.id].cursor) for one in listed if by_id[one.id].included]

    return db.write(change)


def _retire_unlisted(conn: Connection, lease: Lease, container_ids: set[int]) -> None:
    for container_id in sorted(container_ids):
        there = select(items.c.external_id).where(items.c.container_id == container_id, items.c.state != "gone")
        gone.mark(conn, lease.owner_id, lease.stream_id, list(conn.execute(there).scalars()))
        # When it is shared again, everything in it is listed anew.
        conn.execute(update(containers).where(containers.c.id == container_id).values(cursor=None))


def retire(db: Database, lease: Lease, container_id: int) -> None:
    """The source no longer gives this container: what it held is gone, until it does again."""

    def change(conn: Connection) -> None:
        check(conn, lease)
        _retire_unlisted(conn, lease, {container_id})

    db.write(change)


class _Ready(Struct):
    """A page, made ready before its transaction begins."""

    prepared: list[Prepared]
    learned: fact_store.Learned


def save_page(db: Database, lease: Lease, container_id: int, page: Page, reading: Reader, ids: AddressIds) -> Saved:
    """Store a page and its cursor. Raises LeaseLost, SuddenlyEmpty; then nothing of it is stored."""
    return _save(db, lease, container_id, page, reading, ids, fetched=False)


def save_fetched(
    db: Database, lease: Lease, container_id: int, found: Sequence[Item], reading: Reader, ids: AddressIds
) -> Saved:
    """Store what was behind refs, and take these from the backlog. Raises LeaseLost; then nothing is stored."""
    return _save(db, lease, container_id, Page(tuple(found), ""), reading, ids, fetched=True)


def _save(
    db: Database, lease: Lease, container_id: int, page: Page, reading: Reader, ids: AddressIds, *, fetched: bool
) -> Saved:
    # Only whoever has the lease writes these items: what is read here of them still holds in the transaction.
    whole = partial.completed(db, lease, page.items)
    before = _ready(lease, whole, reading)
    fresh_ids: dict[str, int] = {}

    def change(conn: Connection) -> Saved:
        check(conn, lease)
        current = _reader(conn, lease, reading.retire)
        # The owner's addresses or exclusions may have changed since the page was made ready.
        ready = before if current == reading else _ready(lease, whole, current)
        nonlocal fresh_ids
        saved, fresh_ids = _store(conn, lease, container_id, page, ready, ids, fetched=fetched)
        _part(conn, lease, container_id, whole, ready, saved, reading.retire)
        return saved

    saved = db.write(change)
    ids.remember(lease.owner_id, fresh_ids)
    return saved


def _ready(lease: Lease, whole: Sequence[Item], reading: Reader) -> _Ready:
    archive = lease.provider == "archive"
    kept = [one for one in whole if isinstance(one, Email | Event | Contact | Unreadable)]
    prepared = [prepare(one, reading.own, reading.excluded, archive) for one in kept]
    return _Ready(prepared, fact_store.learn(prepared, reading.own))


def _store(
    conn: Connection, lease: Lease, container_id: int, page: Page, ready: _Ready, ids: AddressIds, *, fetched: bool
) -> tuple[Saved, dict[str, int]]:
    learned = ready.learned
    listing = _listing(conn, container_id, page)
    wanted = {one.sender for one in ready.prepared if one.sender and one.body} | learned.sent_to | learned.in_book
    fresh_ids = ids.ids(conn, lease.owner_id, wanted)
    saved = save_items(conn, lease, container_id, listing, ready.prepared, fresh_ids)
    _learn(conn, lease.owner_id, learned, fresh_ids, ids)
    if fetched:
        backlog.take_away(conn, lease, [one.external_id for one in ready.prepared])
        backlog.fail(conn, lease, {one.id: one.reason for one in page.items if isinstance(one, Failed)})
    else:
        saved.refs = backlog.add(conn, lease, container_id, listing, page.refs)
        _replace(conn, lease, container_id, page, {one.external_id for one in ready.prepared})
        _advance(conn, lease, container_id, listing, page)
    return saved, fresh_ids


def _part(
    conn: Connection, lease: Lease, container_id: int, whole: Sequence[Item], ready: _Ready, saved: Saved, retire: bool
) -> None:
    """What leaves, what changes lanes, and that something came at all."""
    left = [one for one in whole if isinstance(one, Gone)]
    vanished = [stored_id(one.id) for one in left if not one.here]
    gone.mark(conn, lease.owner_id, lease.stream_id, vanished, retire=retire)
    moved = [stored_id(one.id) for one in left if one.here]
    gone.mark(conn, lease.owner_id, lease.stream_id, moved, retire=retire, container_id=container_id)
    if lease.provider == "archive":
        return
    backlog.gone(conn, lease, vanished)
    backlog.promote(conn, lease.stream_id, partial.talking(ready.prepared))
    partial.relabel_refs(conn, lease, [one for one in whole if isinstance(one, Relabelled)])
    if saved.new or saved.changed or left:
        mine = update(streams).where(streams.c.id == lease.stream_id)
        conn.execute(mine.values(changed_at=int(now(conn))))


def _reader(conn: Connection, lease: Lease, retire: bool) -> Reader:
    revision = conn.execute(select(owners.c.own_revision).where(owners.c.id == lease.owner_id)).scalar_one()
    own = fact_store.own_addresses(conn, lease.owner_id)
    since = conn.execute(
        select(accounts.c.since)
        .join(streams, streams.c.account_id == accounts.c.id)
        .where(streams.c.id == lease.stream_id)
    ).scalar_one()
    chosen = conn.execute(select(tombstones.c.kind, tombstones.c.value).where(tombstones.c.owner_id == lease.owner_id))
    return Reader(own, revision, exclusions(since, [(row[0], row[1]) for row in chosen]), retire)


def _listing(conn: Connection, container_id: int, page: Page) -> int:
    """The number of the full listing this page belongs to; a listing begun anew gets a new one."""
    listing: int = conn.execute(select(containers.c.listing).where(containers.c.id == container_id)).scalar_one()
    return listing + 1 if page.first else listing


def _learn(
    conn: Connection, owner_id: int, learned: fact_store.Learned, found: dict[str, int], ids: AddressIds
) -> None:
    answered = fact_store.answered(conn, owner_id, learned)
    extra = ids.ids(conn, owner_id, answered - found.keys())
    found.update(extra)
    fact_store.hold(conn, "sent_to", [found[canonical] for canonical in learned.sent_to])
    fact_store.hold(conn, "in_book", [found[canonical] for canonical in learned.in_book])
    fact_store.hold(conn, "answered", [found[canonical] for canonical in answered])


def _advance(conn: Connection, lease: Lease, container_id: int, listing: int, page: Page) -> None:
    if page.complete:
        _sweep(conn, lease, container_id, listing, page.part)
        if lease.provider != "archive":
            backlog.plan(conn, lease, container_id, listing)
    conn.execute(
        update(containers)
        .where(containers.c.id == container_id)
        .values(cursor=page.cursor, done=page.done, listing=listing)
    )


def _replace(conn: Connection, lease: Lease, container_id: int, page: Page, given: set[str]) -> None:
    """What begins like one of the page's wholes and was not given with it is gone, and so is what ends in a tail."""
    for prefix in page.whole:
        stored = set(_there(conn, container_id, prefix))
        gone.mark(conn, lease.owner_id, lease.stream_id, sorted(stored - given))
    if page.tails:
        tails = set(page.tails)
        ended = [
            id for id in _there(conn, container_id, page.part) if id.rpartition("/")[2] in tails and id not in given
        ]
        gone.mark(conn, lease.owner_id, lease.stream_id, ended)


def _there(conn: Connection, container_id: int, prefix: str) -> Iterable[str]:
    here = (items.c.container_id == container_id, items.c.state != "gone", _begins(prefix))
    return conn.execute(select(items.c.external_id).where(*here)).scalars()


def _begins(prefix: str) -> ColumnElement[bool]:
    """Ids that begin so. Counted by their characters: no database agrees with another on what LIKE compares."""
    return func.substr(items.c.external_id, 1, len(prefix)) == prefix


def _sweep(conn: Connection, lease: Lease, container_id: int, listing: int, part: str) -> None:
    """What a full listing did not contain is gone, unless that is most of what was there."""
    here = [items.c.container_id == container_id, items.c.state != "gone"]
    if part:
        here.append(_begins(part))
    missing = [row[0] for row in conn.execute(select(items.c.external_id).where(*here, items.c.listing < listing))]
    if not missing:
        return
    total = conn.execute(select(func.count()).select_from(items).where(*here)).scalar_one()
    if len(missing) > _EMPTY_MAX and len(missing) * 2 > total:
        raise SuddenlyEmpty(
            f"{lease.stream}: {len(missing)} of {total} items are no longer there. Nothing was removed; "
            "if that is right, remove the account or archive and add it again."
        )
    gone.mark(conn, lease.owner_id, lease.stream_id, missing)
