"""Items that left their source: what stays of them in the log, and what falls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from interactions.schema import cards, facts, items
from interactions.store import copies, identity, records, recount, titles, verdicts
from interactions.store.addresses import AddressIds


def mark(
    conn: Connection, owner_id: int, stream_id: int, external_ids: Sequence[str], *, retire: bool = False,
    container_id: int | None = None,
) -> None:  # fmt: skip
    """The source no longer has these items. A deleted event or card falls, a series with all its occurrences.

    What a mail proved stays in the log, unless the owner wants it to leave with the mail (`retire`). With
    `container_id` only what is still known to lie there goes.
    """
    for start in range(0, len(external_ids), 500):
        there = [items.c.stream_id == stream_id, items.c.state != "gone"]
        if container_id is not None:
            there.append(items.c.container_id == container_id)
        columns = (items.c.id, items.c.kind, items.c.uid_key, items.c.container_id, items.c.recurs)
        found = list(
            conn.execute(
                select(*columns).where(*there, items.c.external_id.in_(external_ids[start : start + 500]))
            ).all()
        )
        series = {(row.container_id, row.uid_key) for row in found if row.recurs}
        for container_id, uid_key in series:
            found += conn.execute(
                select(*columns).where(*there, items.c.container_id == container_id, items.c.uid_key == uid_key)
            ).all()
        _leave(conn, owner_id, list({row.id: (row.id, row.kind) for row in found}.values()), retire)


def _leave(conn: Connection, owner_id: int, found: Sequence[tuple[int, str]], retired: bool) -> None:
    if not found:
        return
    fallen = [item_id for item_id, kind in found if retired or kind != "email"]
    conn.execute(
        update(items)
        .where(items.c.id.in_([item_id for item_id, _ in found]))
        .values(state="gone", owed_since=None, claimed_until=None, revision=items.c.revision + 1)
    )
    retire(conn, owner_id, fallen)
    if any(kind == "contact" for _, kind in found):
        recount.recount_book(conn, owner_id)


def forget_facts(conn: Connection, address_ids: Sequence[int]) -> None:
    """Nothing is known of these addresses any more."""
    conn.execute(delete(facts).where(facts.c.address_id.in_(address_ids)))


def retire(conn: Connection, owner_id: int, item_ids: Sequence[int]) -> None:
    """These items support nothing any more: interactions fall with the last item that supported them."""
    if not item_ids:
        return
    conn.execute(update(items).where(items.c.id.in_(item_ids)).values(counts=False))
    verdicts.erase(conn, item_ids)
    copies.restamp(conn)
    if conn.execute(delete(cards).where(cards.c.item_id.in_(item_ids))).rowcount:
        identity.owe(conn, owner_id)
        titles.owe_entries(conn, owner_id)
    records.rebuild(conn, owner_id, item_ids, AddressIds())
