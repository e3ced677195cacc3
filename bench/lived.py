"""A log grown from an invented network as it would have grown: read by the real connectors, stored, judged and linked
in the order of time, in a SQLite file whose clock stands where the network's time does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select

from connectors.files.ics import CalendarFiles
from connectors.files.mbox import MboxFiles
from connectors.files.stream import FileStream
from connectors.files.vcf import ContactFiles
from interactions.address import canonical
from interactions.decide import decide
from interactions.items import Container, Email, Event, Item, Page
from interactions.queries.folding import fold
from interactions.queries.names import Who
from interactions.rules import RULES_VERSION
from interactions.schema import items
from interactions.settings import load_settings
from interactions.store import accounts, claims, identity, leases, pages, records, ties, word
from interactions.store.addresses import AddressIds
from interactions.store.notes import Note
from interactions.store.opening import open_database
from interactions.store.records import Judged
from sandbox.network import Network, Talk
from sandbox.takeout import write_takeout

_STREAMS = {"file.mbox": MboxFiles, "file.ics": CalendarFiles, "file.vcf": ContactFiles}
_AT_ONCE = 500
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Lived:
    """One network's log; `until` lets time pass."""

    def __init__(self, network: Network, folder: Path) -> None:
        """`folder` is empty: the archive and the database are written there."""
        self.network, self.moment = network, network.life.year.start
        self.db = open_database(load_settings({"KITH_DATA_DIR": str(folder / "data")}))
        event.listen(self.db.engine, "connect", self._set_clock)
        self.db.engine.dispose()
        self.owner_id = accounts.owner(self.db)
        accounts.add_own(self.db, self.owner_id, network.life.owner.addresses)
        write_takeout(network.life, folder)
        self._left = sorted(_read(folder), key=lambda one: one[0])
        ids = accounts.register(self.db, self.owner_id, "archive", str(folder), "archive", list(_STREAMS), None)
        self._streams = dict(zip(sorted(_STREAMS), self._in_order(ids), strict=True))
        self._ids, self._pages = AddressIds(), 0
        self._talks = list(network.talks)
        self._known = {canonical(at): one.id for one in network.life.people for at in one.addresses}
        self._named = {one.name: one.id for one in network.life.people}

    @property
    def now(self) -> int:
        """Seconds since 1970 UTC."""
        return int(self.moment.timestamp())

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def id_of(self, who: Who) -> str:
        """The id in the network of somebody in the log; "" for who is not in it."""
        return self._known.get(who.address) or self._named.get(who.name, "")

    def until(self, moment: datetime) -> None:
        """Everything up to `moment` has happened and is stored, judged, linked and counted."""
        self.moment = moment
        accounts.move_horizons(self.db)
        there = [one for one in self._left if one[0] <= moment]
        self._left = self._left[len(there) :]
        for stream in self._streams:
            found = [item for _, name, item in there if name == stream]
            for start in range(0, len(found), _AT_ONCE):
                self._store(stream, found[start : start + _AT_ONCE])
        while owed := self._owed():
            work = claims.load(self.db, owed)
            judged = [Judged(one.item_id, one.revision, one.item, decide(one.item, one.known), one.copy, one.again,
                             one.before) for one in work]  # fmt: skip
            records.record(self.db, self.owner_id, judged, RULES_VERSION, self._ids)
        for talk in [one for one in self._talks if one.at <= moment]:
            self._talks.remove(talk)
            word.note(self.db, self.owner_id, self._note(talk))
        identity.settle(self.db)
        ties.settle(self.db)

    def _note(self, talk: Talk) -> Note:
        name = self.network.life.person(talk.person).name
        return Note("talked", f"name:{' '.join(fold(name).split())}", name, int(talk.at.timestamp()), False)

    def _store(self, stream: str, found: list[Item]) -> None:
        lease = leases.acquire(self.db, self._streams[stream], "bench", 60)
        assert lease is not None
        [(number, _, _)] = pages.open_containers(self.db, lease, [Container("archive", "archive", 1)])
        self._pages += 1
        page = Page(tuple(found), f"page {self._pages}", first=False, done=1)
        pages.save_page(self.db, lease, number, page, pages.reader(self.db, lease), self._ids)
        leases.release(self.db, lease, state="done", sentence="up to date", due_in=None)

    def _owed(self) -> list[int]:
        with self.db.reading() as conn:
            wanted = select(items.c.id).where(items.c.owed_since.isnot(None)).order_by(items.c.id).limit(_AT_ONCE)
            return list(conn.execute(wanted).scalars())

    def _in_order(self, ids: list[int]) -> list[int]:
        """Stream ids in the order of the streams' names."""
        names = {}
        for number in ids:
            lease = leases.acquire(self.db, number, "bench", 60)
            assert lease is not None
            names[lease.stream] = number
            leases.release(self.db, lease, state="done", sentence="", due_in=None)
        return [names[name] for name in sorted(names)]

    def _set_clock(self, connection: sqlite3.Connection, _record: object) -> None:
        # The store asks SQLite for the time: this answers with the network's.
        connection.create_function("julianday", 1, lambda _: self.moment.timestamp() / 86_400 + 2_440_587.5)
        connection.execute("PRAGMA synchronous = OFF")


def _read(folder: Path) -> Iterator[tuple[datetime, str, Item]]:
    """When each item comes into being, its stream, and the item."""
    for name, made in _STREAMS.items():
        stream: FileStream = made(folder)
        for container in stream.containers():
            for page in stream.pages(container, None):
                for item in page.items:
                    yield _made_at(item), name, item


def _made_at(item: Item) -> datetime:
    if isinstance(item, Email):
        return item.sent_at or _LONG_AGO
    if isinstance(item, Event):
        start = item.start if isinstance(item.start, datetime) else _LONG_AGO
        return item.updated or start - timedelta(days=7)
    return _LONG_AGO
