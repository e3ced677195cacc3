"""The owner as others would name them: their own addresses and what they sign as."""

from __future__ import annotations

from sqlalchemy import select

from interactions.address import canonical
from interactions.items import Email
from interactions.prepare import decode
from interactions.queries.folding import fold
from interactions.schema import items, payloads
from interactions.store.database import Database
from interactions.store.facts import own_addresses

#: So many of the mails sent last tell what the owner signs as.
_LATEST = 200


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
