"""The owner's word: said, asked for, taken back. Nothing is overwritten, so what was said before holds again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from interactions.schema import corrections
from interactions.store.database import insert, now

#: Kinds of words and what they are about: two addresses ("a|b"); an item by its natural key; an address; a folded
#: title; something that happened; whom to leave out of lists; whom to let rest.
PAIR, ITEM, ADDRESS, TITLE, NOTE, MUTE, REST = "pair", "item", "address", "title", "note", "mute", "rest"
#: Whether an address is the owner's.
OWN = "own"
#: Whom to tend; whom not before a day; how often to be in touch, in days. All about addresses.
TEND, SNOOZE, CADENCE = "tend", "snooze", "cadence"
#: Who is in a circle ("key|address": "in" or "out"), and what a circle is called; NO_CIRCLE for what is none.
CIRCLE, CIRCLE_NAME, NO_CIRCLE = "circle", "circle-name", "-"
#: What is searched for under a folded name: the query as it was typed.
SEARCH = "search"
#: What the first look at whom to tend is called among the targets of TEND.
REVIEWED = "review"


class Word(Struct, frozen=True):
    """One thing the owner said."""

    kind: str
    target: str
    #: "" takes the word on this target back without undoing what was said before.
    value: str


class Said(Struct, frozen=True):
    """A word as it is kept."""

    id: int
    word: Word
    made_at: int
    batch: int


def say(conn: Connection, owner_id: int, words: Sequence[Word]) -> int:
    """Keep these words as said at once; returns the batch by which they are taken back."""
    batch = 1 + (conn.execute(select(func.max(corrections.c.batch))).scalar() or 0)
    moment = int(now(conn))
    columns = ("owner_id", "kind", "target", "value", "made_at", "batch")
    rows = [(owner_id, word.kind, word.target, word.value, moment, batch) for word in words]
    insert(conn, corrections, columns, rows)
    return batch


def held(conn: Connection, owner_id: int, kinds: Iterable[str]) -> dict[tuple[str, str], str]:
    """(kind, target) → what holds now: the latest word."""
    rows = conn.execute(
        select(corrections.c.kind, corrections.c.target, corrections.c.value)
        .where(
            corrections.c.owner_id == owner_id,
            corrections.c.kind.in_(list(kinds)),
        )
        .order_by(corrections.c.id)
    )
    found = {(kind, target): value for kind, target, value in rows}
    return {key: value for key, value in found.items() if value}


def latest(conn: Connection, owner_id: int, limit: int = 20) -> list[Said]:
    """The last words, the newest first."""
    rows = conn.execute(
        select(corrections).where(corrections.c.owner_id == owner_id).order_by(corrections.c.id.desc()).limit(limit)
    )
    return [_said(row) for row in rows]


def undo(conn: Connection, owner_id: int) -> list[Said]:
    """Take back what was said last, all of its batch, as if it had never been said; returns what that was."""
    last = latest(conn, owner_id, 1)
    if not last:
        return []
    same = (corrections.c.owner_id == owner_id, corrections.c.batch == last[0].batch)
    rows = [_said(row) for row in conn.execute(select(corrections).where(*same).order_by(corrections.c.id))]
    conn.execute(delete(corrections).where(*same))
    return rows


def _said(row: object) -> Said:
    return Said(
        row.id,  # type: ignore[attr-defined]
        Word(row.kind, row.target, row.value),  # type: ignore[attr-defined]
        row.made_at,  # type: ignore[attr-defined]
        row.batch,  # type: ignore[attr-defined]
    )
