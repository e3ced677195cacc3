"""Mail as it is stored: every copy once, as the log would count it; and each with its verdict."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import select

from interactions.copies import Copy, groups
from interactions.items import Email, Event
from interactions.prepare import decode
from interactions.schema import items, payloads, verdicts
from interactions.store.database import Database
from interactions.verdict import Verdict


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


def item(db: Database, owner_id: int, item_id: int) -> Email | Event | None:
    """One stored mail or event of this owner."""
    chosen = select(payloads.c.body).join(items, items.c.id == payloads.c.item_id)
    with db.reading() as conn:
        body = conn.execute(chosen.where(items.c.id == item_id, items.c.owner_id == owner_id)).scalar()
    found = decode(body) if body is not None else None
    return found if isinstance(found, Email | Event) else None


def judged(db: Database, owner_id: int) -> Iterator[tuple[Email, Verdict]]:
    """Every stored mail that has been judged, with its verdict, in the order of its id."""
    columns = select(payloads.c.body, verdicts.c.body).join(items, items.c.id == payloads.c.item_id)
    chosen = columns.join(verdicts, verdicts.c.item_id == items.c.id).where(
        items.c.owner_id == owner_id, items.c.kind == "email", items.c.judged_revision.isnot(None)
    )
    with db.reading() as conn:
        for body, verdict in conn.execute(chosen.order_by(items.c.id)):
            mail = decode(body)
            assert isinstance(mail, Email)
            yield mail, msgspec.json.decode(verdict, type=Verdict)
