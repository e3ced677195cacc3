"""Items that tell only a part: new labels of a mail, a large event without all guests; completed by what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, select

from interactions.items import BULK, OMITTED, Email, Event, Item, Relabelled
from interactions.prepare import Prepared, decode, stored_id
from interactions.schema import backlog as backlog_table
from interactions.schema import items, payloads
from interactions.store import backlog
from interactions.store.database import Database, among
from interactions.store.leases import Lease


def completed(db: Database, lease: Lease, found: Sequence[Item]) -> list[Item]:
    """`found` with its partial items made whole; labels of a mail that is not stored change nothing."""
    wanted = [stored_id(one.id) for one in found if _is_part(one)]
    if not wanted:
        return list(found)
    with db.reading() as conn:
        rows = conn.execute(
            select(items.c.external_id, payloads.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(
                items.c.stream_id == lease.stream_id, items.c.state != "gone", among(conn, items.c.external_id, wanted)
            )
        ).all()
    known = {row[0]: decode(row[1]) for row in rows}
    whole: list[Item] = []
    for one in found:
        before = known.get(stored_id(one.id))
        whole.append(one)
        if isinstance(one, Relabelled) and isinstance(before, Email):
            known[before.id] = relabelled(before, one)
            whole.append(known[before.id])
        elif isinstance(one, Event) and isinstance(before, Event) and OMITTED in one.flags:
            whole[-1] = with_guests(one, before)
    return whole


def _is_part(one: Item) -> bool:
    return isinstance(one, Relabelled) or (isinstance(one, Event) and OMITTED in one.flags)


def relabelled(email: Email, change: Relabelled) -> Email:
    """The mail with its labels changed; those it keeps stay in their order."""
    kept = [label for label in email.labels if label not in change.removed]
    return replace(email, labels=tuple(dict.fromkeys([*kept, *change.added])))


def with_guests(event: Event, before: Event) -> Event:
    """The event with the guests that it had before and that the source left out this time."""
    named = {one.mailbox.address.lower() for one in event.attendees}
    left_out = [one for one in before.attendees if one.mailbox.address.lower() not in named]
    return replace(
        event, attendees=(*event.attendees, *left_out), guests=max(event.guests, before.guests, len(before.attendees))
    )


def talking(prepared: Iterable[Prepared]) -> set[str]:
    """Threads that the owner wrote in."""
    return {one.item.thread for one in prepared if one.sent and isinstance(one.item, Email) and one.item.thread}


def relabel_refs(conn: Connection, lease: Lease, changes: Sequence[Relabelled]) -> None:
    """Mail that is taken out of a bulk category before it was fetched is wanted."""
    out = [one.id for one in changes if BULK & set(one.removed) and not BULK & set(one.added)]
    if out:
        backlog.want(conn, lease.stream_id, among(conn, backlog_table.c.external_id, out))
