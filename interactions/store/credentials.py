"""Secrets of accounts and of the owner's client registrations, sealed; a lock so that one process renews at a time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from interactions.errors import ConsentGone, RateLimited
from interactions.schema import clients, credentials
from interactions.secret import Key, open_sealed, seal
from interactions.store.database import Database, insert, now

#: Seconds one renewal may take before another process may try: two at once do no harm, a dead one holds up nobody for
#: long.
_HELD = 10.0
#: Seconds between looks at whether the other one is done, and how long that is waited for before coming back later.
_LOOK, _PATIENCE, _LATER = 0.05, 2.0, 3.0


class Credentials(Struct, frozen=True):
    """One account's secret. Implements `connectors.protocol.TokenStore`."""

    db: Database
    key: Key
    account_id: int

    def load(self) -> bytes:
        """The secret as it was saved last. Raises ConsentGone, WrongKey, BrokenDatabase."""
        with self.db.reading() as conn:
            sealed = conn.execute(
                select(credentials.c.sealed).where(credentials.c.account_id == self.account_id)
            ).scalar()
        if sealed is None:
            raise ConsentGone("This account is not connected any more.")
        return open_sealed(self.key, bytes(sealed), self._bound())

    def save(self, secret: bytes) -> None:
        """Keep `secret` instead, if the account is still connected."""
        sealed = seal(self.key, secret, self._bound())

        def change(conn: Connection) -> None:
            mine = update(credentials).where(credentials.c.account_id == self.account_id)
            conn.execute(mine.values(sealed=sealed, key_id=self.key.id, saved_at=int(now(conn))))

        self.db.write(change)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else renews, and keep others from it until the block ends. Raises RateLimited.

        A lock with an end: a process that is killed holds up the others for ten seconds at most.
        """
        holder = uuid.uuid4().hex
        until = time.monotonic() + _PATIENCE
        while not self._take(holder):
            if time.monotonic() > until:
                later = datetime.now(UTC) + timedelta(seconds=_LATER)
                raise RateLimited("another process is renewing the consent", later)
            time.sleep(_LOOK)
        try:
            yield
        finally:
            self.db.write(lambda conn: self._give_back(conn, holder))

    def put(self, conn: Connection, secret: bytes) -> None:
        """Store the first secret of an account, or the one of a new consent."""
        row = (self.account_id, self.key.id, seal(self.key, secret, self._bound()), int(now(conn)))
        end = (
            "ON CONFLICT (account_id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,"
            " saved_at = excluded.saved_at"
        )
        insert(conn, credentials, ("account_id", "key_id", "sealed", "saved_at"), [row], end)

    def _take(self, holder: str) -> bool:
        def change(conn: Connection) -> bool:
            clock = now(conn)
            free = or_(credentials.c.held_until.is_(None), credentials.c.held_until < clock)
            mine = update(credentials).where(credentials.c.account_id == self.account_id, free)
            if conn.execute(mine.values(held_until=clock + _HELD, held_by=holder)).rowcount == 1:
                return True
            there = select(credentials.c.account_id).where(credentials.c.account_id == self.account_id)
            if conn.execute(there).first() is None:
                raise ConsentGone("This account is not connected any more.")
            return False

        return self.db.write(change)

    def _give_back(self, conn: Connection, holder: str) -> None:
        mine = update(credentials).where(credentials.c.account_id == self.account_id, credentials.c.held_by == holder)
        conn.execute(mine.values(held_until=None, held_by=None))

    def _bound(self) -> str:
        return f"credentials/{self.account_id}/sealed"


def forget(conn: Connection, account_id: int) -> None:
    """Delete an account's secret."""
    conn.execute(delete(credentials).where(credentials.c.account_id == account_id))


def connected(db: Database, account_id: int) -> bool:
    """Whether there is a secret of this account."""
    with db.reading() as conn:
        chosen = select(credentials.c.account_id).where(credentials.c.account_id == account_id)
        return conn.execute(chosen).first() is not None


def save_client(db: Database, key: Key, provider: str, registration: bytes) -> None:
    """Keep the owner's client registration with a provider."""
    sealed = seal(key, registration, f"clients/{provider}/sealed")
    end = (
        "ON CONFLICT (provider) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,"
        " saved_at = excluded.saved_at"
    )

    def change(conn: Connection) -> None:
        rows = [(provider, key.id, sealed, int(now(conn)))]
        insert(conn, clients, ("provider", "key_id", "sealed", "saved_at"), rows, end)

    db.write(change)


def load_client(db: Database, key: Key, provider: str) -> bytes | None:
    """The client registration, None when there is none. Raises WrongKey, BrokenDatabase."""
    with db.reading() as conn:
        sealed = conn.execute(select(clients.c.sealed).where(clients.c.provider == provider)).scalar()
    return None if sealed is None else open_sealed(key, bytes(sealed), f"clients/{provider}/sealed")
