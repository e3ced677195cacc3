"""Which addresses are the owner's, and everything that rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select, update

from interactions import keys
from interactions.items import Email
from interactions.prepare import by_its_sender, decode, encode, is_own
from interactions.schema import addresses, facts, items, owners, payloads
from interactions.store import corrections, identity, people, recount
from interactions.store.addresses import AddressIds, next_epoch
from interactions.store.corrections import OWN
from interactions.store.database import Database, insert, many
from interactions.store.facts import own_addresses

#: What the owner says of an address: it is theirs, or it is not, whatever is learned of it.
MINE, NOT_MINE = "mine", "not mine"
_BATCH = 2_000


def declare(conn: Connection, owner_id: int, mine: Mapping[str, bool]) -> frozenset[str]:
    """Make it so that these canonical addresses are the owner's or are not; what is stored is judged again.

    Returns those for which that is a change.
    """
    held = own_addresses(conn, owner_id)
    changed = frozenset(address for address, wanted in mine.items() if (address in held) is not wanted)
    if not changed:
        return changed
    ids = AddressIds().ids(conn, owner_id, changed)
    end = "ON CONFLICT (address_id) DO UPDATE SET own = excluded.own"
    rows = [(ids[address], mine[address]) for address in sorted(changed)]
    insert(conn, facts, ("address_id", "own"), rows, end)
    conn.execute(update(owners).where(owners.c.id == owner_id).values(own_revision=owners.c.own_revision + 1))
    if conn.execute(select(items.c.id).where(items.c.owner_id == owner_id).limit(1)).first():
        _now_sent(conn, [ids[address] for address in changed if mine[address]])
        _sent_by_others(conn, owner_id, [ids[address] for address in changed if not mine[address]])
        recount.recount(conn, owner_id)
        recount.owe_all(conn, owner_id)
    people.forget_orphans(conn, owner_id, [address for address in changed if not mine[address]])
    identity.owe(conn, owner_id)
    next_epoch(conn)
    return changed


def denied(conn: Connection, owner_id: int) -> frozenset[str]:
    """Canonical addresses that are not the owner's by their own word."""
    held = corrections.held(conn, owner_id, (OWN,))
    return frozenset(address for (_, address), value in held.items() if value == NOT_MINE)


def mails_from(db: Database, owner_id: int, canonicals: Iterable[str]) -> int:
    """How many stored mails these addresses sent."""
    chosen = (
        select(func.count())
        .select_from(items)
        .join(addresses, addresses.c.id == items.c.sender_id)
        .where(
            items.c.owner_id == owner_id,
            items.c.kind == "email",
            items.c.digest != 0,
            addresses.c.canonical.in_(list(canonicals)),
        )
    )
    with db.reading() as conn:
        return int(conn.execute(chosen).scalar_one())


def _now_sent(conn: Connection, address_ids: list[int]) -> None:
    """Mails from addresses that turn out to be the owner's are the owner's."""
    mine = (items.c.sender_id.in_(address_ids), items.c.kind == "email", ~items.c.sent)
    chosen = select(items.c.id, payloads.c.body).join(payloads, payloads.c.item_id == items.c.id).where(*mine)
    while rows := conn.execute(chosen.limit(_BATCH)).all():
        keyed = [(keys.message_key(email), row[0]) for row in rows if isinstance(email := decode(row[1]), Email)]
        many(conn, "UPDATE items SET sent = true, message_key = ? WHERE id = ?", keyed)


def _sent_by_others(conn: Connection, owner_id: int, address_ids: list[int]) -> None:
    """Mails from addresses that turn out to be somebody else's are the owner's no more, unless a provider says so."""
    theirs = (items.c.sender_id.in_(address_ids), items.c.kind == "email", items.c.sent)
    chosen = select(items.c.id, payloads.c.body).join(payloads, payloads.c.item_id == items.c.id).where(*theirs)
    own = own_addresses(conn, owner_id)
    last = 0
    while rows := conn.execute(chosen.where(items.c.id > last).order_by(items.c.id).limit(_BATCH)).all():
        last = rows[-1][0]
        unsent = []
        for item_id, body in rows:
            email = decode(body)
            if not isinstance(email, Email):
                continue
            left = by_its_sender(email, own)
            if left is not email:
                text = encode(left)
                conn.execute(update(payloads).where(payloads.c.item_id == item_id).values(body=text))
                conn.execute(update(items).where(items.c.id == item_id).values(digest=keys.key(text) or 1))
            if not is_own(left, own):
                unsent.append((item_id,))
        many(conn, "UPDATE items SET sent = false, message_key = NULL WHERE id = ?", unsent)
