"""What the benches of connected accounts share: a served world, a connected account, and the service on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from connectors.google.oauth import ASKED, SCOPES, Client, Token, client_of
from interactions.secret import load_key
from interactions.settings import Settings, load_settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from sandbox.google.world import Google


def urls(url: str) -> dict[str, str]:
    """Settings that lead to a served world."""
    return {
        "google_authorization_url": f"{url}/o/oauth2/v2/auth", "google_token_url": f"{url}/token",
        "google_revoke_url": f"{url}/revoke", "google_userinfo_url": f"{url}/v1/userinfo",
        "google_gmail_root": url, "google_calendar_root": url, "google_people_root": url,
    }  # fmt: skip


def settings_of(folder: Path, url: str, **more: Any) -> Settings:
    """Settings of a fresh data folder and nothing of the owner's."""
    return load_settings({}, data_dir=folder, **urls(url), **more)


def connected(db: Database, settings: Settings, google: Google) -> tuple[int, int]:
    """Connect the world's only account without a page; (owner id, account id)."""
    key = load_key(settings)
    client: Client = client_of(json.dumps(google.client_json()).encode())
    credentials.save_client(db, key, "google", msgspec.json.encode(client))
    account = google.only()
    grant = google.grant(account, tuple(ASKED))
    secret = msgspec.json.encode(Token(grant.refresh_token, scope=" ".join(ASKED)))
    owner_id = accounts.owner(db, "")
    consent = connections.Consent(
        "google", account.subject, account.address, " ".join(ASKED), secret, tuple(SCOPES)
    )  # fmt: skip
    account_id, _ = connections.connect(db, key, owner_id, consent)
    accounts.add_own(db, owner_id, [account.address])
    return owner_id, account_id


@contextmanager
def sandbox_process(*words: str) -> Iterator[dict[str, Any]]:
    """`python -m sandbox` beside us; what it said when it was ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--with-parent", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said: dict[str, Any] = json.loads(process.stdout.readline())
        yield said
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
