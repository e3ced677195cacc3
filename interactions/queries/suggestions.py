"""What the owner is asked: which addresses are likely one person's, and which entries are likely meetings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select

from interactions.entries import fold_title
from interactions.items import Mailbox
from interactions.queries.codes import codes
from interactions.queries.names import Who, whos
from interactions.schema import addresses, interactions, suggestions
from interactions.store import corrections
from interactions.store.database import Database


class Asked(Struct, frozen=True):
    """One question."""

    #: Four letters that stay the same for as long as the question is the same.
    code: str
    #: person or meeting
    kind: str
    #: "a|b", or the folded title.
    target: str
    chance: float
    #: Of a person: who the two addresses belong to now. Of a meeting: whom it means.
    who: tuple[Who, ...]
    #: Name → what it is worth in bits, or what was seen.
    evidence: dict[str, Any]
    #: Of a meeting: how it is written, how many entries there are, when the last one is (seconds since 1970 UTC).
    title: str = ""
    times: int = 0
    last: int = 0
    mailboxes: tuple[Mailbox, ...] = ()
    #: One of them is a series.
    repeated: bool = False


def asked(db: Database, owner_id: int) -> list[Asked]:
    """Every question, the likeliest first; nobody who is muted or let rest is asked about."""
    with db.reading() as conn:
        rows = conn.execute(
            select(suggestions)
            .where(suggestions.c.owner_id == owner_id)
            .order_by(suggestions.c.chance.desc(), suggestions.c.target)
        ).all()
        quiet = {target for _, target in corrections.held(conn, owner_id, (corrections.MUTE, corrections.REST))}
        found = conn.execute(select(addresses.c.canonical, addresses.c.id).where(addresses.c.owner_id == owner_id))
        ids = {row[0]: row[1] for row in found}
        told = [(row, msgspec.json.decode(row.evidence)) for row in rows]
        named = {one: ids[one] for row, evidence in told for one in _named(row, evidence) if one in ids}
        known = whos(conn, named.values())
    questions = [
        _asked(row, evidence, tuple(known[named[one]] for one in _named(row, evidence) if one in named))
        for row, evidence in told
        if not any(one in quiet for one in _named(row, evidence))
    ]
    named_so = codes(f"{one.kind}|{one.target}" for one in questions)
    return [msgspec.structs.replace(one, code=named_so[f"{one.kind}|{one.target}"]) for one in questions]


def _named(row: Any, evidence: dict[str, Any]) -> list[str]:
    return row.target.split("|") if row.kind == "person" else [address for address, _ in evidence["who"]]


def _asked(row: Any, evidence: dict[str, Any], who: tuple[Who, ...]) -> Asked:
    if row.kind == "person":
        return Asked("", row.kind, row.target, row.chance, who, evidence)
    mailboxes = tuple(Mailbox(address, name) for address, name in evidence["who"])
    return Asked(
        "", row.kind, row.target, row.chance, who, evidence["because"], evidence["title"], evidence["times"],
        evidence["last"], mailboxes, evidence.get("repeated", False),
    )  # fmt: skip


def counted(db: Database, owner_id: int, titles: Iterable[str], now: int) -> tuple[int, int]:
    """How many meetings these folded titles make in the log, and how many of those are ahead."""
    wanted = frozenset(titles)
    chosen = select(interactions.c.title, interactions.c.at).where(
        interactions.c.owner_id == owner_id, interactions.c.rule == "calendar.from_title"
    )
    with db.reading() as conn:
        found = [row[1] for row in conn.execute(chosen) if fold_title(row[0]) in wanted]
    return len(found), sum(at > now for at in found)
