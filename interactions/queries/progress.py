"""How far reading and judging have come, cheap enough to be asked a few times a second."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import func, select

from interactions.items import WANTED
from interactions.schema import accounts, backlog, containers, interactions, items, streams
from interactions.store.database import Database


class Reading(Struct, frozen=True):
    """How far one stream has come."""

    stream_id: int
    name: str
    state: str
    #: Units of the containers (bytes of files); a total of 0 is not known.
    done: int
    total: int
    seen: int
    #: Of `seen`, still to be judged.
    owed: int
    #: Named by the source and still to be fetched; None where items come as they are read.
    left: int | None = None
    #: What there is to say beside the numbers, as the stream has it.
    sentence: str = ""


class Archive(Struct, frozen=True):
    """An archive that was imported before."""

    account_id: int
    since: int | None
    stream_ids: tuple[int, ...]


def readings(db: Database, stream_ids: Sequence[int]) -> tuple[Reading, ...]:
    """The streams' progress, in the order of their ids."""
    with db.reading() as conn:
        rows = conn.execute(
            select(streams.c.id, streams.c.name, streams.c.state, streams.c.sentence).where(
                streams.c.id.in_(stream_ids)
            )
        )
        known = {row[0]: (row[1], row[2], row[3]) for row in rows}
        far = {
            row[0]: (int(row[1] or 0), int(row[2] or 0))
            for row in conn.execute(
                select(containers.c.stream_id, func.sum(containers.c.done), func.sum(containers.c.total))
                .where(containers.c.stream_id.in_(stream_ids), containers.c.included)
                .group_by(containers.c.stream_id)
            )
        }
        counted = select(items.c.stream_id, func.count()).where(items.c.stream_id.in_(stream_ids))
        counted = counted.group_by(items.c.stream_id)
        seen = {row[0]: row[1] for row in conn.execute(counted)}
        owed = {row[0]: row[1] for row in conn.execute(counted.where(items.c.owed_since.isnot(None)))}
        refs = select(backlog.c.stream_id, func.count()).where(
            backlog.c.stream_id.in_(stream_ids), backlog.c.lane == WANTED
        )
        left = {row[0]: row[1] for row in conn.execute(refs.group_by(backlog.c.stream_id))}
    return tuple(
        Reading(
            one, name, state, *far.get(one, (0, 0)), seen.get(one, 0), owed.get(one, 0),
            None if name.startswith("file.") else left.get(one, 0), sentence,
        )
        for one, (name, state, sentence) in sorted(known.items())
    )  # fmt: skip


def owed(db: Database, owner_id: int) -> int:
    """How many items of the owner are to be judged."""
    with db.reading() as conn:
        mine = (items.c.owner_id == owner_id, items.c.owed_since.isnot(None))
        return int(conn.execute(select(func.count()).select_from(items).where(*mine)).scalar_one())


def logged(db: Database, owner_id: int) -> int:
    """How many interactions the owner has, planned ones among them."""
    with db.reading() as conn:
        there = interactions.c.owner_id == owner_id
        return int(conn.execute(select(func.count()).select_from(interactions).where(there)).scalar_one())


def archive(db: Database, owner_id: int, subject: str) -> Archive | None:
    """The archive at path `subject`, None when it was never imported."""
    with db.reading() as conn:
        row = conn.execute(
            select(accounts.c.id, accounts.c.since).where(
                accounts.c.owner_id == owner_id, accounts.c.provider == "archive", accounts.c.subject == subject
            )
        ).first()
        if row is None:
            return None
        ids = conn.execute(select(streams.c.id).where(streams.c.account_id == row.id).order_by(streams.c.id)).scalars()
        return Archive(row.id, row.since, tuple(ids))
