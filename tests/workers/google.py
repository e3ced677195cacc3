"""What the tests of Google's streams share: a world that is served, an account connected to it, and pulls by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import update

from connectors.google.api import Online
from connectors.google.oauth import ASKED, SCOPES, Client, Token
from connectors.rate import LocalLedger
from interactions.schema import accounts as account_table
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from sandbox.google.oauth import CLIENT_ID, CLIENT_SECRET, PROJECT
from sandbox.google.server import serve
from sandbox.google.world import Account, Google
from tests.workers.streams import Streams
from workers.broker import Queue, make_broker
from workers.context import Context

ANN = "ann@example.org"


def google_settings(url: str, **more: Any) -> dict[str, Any]:
    """Settings that lead to a served world."""
    return {
        "google_authorization_url": f"{url}/o/oauth2/v2/auth", "google_token_url": f"{url}/token",
        "google_revoke_url": f"{url}/revoke", "google_userinfo_url": f"{url}/v1/userinfo",
        "google_gmail_root": url, "google_calendar_root": url, "google_people_root": url, **more,
    }  # fmt: skip


class World(Streams):
    """A Google on a loopback port and one account of it connected."""

    def __init__(self, google: Google, context: Context, owner_id: int, account_id: int) -> None:
        super().__init__(context, owner_id, account_id)
        self.google = google

    @property
    def account(self) -> Account:
        """The account on the other side."""
        return self.google.only()

    def online(self) -> Online:
        """The account as a connector gets it."""
        settings = self.context.settings
        tokens = credentials.Credentials(self.db, load_key(settings), self.account_id)
        client = Client(CLIENT_ID, CLIENT_SECRET, PROJECT)
        return Online(settings, client, tokens, LocalLedger(), self.account.subject, self.account.address)


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
