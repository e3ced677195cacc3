"""Facts of addresses: learned in the transaction that saves the item they rest on; a flip owes that address's items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select, update

from interactions.address import canonical
from interactions.items import Contact, Email
from interactions.prepare import Prepared
from interactions.schema import addresses, facts, items
from interactions.store.database import among, insert, now

FACTS = ("own", "sent_to", "answered", "in_book")


class Learned(Struct):
    """What a page teaches before it is looked up: canonical addresses by fact, and what its mails answer."""

    sent_to: set[str]
    in_book: set[str]
    #: reply_key → canonical senders of mails that answer it.
    answers: dict[int, set[str]]
    #: message_keys of the owner's own mails.
    sent: set[int]


def learn(ready: Iterable[Prepared], own: frozenset[str]) -> Learned:
    """Read the facts off headers and ids alone, never off verdicts, so that order cannot matter."""
    learned = Learned(set(), set(), {}, set())
    for one in ready:
        if one.body is None:
            continue
        if isinstance(one.item, Contact):
            if one.item.trust == "own":
                learned.in_book.update(map(canonical, one.item.emails()))
        elif isinstance(one.item, Email):
            _mail(learned, one, one.item)
    learned.sent_to -= own
    return learned


def _mail(learned: Learned, one: Prepared, email: Email) -> None:
    if one.sent:
        for group in (email.to, email.cc, email.bcc):
            learned.sent_to.update([canonical(mailbox.address) for mailbox in group])
        if one.message_key is not None:
            learned.sent.add(one.message_key)
    elif one.reply_key is not None and one.sender:
        learned.answers.setdefault(one.reply_key, set()).add(one.sender)


def own_addresses(conn: Connection, owner_id: int) -> frozenset[str]:
    """Canonical addresses of the owner."""
    rows = conn.execute(
        select(addresses.c.canonical)
        .join(facts, facts.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, facts.c.own)
    )
    return frozenset(row[0] for row in rows)


def answered(conn: Connection, owner_id: int, learned: Learned) -> set[str]:
    """Canonical addresses that a page proves to have answered the owner, whichever of the two mails came first.

    The page's items must be stored already. Mails that turn out to answer the owner are owed again.
    """
    found: set[str] = set()
    if learned.answers:
        rows = conn.execute(
            select(items.c.message_key).where(
                among(conn, items.c.message_key, learned.answers), items.c.owner_id == owner_id, items.c.sent
            )
        )
        for (message_key,) in rows:
            found |= learned.answers[message_key]
    if learned.sent:
        replies = (items.c.owner_id == owner_id, among(conn, items.c.reply_key, learned.sent), ~items.c.sent)
        rows = conn.execute(
            select(items.c.id, addresses.c.canonical)
            .join(addresses, addresses.c.id == items.c.sender_id)
            .where(*replies)
        )
        ids = []
        for item_id, sender in rows:
            found.add(sender)
            ids.append(item_id)
        owe(conn, ids)
    return found


def hold(conn: Connection, fact: str, address_ids: Sequence[int]) -> None:
    """Write that `fact` is true of these addresses; the items of those it was not true of before are owed again."""
    if not address_ids:
        return
    known = {
        row[0]
        for row in conn.execute(
            select(facts.c.address_id).where(among(conn, facts.c.address_id, address_ids), facts.c[fact])
        )
    }
    flipped = sorted(set(address_ids) - known)
    if not flipped:
        return
    end = f"ON CONFLICT (address_id) DO UPDATE SET {fact} = excluded.{fact}"
    insert(conn, facts, ("address_id", fact), [(address_id, True) for address_id in flipped], end)
    for start in range(0, len(flipped), 1_000):
        owe_where(conn, items.c.sender_id.in_(flipped[start : start + 1_000]))


def owe(conn: Connection, item_ids: Sequence[int]) -> None:
    """What these items' verdicts rest on has changed: they are judged again."""
    for start in range(0, len(item_ids), 1_000):
        owe_where(conn, items.c.id.in_(item_ids[start : start + 1_000]))


def owe_where(conn: Connection, which: ColumnElement[bool]) -> None:
    """The same for all items that `which` holds for, as far as they can be judged at all."""
    judgeable = (
        items.c.state.in_(("waiting", "kept", "dropped")),
        items.c.digest != 0,
        items.c.kind != "unreadable",
    )
    conn.execute(
        update(items)
        .where(which, *judgeable)
        .values(
            revision=items.c.revision + 1,
            owed_since=func.coalesce(items.c.owed_since, now(conn)),
            rung_at=None,
            attempts=0,
        )
    )
