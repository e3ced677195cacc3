"""Interactions as rows: written, rewritten and removed together with their participants and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from interactions.address import canonical
from interactions.schema import interactions, numbers, participants, sources
from interactions.store import ties
from interactions.store.database import among, insert, many, next_ids
from interactions.ties import weights
from interactions.verdict import Party

_encoder = msgspec.json.Encoder()
_PARTICIPANT = ("interaction_id", "address_id", "role", "name", "at", "direction", "kind", "weight")
_COLUMNS = (
    "owner_id", "key", "kind", "direction", "at", "ends_at", "all_day", "title", "rule", "evidence", "item_id",
    "message_key", "reply_key", "thread_key",
)  # fmt: skip


class Row(Struct):
    """One interaction as it should stand."""

    key: str
    kind: str
    direction: str
    at: int
    title: str
    rule: str
    evidence: dict[str, str]
    parties: tuple[Party, ...]
    #: The item it is told from.
    item_id: int
    #: Every item that supports it.
    item_ids: Sequence[int]
    ends_at: int | None = None
    all_day: bool = False
    #: The part of its full weight that it has in ties.
    share: float = 1.0
    #: Of mails: keys of the Message-ID, of what it answers, and of its conversation.
    message_key: int | None = None
    reply_key: int | None = None
    thread_key: int | None = None


def write(
    conn: Connection, owner_id: int, new: Sequence[Row], changed: Mapping[int, Row], ids: Mapping[str, int]
) -> None:
    """Insert `new` and rewrite `changed` (by interaction id); `ids` has every party's canonical address."""
    ids_of = _numbers(conn, owner_id, [row.key for row in new])
    insert(
        conn,
        interactions,
        ("id", *_COLUMNS),
        [(number, *_values(owner_id, row)) for number, row in zip(ids_of, new, strict=True)],
    )
    left: set[int] = set()
    if changed:
        assignments = ", ".join(f"{column} = ?" for column in _COLUMNS)
        rows = [(*_values(owner_id, row), number) for number, row in changed.items()]
        many(conn, f"UPDATE interactions SET {assignments} WHERE id = ?", rows)
        left = ties.of_interactions(conn, list(changed))
        conn.execute(delete(participants).where(participants.c.interaction_id.in_(changed)))
    both = [*zip(ids_of, new, strict=True), *changed.items()]
    people = [line for number, row in both for line in _participants(number, row, ids)]
    insert(conn, participants, _PARTICIPANT, people)
    ties.owe(conn, left | {line[1] for line in people})
    insert(
        conn,
        sources,
        ("interaction_id", "item_id"),
        [(n, item) for n, row in zip(ids_of, new, strict=True) for item in row.item_ids],
    )
    support(conn, {number: row.item_ids for number, row in changed.items()})


def support(conn: Connection, supporting: Mapping[int, Sequence[int]]) -> None:
    """Make the items named the only sources of these interactions."""
    if not supporting:
        return
    wanted = {(number, item_id) for number, item_ids in supporting.items() for item_id in item_ids}
    there = {
        (row[0], row[1])
        for row in conn.execute(
            select(sources.c.interaction_id, sources.c.item_id).where(sources.c.interaction_id.in_(supporting))
        )
    }
    many(conn, "DELETE FROM sources WHERE interaction_id = ? AND item_id = ?", sorted(there - wanted))
    insert(conn, sources, ("interaction_id", "item_id"), sorted(wanted - there))


def drop(conn: Connection, ids: Sequence[int]) -> None:
    """Delete interactions; their participants and sources go with them, their numbers stay theirs."""
    if not ids:
        return
    left = ties.of_interactions(conn, ids)
    for start in range(0, len(ids), 1_000):
        chosen = interactions.c.id.in_(ids[start : start + 1_000])
        kept = select(interactions.c.id, interactions.c.owner_id, interactions.c.key).where(chosen)
        of_key = (interactions.c.owner_id == numbers.c.owner_id, interactions.c.key == numbers.c.key)
        # An interaction may have taken over the key of one that left.
        conn.execute(delete(numbers).where(select(interactions.c.id).where(chosen, *of_key).exists()))
        conn.execute(numbers.insert().from_select(["interaction_id", "owner_id", "key"], kept))
        conn.execute(delete(interactions).where(chosen))
    ties.owe(conn, left)


def _numbers(conn: Connection, owner_id: int, keys: Sequence[str]) -> list[int]:
    """An id for each natural key: the one it had before, or one that nothing ever had."""
    if not keys:
        return []
    asked = (numbers.c.owner_id == owner_id, among(conn, numbers.c.key, keys))
    rows = conn.execute(select(numbers.c.key, numbers.c.interaction_id).where(*asked)).all()
    before = {row[0]: row[1] for row in rows}
    if before:
        conn.execute(delete(numbers).where(*asked))
    last = conn.execute(select(func.max(numbers.c.interaction_id))).scalar() or 0
    fresh = iter(next_ids(conn, interactions, len(keys) - len(before), max(last, *before.values(), 0)))
    return [before[key] if key in before else next(fresh) for key in keys]


def _values(owner_id: int, row: Row) -> tuple[object, ...]:
    return (
        owner_id, row.key, row.kind, row.direction, row.at, row.ends_at, row.all_day, row.title, row.rule,
        _encoder.encode(row.evidence).decode(), row.item_id, row.message_key, row.reply_key, row.thread_key,
    )  # fmt: skip


def _participants(number: int, row: Row, ids: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """One line a person and role; the first of several names for one address stands."""
    lines: dict[tuple[int, str], tuple[Any, ...]] = {}
    others = len({party.mailbox.address for party in row.parties})
    for party in row.parties:
        address_id = ids[canonical(party.mailbox.address)]
        weight = _weight(row, party.role, others)
        line = (number, address_id, party.role, party.mailbox.name, row.at, row.direction, row.kind, weight)
        lines.setdefault((address_id, party.role), line)
    return list(lines.values())


def _weight(row: Row, role: str, others: int) -> int:
    whole = weights.mail(row.direction, role, others) if row.kind == "email" else weights.meeting(others)
    return round(weights.UNIT * row.share * whole)
