"""Everything goes through a proxy that opens TLS, and no setting of Kith's says where Google is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import text

from interactions.store.database import Database
from sandbox.google.server import Running, serve
from sandbox.google.world import Google
from sandbox.life import make_life
from sandbox.web import visitor
from tests.kith.commandline import ROOT, environ, process
from tests.kith.intercepting import Authority, Proxy

HOSTS = {
    "oauth2.googleapis.com", "openidconnect.googleapis.com", "gmail.googleapis.com", "www.googleapis.com",
    "people.googleapis.com",
}  # fmt: skip


def consented(env: dict[str, str], running: Running) -> subprocess.CompletedProcess[str]:
    """`kith connect google --no-browser`, the owner's part played with the page's host led to the sandbox."""
    connecting = subprocess.Popen(
        [sys.executable, "-m", "kith", "connect", "google", "--no-browser", "--yes"],
        env={**env, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert connecting.stdin is not None
    assert connecting.stdout is not None
    said = ""
    while "paste it here" not in said:
        line = connecting.stdout.readline()
        assert line, said
        said += line
    url = urlsplit(next(line.strip() for line in said.splitlines() if "/o/oauth2/" in line))
    assert url.hostname == "accounts.google.com"
    answer = visitor.consent(urlunsplit(("http", f"127.0.0.1:{running.port}", url.path, url.query, "")))
    out, err = connecting.communicate(answer + "\n", timeout=60)
    return subprocess.CompletedProcess([], connecting.returncode, said + out, err)


@contextmanager
def up(env: dict[str, str]) -> Iterator[None]:
    """`kith up` for as long as the block runs."""
    service = subprocess.Popen(
        [sys.executable, "-m", "kith", "up"], env={**env, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(20) == 0


def count(data: Path, statement: str) -> int:
    db = Database(f"sqlite:///{data / 'kith.db'}")
    try:
        with db.reading() as conn:
            return int(conn.execute(text(statement)).scalar_one())
    finally:
        db.close()


def test_a_run_through_a_proxy_with_no_setting_changed(tmp_path: Path) -> None:
    google = Google()
    google.add_life(make_life(1))
    google.quota.rate = 100
    (tmp_path / "ca").mkdir()
    authority = Authority(tmp_path / "ca")
    with serve(google) as running, Proxy(authority, running.port).running() as proxy:
        env = {**environ(tmp_path), "HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": str(authority.file), "NO_PROXY": ""}
        client = tmp_path / "client.json"
        client.write_text(json.dumps(google.client_json()))
        assert process("setup", "google", client, env=env).returncode == 0
        done = consented(env, running)
        assert done.returncode == 0, done.stderr
        # As many as a minute of Google's own quota gives, for the limit is a setting too.
        wanted = 200
        with up(env):
            until = time.monotonic() + 60
            sent = "SELECT count(*) FROM items WHERE kind = 'email' AND sent"
            while count(tmp_path / "data", sent) < wanted and time.monotonic() < until:
                time.sleep(0.5)
        assert count(tmp_path / "data", sent) >= wanted
        assert count(tmp_path / "data", "SELECT count(*) FROM items WHERE kind = 'contact'") > 50
        assert process("disconnect", "google", env=env).returncode == 0
    assert proxy.hosts == HOSTS
    assert any(line.path.startswith("/gmail/v1/users/me/messages/") for line in google.recording.copy())


def test_without_the_proxys_authority_nothing_is_sent(tmp_path: Path) -> None:
    google = Google()
    google.add_account("ann@example.org")
    (tmp_path / "ca").mkdir()
    with serve(google) as running, Proxy(Authority(tmp_path / "ca"), running.port).running() as proxy:
        env = {**environ(tmp_path), "HTTPS_PROXY": proxy.url, "NO_PROXY": ""}
        env.pop("SSL_CERT_FILE", None)
        client = tmp_path / "client.json"
        client.write_text(json.dumps(google.client_json()))
        process("setup", "google", client, env=env)
        done = consented(env, running)
        assert done.returncode == 1
        assert "certificate that is not trusted here" in done.stderr
        assert not [line for line in google.recording.copy() if line.path == "/token"]
