"""The whole database searched for a text: every column, and on SQLite every byte of its file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Text, func, or_, select

from interactions.schema import items, metadata, payloads
from interactions.store.database import Database

_READ = 1 << 20


class Found(Struct, frozen=True):
    """One place where something is still written."""

    place: str
    count: int
    #: In a table; else it is what SQLite's file still holds of what was let go, or of that table.
    written: bool = True


def search(db: Database, wanted: Iterable[str]) -> list[Found]:
    """Every place that still holds one of these texts, whatever its case."""
    texts = sorted({form for text in wanted if text.strip() for form in _cases(text.strip())})
    if not texts:
        return []
    found = []
    with db.reading() as conn:
        for table in metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, Text):
                    held = or_(*(func.lower(column).contains(text, autoescape=True) for text in texts))
                    count = conn.execute(select(func.count()).select_from(table).where(held)).scalar_one()
                    if count:
                        found.append(Found(f"{table.name}.{column.name}", count))
    if db.sqlite and db.url.database:
        for ending in ("", "-wal"):
            file = Path(db.url.database + ending)
            count = _in_file(file, [text.encode() for text in texts]) if file.is_file() else 0
            if count:
                found.append(Found(file.name, count, written=False))
    return found


def items_with(db: Database, owner_id: int, wanted: Iterable[str], limit: int = 5) -> list[int]:
    """Numbers of the owner's items that still hold one of these texts, the first `limit`."""
    texts = sorted({form for text in wanted if text.strip() for form in _cases(text.strip())})
    if not texts:
        return []
    held = [func.lower(payloads.c.body).contains(text, autoescape=True) for text in texts]
    chosen = select(items.c.id).join(payloads, payloads.c.item_id == items.c.id)
    chosen = chosen.where(items.c.owner_id == owner_id, or_(*held)).order_by(items.c.id).limit(limit)
    with db.reading() as conn:
        return list(conn.execute(chosen).scalars())


def spellings(name: str) -> tuple[str, ...]:
    """The orders in which a full name is written."""
    words = name.split()
    if len(words) < 2 or "," in name:
        return (name,)
    family, given = words[-1], " ".join(words[:-1])
    return (name, f"{family}, {given}", f"{family} {given}")


def _cases(text: str) -> set[str]:
    """A text as it is found where A to Z alone are lowered: SQLite knows no other letters."""
    forms = {form for one in ("NFC", "NFD") for form in (unicodedata.normalize(one, text), text)}
    cased = {one for form in forms for one in (form, form.lower(), form.upper(), form.title(), form.casefold())}
    return {_lowered(one) for one in cased}


def _lowered(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _in_file(file: Path, wanted: Sequence[bytes]) -> int:
    """How often any of these stands in a file, letters of either case alike."""
    overlap = max((len(one) for one in wanted), default=1) - 1
    count, before = 0, b""
    with file.open("rb") as source:
        while block := source.read(_READ):
            text = (before + block).lower()
            count += sum(text.count(one) - before.lower().count(one) for one in wanted)
            before = text[-overlap:] if overlap else b""
    return count
