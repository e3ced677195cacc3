"""What the log rests on, in the sources' own ids: to hold it against what a source is known to contain."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import case, func, select

from interactions.items import Email, Event
from interactions.prepare import decode
from interactions.schema import addresses, interactions, items, participants, payloads, sources, streams
from interactions.store.database import Database


class Supported(Struct, frozen=True):
    """The log by the ids its sources use."""

    #: Message-IDs of mails in the log.
    mails: frozenset[str]
    #: (iCalUID, start in seconds since 1970 UTC) of meetings in the log.
    meetings: frozenset[tuple[str, int]]
    #: Canonical addresses of everybody in the log.
    addresses: frozenset[str]


def supported(db: Database, owner_id: int) -> Supported:
    """Everything in the owner's log, planned meetings among it."""
    mails: set[str] = set()
    meetings: set[tuple[str, int]] = set()
    with db.reading() as conn:
        rows = conn.execute(
            select(payloads.c.body, interactions.c.at)
            .join(sources, sources.c.item_id == payloads.c.item_id)
            .join(interactions, interactions.c.id == sources.c.interaction_id)
            .join(items, items.c.id == payloads.c.item_id)
            .where(interactions.c.owner_id == owner_id)
        )
        for body, at in rows:
            item = decode(body)
            if isinstance(item, Email):
                mails.add(item.message_id)
            elif isinstance(item, Event):
                meetings.add((item.uid, at))
        people = conn.execute(
            select(addresses.c.canonical)
            .distinct()
            .join(participants, participants.c.address_id == addresses.c.id)
            .where(addresses.c.owner_id == owner_id)
        ).scalars()
        return Supported(frozenset(mails), frozenset(meetings), frozenset(people))


def same_mail_other_id(db: Database, owner_id: int) -> tuple[int, int]:
    """Of mails that both a Takeout archive and a connected Gmail mailbox have: how many under one id, how many not."""
    there, here = items.alias("there"), items.alias("here")
    archive, account = streams.alias("archive"), streams.alias("account")
    pairs = (
        select(case((there.c.external_id == here.c.external_id, 1), else_=0), func.count())
        .select_from(there)
        .join(here, (here.c.copy_key == there.c.copy_key) & (here.c.owner_id == there.c.owner_id))
        .join(archive, archive.c.id == there.c.stream_id)
        .join(account, account.c.id == here.c.stream_id)
        .where(there.c.owner_id == owner_id, archive.c.name == "file.mbox", account.c.name == "google.mail")
        # Mails of other archives have ids made of their headers.
        .where(there.c.external_id.notlike("h%"))
        .group_by(case((there.c.external_id == here.c.external_id, 1), else_=0))
    )
    with db.reading() as conn:
        found = {int(same): int(count) for same, count in conn.execute(pairs)}
    return found.get(1, 0), found.get(0, 0)


def instant(text: str) -> int:
    """Seconds since 1970 UTC of an RFC 3339 time, or of midnight UTC of a date."""
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00Z")
    return int(moment.timestamp())
