"""Streams of one owner fed page by page, judged by the real rules: what a pull and a classify worker do, in steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, text

from interactions.decide import decide
from interactions.items import Container, Item, Page
from interactions.rules import RULES_VERSION
from interactions.schema import items, metadata
from interactions.store import accounts, claims, identity, leases, pages, records, ties
from interactions.store.addresses import AddressIds
from interactions.store.claims import Work
from interactions.store.database import Database
from interactions.store.leases import Lease
from interactions.store.pages import Saved
from interactions.store.records import Judged

ME = "me@home.example"
#: Series are unfolded around this day, whatever day the tests run on.
HORIZON = "2026-03-16"


class Source:
    """One stream of an owner: pages are saved into its containers one after the other."""

    def __init__(
        self,
        db: Database,
        name: str = "file.mbox",
        *,
        owner: str = "me",
        subject: str = "/archive",
        since: int | None = None,
    ) -> None:
        self.db, self.name = db, name
        self.owner_id = accounts.owner(db, owner)
        accounts.add_own(db, self.owner_id, [ME])
        provider = "archive" if name.startswith("file.") else name.partition(".")[0]
        [self.stream_id] = accounts.register(db, self.owner_id, provider, subject, "An account", [name], since)
        with db.writing() as conn:
            conn.execute(text("UPDATE owners SET horizon = :day"), {"day": HORIZON})
        self.ids = AddressIds()
        self.pages = 0
        self._containers: dict[str, int] = {}

    def lease(self) -> Lease:
        """The stream, whoever held it before."""
        lease = leases.acquire(self.db, self.stream_id, "test", -1)
        assert lease is not None
        return lease

    def container(self, lease: Lease, name: str = "inbox") -> int:
        """Id of a container, made when it is new."""
        if name not in self._containers:
            listed = [Container(one, one) for one in (*self._containers, name)]
            self._containers = {one.id: number for number, one, _ in pages.open_containers(self.db, lease, listed)}
        return self._containers[name]

    def save(
        self, *found: Item, container: str = "inbox", first: bool = False, complete: bool = False, cursor: str = ""
    ) -> Saved:
        """One page under a lease that is taken over from whoever had the stream."""
        lease = self.lease()
        number = self.container(lease, container)
        self.pages += 1
        page = Page(tuple(found), cursor or f"after {self.pages}", first=first, complete=complete)
        return pages.save_page(self.db, lease, number, page, pages.reader(self.db, lease), self.ids)

    def listing(self, *found: Item, container: str = "inbox") -> Saved:
        """A full listing in one page."""
        return self.save(*found, container=container, first=True, complete=True)

    def log(self, *found: Item, container: str = "inbox") -> None:
        """A page saved and judged."""
        self.save(*found, container=container)
        judge_all(self.db)


def expire(db: Database) -> None:
    """Every claim runs out."""
    with db.writing() as conn:
        conn.execute(text("UPDATE items SET claimed_until = 0 WHERE claimed_until IS NOT NULL"))


def owed(db: Database) -> list[int]:
    """Ids of everything that is owed."""
    with db.reading() as conn:
        return list(
            conn.execute(select(items.c.id).where(items.c.owed_since.isnot(None)).order_by(items.c.id)).scalars()
        )


def take(db: Database, item_ids: Sequence[int]) -> list[Work]:
    """Claim items and load what could be claimed."""
    mine = [claim.item_id for claim in claims.claim(db, item_ids, 60, 4)]
    return claims.load(db, mine) if mine else []


def judged(works: Iterable[Work]) -> list[Judged]:
    """Verdicts of the real rules."""
    return [
        Judged(one.item_id, one.revision, one.item, decide(one.item, one.known), one.copy, one.again, one.before)
        for one in works
    ]


def record(db: Database, works: Iterable[Work], rules: int = RULES_VERSION) -> int:
    """Judge and record, owner by owner; returns how many verdicts stood."""
    by_owner: dict[int, list[Work]] = {}
    for work in works:
        by_owner.setdefault(work.owner_id, []).append(work)
    return sum(
        records.record(db, owner_id, judged(several), rules, AddressIds()) for owner_id, several in by_owner.items()
    )


def judge_all(db: Database, batch: int = 500) -> None:
    """Bring the log to rest."""
    for _ in range(60):
        rung = claims.ring(db, 10_000, -1, batch)
        if not rung:
            break
        for bell in rung:
            record(db, take(db, bell.item_ids))
    identity.settle(db)
    ties.settle(db)
    assert owed(db) == []


def emptied(db: Database) -> None:
    """Take every row away, so that one database serves many examples."""
    with db.writing() as conn:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
        conn.execute(text("INSERT INTO meta (name, value) VALUES ('epoch', '1'), ('log', '0')"))


def rows(db: Database, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a query finds, as plain tuples."""
    with db.reading() as conn:
        return [tuple(row) for row in conn.execute(text(statement), values)]


def states(db: Database) -> dict[str, str]:
    """External id → state of every item."""
    return {str(row[0]): str(row[1]) for row in rows(db, "SELECT external_id, state FROM items")}


def holding(db: Database, *words: str) -> list[str]:
    """The columns of the database, of whatever type, in which one of the words stands."""
    found = []
    with db.reading() as conn:
        for table in metadata.sorted_tables:
            for row in conn.execute(select(table)).mappings():
                for column, value in row.items():
                    shown = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    if any(word.casefold() in shown.casefold() for word in words):
                        found.append(f"{table.name}.{column}")
    return found
