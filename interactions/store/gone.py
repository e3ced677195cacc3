"""Items that left their source: what stays of them in the log, and what falls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from interactions.schema import cards, items
from interactions.store import copies, people, records, recount, verdicts
from interactions.store.addresses import AddressIds


def mark(conn: Connection, owner_id: int, stream_id: int, external_ids: Sequence[str]) -> None:
    """The source no longer has these items. What a mail proved stays in the log; a deleted event or card falls."""
    for start in range(0, len(external_ids), 500):
        found = conn.execute(
            select(items.c.id, items.c.kind, items.c.counts).where(
                items.c.stream_id == stream_id,
                items.c.external_id.in_(external_ids[start : start + 500]),
                items.c.state != "gone",
            )
        ).all()
        fallen = [row.id for row in found if row.kind != "email"]
        conn.execute(
            update(items)
            .where(items.c.id.in_([row.id for row in found]))
            .values(state="gone", owed_since=None, claimed_until=None, revision=items.c.revision + 1)
        )
        retire(conn, owner_id, fallen)
        if any(row.kind == "contact" for row in found):
            recount.recount_book(conn, owner_id)


def retire(conn: Connection, owner_id: int, item_ids: Sequence[int]) -> None:
    """These items support nothing any more: interactions fall with the last item that supported them."""
    if not item_ids:
        return
    conn.execute(update(items).where(items.c.id.in_(item_ids)).values(counts=False))
    verdicts.erase(conn, item_ids)
    copies.restamp(conn)
    touched = list(conn.execute(select(cards.c.address_id).where(cards.c.item_id.in_(item_ids))).scalars())
    conn.execute(delete(cards).where(cards.c.item_id.in_(item_ids)))
    if touched:
        people.relink(conn, owner_id, touched)
    records.rebuild(conn, owner_id, item_ids, AddressIds())
