"""Mail as it is stored, before any verdict: every copy once, as the log would count it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from interactions.copies import Copy, groups
from interactions.items import Email
from interactions.prepare import decode
from interactions.schema import items, payloads
from interactions.store.database import Database


def mails(db: Database, owner_id: int) -> Iterator[Email]:
    """One mail for each group of copies: the first in canonical order."""
    columns = (
        items.c.id, items.c.copy_key, items.c.content_key, items.c.at, items.c.external_id,
    )  # fmt: skip
    with db.reading() as conn:
        rows = conn.execute(select(*columns).where(items.c.owner_id == owner_id, items.c.kind == "email")).all()
        copies = [Copy(row[0], row[1], row[2], row[3] or 0, True, row[4]) for row in rows]
        for group in groups(copies):
            body = conn.execute(select(payloads.c.body).where(payloads.c.item_id == group[0].item_id)).scalar()
            if body is not None:
                mail = decode(body)
                assert isinstance(mail, Email)
                yield mail
