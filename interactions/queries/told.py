"""Stored items as they can be shown to their owner: who, when, what about, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.items import Contact, Email, Event, Mailbox, Unreadable
from interactions.prepare import decode
from interactions.queries.among import among
from interactions.schema import containers, items, payloads, streams, verdicts


class Told(Struct, frozen=True):
    """One item. `at` is seconds since 1970 UTC; the name, address and title are the sender's words."""

    id: int
    stream: str
    container: str
    #: email, event, contact, unreadable
    kind: str
    at: int | None
    name: str
    address: str
    title: str
    #: waiting, kept, dropped, quarantined, gone
    state: str
    rule: str
    #: What the rule saw; of a quarantined item its reason and place.
    evidence: dict[str, str]
    attempts: int


class _Decided(Struct):
    evidence: dict[str, str] = {}
    reason: str = ""
    place: str = ""


_decided = msgspec.json.Decoder(_Decided)


def told(conn: Connection, item_ids: Iterable[int]) -> dict[int, Told]:
    """Item id → the item as it can be shown."""
    rows = conn.execute(
        select(
            items.c.id, streams.c.name.label("stream"), containers.c.name.label("container"), items.c.kind,
            items.c.at, items.c.state, items.c.rule, items.c.attempts, items.c.owed_since,
            payloads.c.body, verdicts.c.body.label("verdict"),
        )
        .join(streams, streams.c.id == items.c.stream_id)
        .join(containers, containers.c.id == items.c.container_id)
        .outerjoin(payloads, payloads.c.item_id == items.c.id)
        .outerjoin(verdicts, verdicts.c.item_id == items.c.id)
        .where(among(conn, items.c.id, item_ids))
    ).all()  # fmt: skip
    found = {}
    for row in rows:
        mailbox, title, seen = _shown(row.body)
        found[row.id] = Told(
            id=row.id, stream=row.stream, container=row.container, kind=row.kind, at=row.at,
            name=mailbox.name, address=mailbox.address, title=title,
            state="waiting" if row.owed_since is not None else row.state, rule=row.rule or "",
            evidence=evidence(row.verdict) | seen, attempts=row.attempts,
        )  # fmt: skip
    return found


def evidence(verdict: str | None) -> dict[str, str]:
    """What a stored verdict rests on."""
    if not verdict:
        return {}
    read = _decided.decode(verdict)
    reason = {name: text for name, text in (("reason", read.reason), ("place", read.place)) if text}
    return read.evidence | reason


def _shown(body: str | None) -> tuple[Mailbox, str, dict[str, str]]:
    """Who, what about, and, of what could not be read, its length and hash."""
    if body is None:
        return Mailbox(""), "", {}
    item = decode(body)
    if isinstance(item, Email):
        return item.sender or Mailbox(""), item.subject, {}
    if isinstance(item, Event):
        return item.organizer or Mailbox(""), item.summary, {}
    if isinstance(item, Contact):
        return Mailbox(next(iter(item.emails()), ""), item.name()), "", {}
    assert isinstance(item, Unreadable)
    seen = {"length": str(item.length) if item.length else "", "sha256": item.sha256}
    return Mailbox(""), "", {name: text for name, text in seen.items() if text}
