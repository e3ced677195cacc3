"""Addresses as ids: found or made in bulk, remembered by process until the database's epoch moves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from interactions.schema import addresses, meta
from interactions.store.database import among, insert

#: Entries kept per thread: some 3 MB at the most.
_CACHE_MAX = 12_000
#: Hashes kept per thread: some 5 MB at the most.
_NAMES_MAX = 50_000


class AddressIds:
    """Canonical address → id of one owner's addresses."""

    def __init__(self) -> None:
        self._ids: dict[tuple[int, str], int] = {}
        self._epoch = ""
        self._names: set[int] = set()

    def ids(self, conn: Connection, owner_id: int, wanted: Iterable[str]) -> dict[str, int]:
        """Ids of all `wanted` canonical addresses; those not there yet are made. Inside a write transaction.

        Nothing new is remembered before it is committed: call `remember` after the commit.
        """
        self._follow(conn)
        known = self._ids
        found: dict[str, int] = {}
        missing: list[str] = []
        for canonical in set(wanted):
            known_id = known.get((owner_id, canonical))
            if known_id is None:
                missing.append(canonical)
            else:
                found[canonical] = known_id
        if missing:
            found |= _find_or_make(conn, owner_id, sorted(missing))
        return found

    def remember(self, owner_id: int, ids: dict[str, int]) -> None:
        """Keep ids that are now committed."""
        if len(self._ids) + len(ids) > _CACHE_MAX:
            self._ids.clear()
        for canonical, address_id in ids.items():
            self._ids[owner_id, canonical] = address_id

    def news(self, owner_id: int, called: Iterable[tuple[str, str]]) -> set[int]:
        """Those pairs of an address and its name that this process has not met yet, as hashes."""
        return {hash((owner_id, *one)) for one in called} - self._names

    def remember_names(self, met: set[int]) -> None:
        """Keep pairs that are now committed."""
        if len(self._names) + len(met) > _NAMES_MAX:
            self._names.clear()
        self._names |= met

    def _follow(self, conn: Connection) -> None:
        epoch = read_epoch(conn)
        if epoch != self._epoch:
            self._ids.clear()
            self._epoch = epoch


def read_epoch(conn: Connection) -> str:
    """The database's epoch: another one means that rows were taken away behind caches."""
    return conn.execute(select(meta.c.value).where(meta.c.name == "epoch")).scalar() or "0"


def next_epoch(conn: Connection) -> None:
    """Make every process forget the ids it remembers (after a purge or a restore)."""
    epoch = str(int(read_epoch(conn)) + 1)
    conn.execute(update(meta).where(meta.c.name == "epoch").values(value=epoch))


def _find_or_make(conn: Connection, owner_id: int, missing: list[str]) -> dict[str, int]:
    # The rules know what an office's address looks like; few commands need them.
    from interactions.roles import is_role

    found = _find(conn, owner_id, missing)
    fresh = [(owner_id, canonical, is_role(canonical)) for canonical in missing if canonical not in found]
    if fresh:
        insert(
            conn, addresses, ("owner_id", "canonical", "role"), fresh, "ON CONFLICT (owner_id, canonical) DO NOTHING"
        )
        found |= _find(conn, owner_id, [canonical for _, canonical, _ in fresh])
    return found


def _find(conn: Connection, owner_id: int, wanted: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 1_000):
        part = wanted[start : start + 1_000]
        rows = conn.execute(
            select(addresses.c.canonical, addresses.c.id).where(
                addresses.c.owner_id == owner_id, among(conn, addresses.c.canonical, part)
            )
        )
        found.update([(row[0], row[1]) for row in rows.all()])
    return found
