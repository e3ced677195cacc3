"""Mail as it is stored: every copy once, as the log would count it; and each with its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import select

from interactions.copies import Copy, groups
from interactions.items import Email, Event
from interactions.prepare import decode
from interactions.schema import interactions, items, payloads, verdicts
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


def ruled(db: Database, owner_id: int, item_id: int) -> tuple[str, Email | Event] | None:
    """One stored mail or event of this owner, and the rule that judged it ("" while none has)."""
    chosen = select(items.c.rule, payloads.c.body).join(items, items.c.id == payloads.c.item_id)
    with db.reading() as conn:
        row = conn.execute(chosen.where(items.c.id == item_id, items.c.owner_id == owner_id)).first()
    found = decode(row[1]) if row is not None else None
    return (row[0] or "", found) if row is not None and isinstance(found, Email | Event) else None


def source(db: Database, owner_id: int, number: int) -> int | None:
    """The id of the item that an interaction is told from: 0 where that is the owner's word, None without one."""
    chosen = select(interactions.c.item_id).where(interactions.c.id == number, interactions.c.owner_id == owner_id)
    with db.reading() as conn:
        return conn.execute(chosen).scalar()


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


def titles(db: Database, owner_id: int, targets: Iterable[str]) -> dict[str, str]:
    """What a word on an item is kept under (`interactions.word.item_target`) → the title of that mail or series."""
    found = {}
    with db.reading() as conn:
        for target in targets:
            column = items.c.uid_key if target[0] == "e" else items.c.copy_key
            chosen = select(payloads.c.body).join(items, items.c.id == payloads.c.item_id)
            mine = chosen.where(items.c.owner_id == owner_id, column == int(target[1:], 16)).order_by(items.c.id)
            body = conn.execute(mine.limit(1)).scalar()
            item = decode(body) if body is not None else None
            if isinstance(item, Email | Event):
                found[target] = " ".join((item.subject if isinstance(item, Email) else item.summary).split())[:80]
    return found
