"""Who is called what: the owner by their addresses and what they sign as, and anybody else by a whole name."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from interactions.address import canonical
from interactions.forgotten import name_key
from interactions.items import Contact, Email, Event
from interactions.prepare import decode
from interactions.queries.folding import fold
from interactions.schema import addresses, items, payloads
from interactions.store.database import Database
from interactions.store.facts import own_addresses

#: So many of the mails sent last tell what the owner signs as.
_LATEST = 200


def is_somebodys(db: Database, owner_id: int, text: str) -> bool:
    """Whether anybody is called so: on a card, before an address or by the owner's word; or it is an address."""
    if "@" in text:
        return True
    wanted, key = fold(" ".join(text.split())), name_key(text)
    with db.reading() as conn:
        for row in conn.execute(select(addresses.c.canonical).where(addresses.c.owner_id == owner_id)):
            if row[0].startswith("name:") and row[0].partition(":")[2] == wanted:
                return True
        bodies = select(payloads.c.body).join(items, items.c.id == payloads.c.item_id)
        for body in conn.execute(bodies.where(items.c.owner_id == owner_id)).scalars():
            for name in _names(decode(body)):
                if fold(" ".join(name.split())) == wanted or (key is not None and name_key(name) == key):
                    return True
    return False


def _names(item: object) -> Iterator[str]:
    """What an item calls anybody."""
    if isinstance(item, Contact):
        yield item.name()
    if isinstance(item, Email):
        for one in (item.sender, *item.reply_to, *item.to, *item.cc, *item.bcc):
            yield one.name if one is not None else ""
    if isinstance(item, Event):
        yield item.organizer.name if item.organizer is not None else ""
        yield from (one.mailbox.name for one in item.attendees)


def is_own(db: Database, owner_id: int, text: str) -> bool:
    """Whether `text` is an own address of the owner, or the whole name they sign as."""
    with db.reading() as conn:
        if "@" in text:
            return canonical(text) in own_addresses(conn, owner_id)
        sent = (
            select(payloads.c.body)
            .join(items, items.c.id == payloads.c.item_id)
            .where(items.c.owner_id == owner_id, items.c.sent, items.c.kind == "email")
            .order_by(items.c.at.desc())
            .limit(_LATEST)
        )
        mails = map(decode, conn.execute(sent).scalars())
        names = {fold(one.sender.name) for one in mails if isinstance(one, Email) and one.sender is not None}
    return fold(text.strip()) in names - {""}
