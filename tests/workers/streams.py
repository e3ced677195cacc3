"""What the tests of every provider's streams share: pulls by hand, and looks at what they left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text, update

from interactions.items import Contact, Email, Event, Unreadable
from interactions.prepare import decode
from interactions.schema import containers, items, payloads, streams
from interactions.store import accounts, identity, ties
from tests.workers.parts import owed_ids
from workers.classify import classify
from workers.context import Context
from workers.pull import pull


class Streams:
    """The streams of connected accounts, pulled step by step."""

    def __init__(self, context: Context, owner_id: int, account_id: int) -> None:
        self.context, self.db = context, context.db
        self.owner_id, self.account_id = owner_id, account_id

    def pull(self, *names: str, until_rest: bool = True) -> None:
        """Pull streams (all of them unless named) until nothing is due at once, and judge what is owed."""
        for _ in range(200):
            due = self._due(names)
            for stream_id in due:
                pull(self.context, stream_id)
            if owed := owed_ids(self.db):
                classify(self.context, owed)
            elif not due or not until_rest:
                identity.settle(self.db)
                ties.settle(self.db)
                return
        raise AssertionError("no rest")

    def look(self, *names: str) -> None:
        """The time has come to look for something new."""
        with self.db.writing() as conn:
            wanted = update(streams).where(streams.c.due_at.isnot(None))
            conn.execute((wanted.where(streams.c.name.in_(names)) if names else wanted).values(due_at=0))
            conn.execute(text("UPDATE backlog SET next_at = NULL"))
        self.pull(*names)

    def _due(self, names: Sequence[str]) -> list[int]:
        found = accounts.due(self.db, 0.0)
        return [one.stream_id for one in found if not names or one.name in names]

    def stream(self, name: str) -> Any:
        """A stream's row."""
        with self.db.reading() as conn:
            return conn.execute(select(streams).where(streams.c.name == name)).one()

    def cursor(self, name: str) -> str:
        """Where a stream of one container stands."""
        with self.db.reading() as conn:
            chosen = select(containers.c.cursor).join(streams, streams.c.id == containers.c.stream_id)
            return str(conn.execute(chosen.where(streams.c.name == name)).scalars().first())

    def states(self, name: str) -> dict[str, str]:
        """State of every item of a stream by its id."""
        with self.db.reading() as conn:
            chosen = select(items.c.external_id, items.c.state).join(streams, streams.c.id == items.c.stream_id)
            return {row[0]: row[1] for row in conn.execute(chosen.where(streams.c.name == name))}

    def live(self, name: str) -> set[str]:
        """Ids of what is there."""
        return {id for id, state in self.states(name).items() if state != "gone"}

    def item(self, id: str) -> Email | Event | Contact | Unreadable:
        """One item as it is stored."""
        with self.db.reading() as conn:
            chosen = select(payloads.c.body).join(items, items.c.id == payloads.c.item_id)
            return decode(conn.execute(chosen.where(items.c.external_id == id)).scalar_one())

    def log(self) -> list[tuple[str, str, str]]:
        """(kind, direction, title) of every interaction, in order of time."""
        with self.db.reading() as conn:
            rows = conn.execute(text("SELECT kind, direction, title FROM interactions ORDER BY at, title"))
            return [(row[0], row[1], row[2]) for row in rows]
