"""The stored mails that could be copies of some, found in the database around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.copies import SHIFT_MAX, Copy, groups
from interactions.keys import content_near
from interactions.schema import items, meta
from interactions.store.database import Database, among

_COLUMNS = (
    items.c.id, items.c.copy_key, items.c.content_key, func.coalesce(items.c.at, 0), items.c.counts,
    items.c.external_id,
)  # fmt: skip


class Foreseen(Struct, frozen=True):
    """Groups looked up before the write lock was taken, and what the log was like then."""

    stamp: str
    moving: frozenset[int]
    whole: list[list[Copy]]


def foresee(db: Database, owner_id: int, moving: Sequence[Copy]) -> Foreseen | None:
    """What `touched` will find, if nothing counts anew until then. On SQLite only, where all writers share one lock:
    this is the dearest part of a batch and needs none.
    """
    if not db.sqlite or not moving:
        return None
    with db.reading() as conn:
        known = stamp(conn)
        return Foreseen(known, frozenset(copy.item_id for copy in moving), touched(conn, owner_id, moving))


def stamp(conn: Connection) -> str:
    """Another one means that other items count than before."""
    rows = conn.execute(select(meta.c.value).where(meta.c.name.in_(("epoch", "log"))).order_by(meta.c.name))
    return ".".join(rows.scalars())


def restamp(conn: Connection) -> None:
    """Say that other items count than before. On PostgreSQL nobody asks, and one row would line all writers up."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'log'")


def touched(conn: Connection, owner_id: int, moving: Sequence[Copy]) -> list[list[Copy]]:
    """Every group of counting copies that the mails `moving` belong to or may have left, or can decide about.

    A mail decides who is first among mails of its content up to a day later. Groups are found whole: their members'
    own copies are looked for until nothing new turns up.
    """
    found: dict[int, Copy] = {copy.item_id: copy for copy in moving}
    own = set(found)
    asked: set[int] = set()
    whole: list[list[Copy]] = []
    wanted = {key for copy in moving for key in keys(copy)}
    while wanted:
        known = len(found)
        for copy in _alike(conn, owner_id, wanted):
            found.setdefault(copy.item_id, copy)
        asked |= wanted
        if whole and len(found) == known:
            break
        whole = _around(found, moving)
        # A moving mail alone in its group has been asked about; everybody else's own copies have not.
        others = [copy for group in whole for copy in group if len(group) > 1 or copy.item_id not in own]
        wanted = {key for copy in others for key in keys(copy)} - asked
    return whole or _around(found, moving)


def by_id(conn: Connection, item_ids: Iterable[int]) -> list[Copy]:
    """The mails of these ids."""
    chosen = select(*_COLUMNS).where(among(conn, items.c.id, item_ids), items.c.kind == "email")
    return [Copy(*row) for row in conn.execute(chosen).all()]


def _around(found: dict[int, Copy], moving: Sequence[Copy]) -> list[list[Copy]]:
    """Groups that hold a moving mail, a copy of one, or one of its content from the shift before to twice it after."""
    counting = [copy for copy in found.values() if copy.counts]
    near = _near(counting, moving)
    return [group for group in groups(counting) if any(copy.item_id in near for copy in group)]


def keys(copy: Copy) -> list[int]:
    """Under what its copies are found: one space for both kinds, since 64-bit hashes do not meet by chance."""
    found = [] if copy.content_key is None else list(content_near(copy.content_key))
    if copy.copy_key is not None:
        found.append(copy.copy_key)
    return found


def _near(counting: Sequence[Copy], moving: Sequence[Copy]) -> set[int]:
    near = {copy.item_id for copy in moving}
    others = [copy for copy in counting if copy.item_id not in near]
    if not others:
        return near
    times: dict[int | None, list[int]] = {}
    named = {copy.copy_key for copy in moving if copy.copy_key is not None}
    for copy in moving:
        if (base := copy.base()) is not None:
            times.setdefault(base, []).append(copy.at)
    for copy in others:
        base = copy.base()
        # Earlier ones too: a mail that no longer counts leaves a group whose first it may not have been.
        if copy.copy_key in named or any(-SHIFT_MAX <= copy.at - at <= 2 * SHIFT_MAX for at in times.get(base, ())):
            near.add(copy.item_id)
    return near


def _alike(conn: Connection, owner_id: int, wanted: set[int]) -> list[Copy]:
    if not wanted:
        return []
    mine = items.c.owner_id == owner_id
    by_copy = select(*_COLUMNS).where(among(conn, items.c.copy_key, wanted), mine)
    by_content = select(*_COLUMNS).where(among(conn, items.c.content_key, wanted), mine)
    return [Copy(*row) for row in conn.execute(by_copy.union(by_content)).all()]
