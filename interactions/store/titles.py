"""Entries without guests: what is known that may settle them, and which are to be judged again when that changes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, or_, select

from interactions.entries import book, fold_title
from interactions.items import Event, Mailbox
from interactions.prepare import decode
from interactions.schema import addresses, cards, facts, items, payloads
from interactions.store import corrections, stones
from interactions.store.facts import owe, owe_where
from interactions.titles import Book, Titles

#: The rules whose verdict may turn when names or the owner's word change.
GUESTLESS = "calendar.guestless"
RULES = (GUESTLESS, "calendar.from_title")
_who = msgspec.json.Decoder(tuple[Mailbox, ...])


def load(conn: Connection, owner_id: int) -> Titles:
    """The address book's full names, and what the owner said of titles."""
    held = corrections.held(conn, owner_id, (corrections.TITLE,))
    return Titles(_book(conn, owner_id), {target: _who.decode(value) for (_, target), value in held.items()})


def _book(conn: Connection, owner_id: int) -> Book:
    rows = conn.execute(
        select(cards.c.item_id, cards.c.uid, cards.c.name, addresses.c.canonical)
        .join(addresses, addresses.c.id == cards.c.address_id)
        .outerjoin(facts, facts.c.address_id == addresses.c.id)
        .where(
            addresses.c.owner_id == owner_id,
            cards.c.name != "",
            or_(facts.c.in_book, ~addresses.c.canonical.contains("@")),
        )
    )
    by_card: dict[str, tuple[str, set[str]]] = {}
    for item_id, uid, name, canonical in rows:
        by_card.setdefault(uid or f"#{item_id}", (name, set()))[1].add(canonical)
    found = book((name, best(canonicals)) for name, canonicals in by_card.values())
    forgotten = stones.forgotten(conn, owner_id)
    if not forgotten.stones:
        return found
    # What names somebody who stays is not told from what named the one of that name who was forgotten.
    return Book({key: () if forgotten.is_shared(key) else who for key, who in found.names.items()})


def best(canonicals: Iterable[str]) -> str:
    """Of one person's addresses the one that stands for them: an e-mail address before a number."""
    return min(canonicals, key=lambda one: ("@" not in one, one))


def owe_entries(conn: Connection, owner_id: int) -> None:
    """The address book changed: entries without guests are judged again."""
    owe_where(conn, (items.c.owner_id == owner_id) & (items.c.kind == "event") & items.c.rule.in_(RULES))


def owe_title(conn: Connection, owner_id: int, folded: str) -> int:
    """The owner spoke of a title: its entries are judged again; returns how many there are."""
    rows = conn.execute(
        select(items.c.id, payloads.c.body)
        .join(payloads, payloads.c.item_id == items.c.id)
        .where(items.c.owner_id == owner_id, items.c.kind == "event")
    )
    found = []
    for item_id, body in rows:
        event = decode(body)
        if isinstance(event, Event) and fold_title(event.summary) == folded:
            found.append(item_id)
    owe(conn, found)
    return len(found)
