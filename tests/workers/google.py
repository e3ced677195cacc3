"""What the tests of Google's streams share: a world that is served, an account connected to it, and pulls by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, text, update

from connectors.google.api import Online
from connectors.google.oauth import ASKED, SCOPES, Client, Token
from connectors.rate import LocalLedger
from interactions.items import Contact, Email, Event, Unreadable
from interactions.prepare import decode
from interactions.schema import accounts as account_table
from interactions.schema import containers, items, payloads, streams
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from sandbox.google.oauth import CLIENT_ID, CLIENT_SECRET, PROJECT
from sandbox.google.server import serve
from sandbox.google.world import Account, Google
from tests.workers.parts import owed_ids
from workers.broker import Queue, make_broker
from workers.classify import classify
from workers.context import Context
from workers.pull import pull

ANN = "ann@example.org"


def google_settings(url: str, **more: Any) -> dict[str, Any]:
    """Settings that lead to a served world."""
    return {
        "google_authorization_url": f"{url}/o/oauth2/v2/auth", "google_token_url": f"{url}/token",
        "google_revoke_url": f"{url}/revoke", "google_userinfo_url": f"{url}/v1/userinfo",
        "google_gmail_root": url, "google_calendar_root": url, "google_people_root": url, **more,
    }  # fmt: skip


class World:
    """A Google on a loopback port, one account of it connected, its streams pulled step by step."""

    def __init__(self, google: Google, context: Context, owner_id: int, account_id: int) -> None:
        self.google, self.context, self.db = google, context, context.db
        self.owner_id, self.account_id = owner_id, account_id

    @property
    def account(self) -> Account:
        """The account on the other side."""
        return self.google.only()

    def pull(self, *names: str, until_rest: bool = True) -> None:
        """Pull streams (all of them unless named) until nothing is due at once, and judge what is owed."""
        for _ in range(200):
            due = self._due(names)
            for stream_id in due:
                pull(self.context, stream_id)
            if owed := owed_ids(self.db):
                classify(self.context, owed)
            elif not due or not until_rest:
                return
        raise AssertionError("no rest")

    def look(self, *names: str) -> None:
        """The time has come to look for something new."""
        with self.db.writing() as conn:
            wanted = update(streams).where(streams.c.due_at.isnot(None))
            conn.execute((wanted.where(streams.c.name.in_(names)) if names else wanted).values(due_at=0))
            conn.execute(text("UPDATE backlog SET next_at = NULL"))
        self.pull(*names)

    def online(self) -> Online:
        """The account as a connector gets it."""
        settings = self.context.settings
        tokens = credentials.Credentials(self.db, load_key(settings), self.account_id)
        client = Client(CLIENT_ID, CLIENT_SECRET, PROJECT)
        return Online(settings, client, tokens, LocalLedger(), self.account.subject, self.account.address)

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


def connect(
    db: Database, google: Google, settings: Settings, *, scopes: Sequence[str] = ASKED, since: int | None = None,
    owner: str = "me", skip_bulk: bool = False,
) -> tuple[int, int]:  # fmt: skip
    """Connect the world's account without its page; (owner id, account id)."""
    key = load_key(settings)
    client = Client(CLIENT_ID, CLIENT_SECRET, PROJECT)
    credentials.save_client(db, key, "google", msgspec.json.encode(client))
    account = google.only()
    grant = google.grant(account, tuple(scopes))
    secret = msgspec.json.encode(Token(grant.refresh_token, scope=" ".join(scopes)))
    owner_id = accounts.owner(db, owner)
    consent = connections.Consent(
        "google", account.subject, account.address, " ".join(scopes), secret, tuple(SCOPES), since=since,
        skip_bulk=skip_bulk,
    )  # fmt: skip
    account_id, _ = connections.connect(db, key, owner_id, consent)
    accounts.add_own(db, owner_id, [account.address])
    with db.writing() as conn:
        conn.execute(update(account_table).where(account_table.c.id == account_id).values(connected_at=0))
    return owner_id, account_id


@contextmanager
def world(db: Database, folder: Path, redis_url: str, google: Google | None = None, **more: Any) -> Iterator[World]:
    """A served world and an account connected to it."""
    google = google or Google()
    if not google.accounts:
        google.add_account(ANN)
    account = {name: more.pop(name) for name in ("scopes", "since", "skip_bulk") if name in more}
    with serve(google) as running:
        chosen = google_settings(running.url, request_seconds=5.0)
        settings = Settings(data_dir=folder, broker_url=redis_url, **{**chosen, **more})
        context = Context(settings, db, Queue(make_broker(redis_url)))
        context.__dict__["ledger"] = LocalLedger()
        owner_id, account_id = connect(db, google, settings, **account)
        yield World(google, context, owner_id, account_id)
