"""Facts counted anew from everything stored: after addresses, exclusions or archives were taken away."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from interactions.address import canonical
from interactions.items import Contact, Email
from interactions.prepare import decode
from interactions.schema import addresses, facts, items, payloads
from interactions.store.addresses import AddressIds
from interactions.store.database import insert
from interactions.store.facts import owe_where, own_addresses

_BATCH = 2_000


def recount(conn: Connection, owner_id: int) -> None:
    """Make the facts what the stored items say; items of addresses whose facts changed are owed."""
    own = own_addresses(conn, owner_id)
    sent_to, in_book = _written_to(conn, owner_id)
    ids = AddressIds().ids(conn, owner_id, (sent_to - own) | in_book)
    true = {
        "sent_to": {ids[one] for one in sent_to - own},
        "in_book": {ids[one] for one in in_book},
        "answered": _answered(conn, owner_id),
    }
    rows = conn.execute(
        select(facts.c.address_id, facts.c.sent_to, facts.c.in_book, facts.c.answered)
        .join(addresses, addresses.c.id == facts.c.address_id)
        .where(addresses.c.owner_id == owner_id)
    )
    before = {row.address_id: (bool(row.sent_to), bool(row.in_book), bool(row.answered)) for row in rows}
    changed = []
    for address_id in before.keys() | set().union(*true.values()):
        after = tuple(address_id in true[name] for name in ("sent_to", "in_book", "answered"))
        if before.get(address_id, (False, False, False)) != after:
            changed.append((address_id, *after))
    end = (
        "ON CONFLICT (address_id) DO UPDATE SET sent_to = excluded.sent_to, in_book = excluded.in_book,"
        " answered = excluded.answered"
    )
    insert(conn, facts, ("address_id", "sent_to", "in_book", "answered"), changed, end)
    for start in range(0, len(changed), 1_000):
        owe_where(conn, items.c.sender_id.in_([row[0] for row in changed[start : start + 1_000]]))


def recount_book(conn: Connection, owner_id: int) -> None:
    """The same for the address book alone, after a card went or changed; items of what left it are owed."""
    in_book: set[str] = set()
    bodies = (
        select(payloads.c.body)
        .join(items, items.c.id == payloads.c.item_id)
        .where(items.c.owner_id == owner_id, items.c.kind == "contact", items.c.state != "gone")
    )
    for (body,) in conn.execute(bodies).all():
        card = decode(body)
        if isinstance(card, Contact) and card.trust == "own":
            in_book.update(map(canonical, card.emails()))
    held = conn.execute(
        select(facts.c.address_id, addresses.c.canonical)
        .join(addresses, addresses.c.id == facts.c.address_id)
        .where(addresses.c.owner_id == owner_id, facts.c.in_book)
    ).all()
    left = [row.address_id for row in held if row.canonical not in in_book]
    for start in range(0, len(left), 1_000):
        part = left[start : start + 1_000]
        conn.execute(update(facts).where(facts.c.address_id.in_(part)).values(in_book=False))
        owe_where(conn, items.c.sender_id.in_(part))


def owe_all(conn: Connection, owner_id: int) -> None:
    """Everything of this owner is judged again."""
    owe_where(conn, items.c.owner_id == owner_id)


def _written_to(conn: Connection, owner_id: int) -> tuple[set[str], set[str]]:
    """Canonical addresses the owner wrote to, and those on cards."""
    sent_to: set[str] = set()
    in_book: set[str] = set()
    last = 0
    while True:
        rows = conn.execute(
            select(items.c.id, payloads.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(
                items.c.owner_id == owner_id,
                items.c.id > last,
                (items.c.sent) | ((items.c.kind == "contact") & (items.c.state != "gone")),
            )
            .order_by(items.c.id)
            .limit(_BATCH)
        ).all()
        for _, body in rows:
            item = decode(body)
            if isinstance(item, Email):
                for group in (item.to, item.cc, item.bcc):
                    sent_to.update([canonical(mailbox.address) for mailbox in group])
            elif isinstance(item, Contact) and item.trust == "own":
                in_book.update(map(canonical, item.emails()))
        if len(rows) < _BATCH:
            return sent_to, in_book
        last = rows[-1][0]


def _answered(conn: Connection, owner_id: int) -> set[int]:
    reply, mail = items.alias("reply"), items.alias("mail")
    return set(
        conn.execute(
            select(reply.c.sender_id)
            .join(mail, (mail.c.message_key == reply.c.reply_key) & (mail.c.owner_id == owner_id))
            .where(reply.c.owner_id == owner_id, ~reply.c.sent, mail.c.sent, reply.c.sender_id.isnot(None))
            .distinct()
        ).scalars()
    )
