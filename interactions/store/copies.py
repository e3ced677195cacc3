"""The stored mails that could be copies of some, found in the database around them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from interactions.copies import SHIFT_MAX, Copy, groups
from interactions.keys import content_near
from interactions.schema import items
from interactions.store.database import among

_COLUMNS = (
    items.c.id, items.c.copy_key, items.c.content_key, func.coalesce(items.c.at, 0), items.c.counts,
    items.c.external_id,
)  # fmt: skip


def touched(conn: Connection, owner_id: int, item_ids: Iterable[int]) -> list[list[Copy]]:
    """Every group of counting copies that the mails `item_ids` belong to, or whose members they can decide about.

    A mail decides who is first among mails of its content up to a day later. Groups are found whole: their members'
    own copies are looked for until nothing new turns up.
    """
    moving = _by_id(conn, item_ids)
    found: dict[int, Copy] = {copy.item_id: copy for copy in moving}
    asked: set[int] = set()
    expanded: set[int] = set()
    frontier: Iterable[Copy] = moving
    while True:
        expanded.update([copy.item_id for copy in frontier])
        keys = {key for copy in frontier for key in _keys(copy)} - asked
        for copy in _alike(conn, owner_id, keys):
            found[copy.item_id] = copy
        asked |= keys
        near = _near(found.values(), moving)
        whole = [
            group
            for group in groups([copy for copy in found.values() if copy.counts])
            if any(copy.item_id in near for copy in group)
        ]
        frontier = [copy for group in whole for copy in group if copy.item_id not in expanded]
        if asked.issuperset(key for copy in frontier for key in _keys(copy)):
            return whole


def _keys(copy: Copy) -> list[int]:
    """Under what its copies are found: one space for both kinds, since 64-bit hashes do not meet by chance."""
    keys = [] if copy.content_key is None else list(content_near(copy.content_key))
    if copy.copy_key is not None:
        keys.append(copy.copy_key)
    return keys


def _near(found: Iterable[Copy], moving: Iterable[Copy]) -> set[int]:
    """Ids of the moving mails, and of mails of the same content up to twice the shift after one of them."""
    near = {copy.item_id for copy in moving}
    times: dict[int, list[int]] = {}
    for copy in moving:
        if (base := copy.base()) is not None:
            times.setdefault(base, []).append(copy.at)
    for copy in found:
        if copy.item_id in near or (base := copy.base()) is None:
            continue
        if any(0 <= copy.at - at <= 2 * SHIFT_MAX for at in times.get(base, ())):
            near.add(copy.item_id)
    return near


def _by_id(conn: Connection, item_ids: Iterable[int]) -> list[Copy]:
    chosen = select(*_COLUMNS).where(among(conn, items.c.id, item_ids), items.c.kind == "email")
    return [Copy(*row) for row in conn.execute(chosen).all()]


def _alike(conn: Connection, owner_id: int, keys: set[int]) -> list[Copy]:
    if not keys:
        return []
    mine = items.c.owner_id == owner_id
    by_copy = select(*_COLUMNS).where(among(conn, items.c.copy_key, keys), mine)
    by_content = select(*_COLUMNS).where(among(conn, items.c.content_key, keys), mine)
    return [Copy(*row) for row in conn.execute(by_copy.union(by_content)).all()]
