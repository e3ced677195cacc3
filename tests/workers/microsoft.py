"""What the tests of Microsoft's streams share: a world that is served, and an account connected to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import update

from connectors.http import Http
from connectors.microsoft.entra import ASKED, SCOPES, Client
from connectors.microsoft.graph import Connected
from connectors.microsoft.login import App
from connectors.rate import LocalLedger
from connectors.slots import LocalSlots
from interactions.schema import accounts as account_table
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from sandbox.microsoft.server import Running, serve
from sandbox.microsoft.world import CLIENT_ID, Account, Microsoft
from tests.workers.streams import Streams
from workers.broker import Queue, make_broker
from workers.context import Context

ANN = "ann@work.example"
MAIL, CALENDAR, CONTACTS = "microsoft.mail", "microsoft.calendar", "microsoft.contacts"


def microsoft_settings(running: Running, **more: Any) -> dict[str, Any]:
    """Settings that lead to a served world."""
    return {
        "microsoft_authority_root": running.url, "microsoft_graph_root": f"{running.url}/v1.0",
        "ca_file": running.ca_file, **more,
    }  # fmt: skip


class MicrosoftWorld(Streams):
    """A Microsoft on a loopback port and one account of it connected."""

    def __init__(self, microsoft: Microsoft, context: Context, owner_id: int, account_id: int) -> None:
        super().__init__(context, owner_id, account_id)
        self.microsoft = microsoft

    @property
    def account(self) -> Account:
        """The account on the other side."""
        return self.microsoft.only()

    def connected(self) -> Connected:
        """The account as a connector gets it."""
        settings = self.context.settings
        tokens = credentials.Credentials(self.db, load_key(settings), self.account_id)
        return Connected(
            settings, Client(CLIENT_ID), tokens, LocalLedger(), LocalSlots(), self.account.subject, self.account.address
        )  # fmt: skip

    def asked(self, part: str) -> list[str]:
        """Paths of all requests that hold `part`."""
        return [line.path for line in self.microsoft.recording.copy() if part in line.path]


def cache_of(microsoft: Microsoft, settings: Settings, account: Account, scopes: Sequence[str] = ASKED) -> bytes:
    """msal's cache as a consent to `scopes` leaves it."""
    grant = microsoft.grant(account, tuple(scopes))
    with closing(Http(settings.microsoft_origins(), settings.ca_file, 10.0)) as http:
        app = App(settings, http, Client(CLIENT_ID))
        app._app.acquire_token_by_refresh_token(grant.refresh_token, list(ASKED))
        return app.cache()


def connect(
    db: Database, microsoft: Microsoft, settings: Settings, *, scopes: Sequence[str] = ASKED, since: int | None = None,
    owner: str = "me",
) -> tuple[int, int]:  # fmt: skip
    """Connect the world's account without its page; (owner id, account id)."""
    key = load_key(settings)
    credentials.save_client(db, key, "microsoft", msgspec.json.encode(Client(CLIENT_ID)))
    account = microsoft.only()
    owner_id = accounts.owner(db, owner)
    consent = connections.Consent(
        "microsoft", account.subject, account.address, " ".join(scopes), cache_of(microsoft, settings, account, scopes),
        tuple(SCOPES), since=since,
    )  # fmt: skip
    account_id, _ = connections.connect(db, key, owner_id, consent)
    accounts.add_own(db, owner_id, [account.address])
    with db.writing() as conn:
        conn.execute(update(account_table).where(account_table.c.id == account_id).values(connected_at=0))
    microsoft.recording.clear()
    return owner_id, account_id


@contextmanager
def world(
    db: Database, folder: Path, redis_url: str, microsoft: Microsoft | None = None, **more: Any
) -> Iterator[MicrosoftWorld]:
    """A served world and an account connected to it."""
    microsoft = microsoft or Microsoft()
    if not microsoft.accounts:
        microsoft.add_account(ANN, "Ann")
    account = {name: more.pop(name) for name in ("scopes", "since") if name in more}
    with serve(microsoft, folder / "tls") as running:
        chosen = microsoft_settings(running, request_seconds=5.0)
        settings = Settings(data_dir=folder, broker_url=redis_url, **{**chosen, **more})
        context = Context(settings, db, Queue(make_broker(redis_url)))
        context.__dict__["ledger"] = LocalLedger()
        context.__dict__["slots"] = LocalSlots()
        owner_id, account_id = connect(db, microsoft, settings, **account)
        yield MicrosoftWorld(microsoft, context, owner_id, account_id)
