"""The demo's Google and Microsoft: started beside it, consented to by a played visitor, read until nothing is left."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Struct

import kith
from interactions.errors import KithError
from interactions.queries import progress
from interactions.queries.progress import Reading
from interactions.queries.status import streams_of
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store import connections, credentials
from interactions.store.database import Database
from kith.datafolder import private
from kith.provider import Provider
from kith.show.progress import View, view
from kith.working import follow

#: Google allows 6,000 units a minute: the demo's Google ten times as many.
RATE = 60_000
_HOME = Path(kith.__file__).parent.parent


class Sandbox(Struct, frozen=True):
    """A Google and a Microsoft that run on this machine."""

    url: str
    address: str
    client: dict[str, Any]
    microsoft: dict[str, Any]

    @classmethod
    @contextmanager
    def started(cls, place: Path) -> Iterator[Sandbox]:
        """Runs for as long as the block does, and ends with this process whatever happens. Raises KithError."""
        command = [
            sys.executable, "-m", "sandbox", "--rate", str(RATE), "--truth", str(place / "truth.json"), "--with-parent",
            "--microsoft", str(place / "microsoft"),
        ]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=_HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            if not line:
                why = (process.stderr.read().strip().splitlines() or ["?"])[-1]
                raise KithError(f"The demo's Google and Microsoft could not be started: {why}")
            said = json.loads(line)
            yield cls(said["url"], said["address"], said["client"], said["microsoft"])
        finally:
            process.stdin.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
            process.stderr.close()

    def write_settings(self, folder: Path) -> None:
        """Whatever command is given this data folder asks these two and no others."""
        folder.mkdir(mode=0o700, exist_ok=True)
        url = self.url
        names = {
            "authorization_url": f"{url}/o/oauth2/v2/auth", "token_url": f"{url}/token", "revoke_url": f"{url}/revoke",
            "userinfo_url": f"{url}/v1/userinfo", "gmail_root": url, "calendar_root": url, "people_root": url,
        }  # fmt: skip
        lines = [f'google_{name} = "{value}"' for name, value in names.items()]
        lines += [f"google_units_per_minute = {RATE}", "google_people_requests_per_minute = 600"]
        lines += [
            f'microsoft_authority_root = "{self.microsoft["url"]}"',
            f'microsoft_graph_root = "{self.microsoft["url"]}/v1.0"', f'ca_file = "{self.microsoft["ca_file"]}"',
        ]  # fmt: skip
        with open(folder / "kith.toml", "w", opener=private) as file:
            file.write("\n".join(["# Of the demo: a Google and a Microsoft that run on this machine.", *lines, ""]))


def connected(found: Settings, db: Database, owner_id: int, sandbox: Sandbox) -> list[int]:
    """Go through both consents, as a person would; the accounts' ids."""
    from connectors.google.oauth import client_of
    from connectors.microsoft import entra
    from kith.provider_google import Google
    from kith.provider_microsoft import Microsoft

    key = load_key(found)
    google = client_of(json.dumps(sandbox.client).encode())
    credentials.save_client(db, key, "google", msgspec.json.encode(google))
    microsoft = entra.client_of(sandbox.microsoft["client_id"], sandbox.microsoft["tenant"])
    credentials.save_client(db, key, "microsoft", msgspec.json.encode(microsoft))
    _consent(found, db, owner_id, Google(found, google), sandbox.address, "")
    address, trusted = sandbox.microsoft["address"], sandbox.microsoft["ca_file"]
    _consent(found, db, owner_id, Microsoft(found, microsoft), address, trusted)
    return [one.id for one in connections.connected(db, owner_id)]


def _consent(
    found: Settings, db: Database, owner_id: int, provider: Provider, address: str, trusted: str
) -> None:  # fmt: skip
    from kith.connecting import Connecting, Wishes

    started = time.monotonic()
    asked: list[str] = []
    answered = threading.Event()

    def visit(url: str) -> None:
        asked.extend(_visited(url, trusted))
        answered.set()

    Connecting(found, db, owner_id, load_key(found), provider, Wishes(yes=True), visit).run()
    answered.wait(10)
    took = time.monotonic() - started
    click.echo(
        f"  consent      {provider.name} · {address} · mail bodies: impossible; event texts and notes: never asked for "
        f"  done {took:.1f} s"
    )
    scopes = [scope.rpartition("/")[2] for scope in asked]
    shown = [one for one in scopes if one not in ("openid", "profile", "offline_access")]
    click.echo("\n".join(wrapped("  asked for    ", shown)))


def _visited(url: str, trusted: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.web.visitor", url, trusted], cwd=_HOME, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    return done.stdout.split()


class _First:
    """A view that notes when the log had its first lines."""

    def __init__(self, shown: View, db: Database, owner_id: int) -> None:
        self._shown, self._db, self._owner_id = shown, db, owner_id
        self._started = time.monotonic()
        self.seconds: float | None = None

    def show(self, readings: Sequence[Reading]) -> None:
        """Hand on."""
        if self.seconds is None and progress.logged(self._db, self._owner_id):
            self.seconds = time.monotonic() - self._started
        self._shown.show(readings)

    def end(self) -> None:
        """Hand on."""
        self._shown.end()


def read(found: Settings, db: Database, owner_id: int, account_ids: Sequence[int]) -> None:
    """Wait until everything is read and judged but for bulk mail."""
    mine = [one.id for one in streams_of(db, owner_id) if one.account_id in account_ids]
    click.echo(f"  ten times Google's rate is allowed here: {RATE:,} units a minute instead of {RATE // 10:,}")
    started = time.monotonic()
    first = _First(view(), db, owner_id)
    follow(found, db, owner_id, mine, first)
    if first.seconds is not None:
        click.echo(f"  First interactions after {first.seconds:.1f} s; all mail between people after "
                   f"{time.monotonic() - started:.1f} s.")  # fmt: skip
    left = sum(one.counts.deferred for one in streams_of(db, owner_id))
    if left:
        click.echo(f"  {left:,} promotions and social mails are left for last; Kith fetches them with spare quota.")


def wrapped(head: str, words: Sequence[str], width: int = 100) -> list[str]:
    """Words after a heading, in lines of `width`."""
    text = textwrap.wrap(", ".join(words), width - len(head), break_on_hyphens=False)
    return [f"{head if number == 0 else ' ' * len(head)}{line}" for number, line in enumerate(text)]
