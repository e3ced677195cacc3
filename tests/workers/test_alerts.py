"""An alert is told once, by command and by address, when something has been wrong for long; it names nobody."""

from __future__ import annotations

import json
import shlex
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from interactions.schema import streams
from interactions.settings import Settings
from interactions.store import accounts, alerts, leases
from interactions.store.database import Database, now
from workers.alerts import check

HIDDEN = "/home/nora.brandt@example.com/Letters from Anna"


class Sink:
    """A command that writes down what it is given, and fails while a file says so."""

    def __init__(self, folder: Path) -> None:
        self.out, self.broken = folder / "told", folder / "broken"
        script = folder / "tell.py"
        script.write_text(
            "import pathlib, sys\n"
            f"out = pathlib.Path({str(self.out)!r})\n"
            "out.open('a').write(sys.stdin.read() + '--\\n')\n"
            f"sys.exit(3 if pathlib.Path({str(self.broken)!r}).exists() else 0)\n"
        )
        self.command = shlex.join([sys.executable, "-S", str(script), "an argument"])

    def told(self) -> list[str]:
        """Each message, whether it was taken or not."""
        return self.out.read_text().split("--\n")[:-1] if self.out.exists() else []


@pytest.fixture
def sink(tmp_path: Path) -> Sink:
    """Where a command puts what it hears."""
    return Sink(tmp_path)


class Receiver(HTTPServer):
    """An address that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/kith?token=s3cret"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real server on this machine."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def stream(db: Database) -> int:
    """A stream of an account whose name gives much away."""
    owner = accounts.owner(db)
    return accounts.register(db, owner, "archive", HIDDEN, "Letters from Anna", ["file.mbox"], None)[0]


def ends(db: Database, stream_id: int, state: str, failed: bool, for_seconds: float = 0.0) -> None:
    """A pull that ended so, this long ago."""
    lease = leases.acquire(db, stream_id, "test", 60)
    assert lease is not None
    said = f"{HIDDEN} cannot be read."
    leases.release(db, lease, state=state, sentence=said, due_in=None, failed=failed)
    if for_seconds:
        with db.writing() as conn:
            conn.execute(update(streams).values(since=int(now(conn) - for_seconds)))


def settings(tmp_path: Path, sink: Sink | None = None, receiver: Receiver | None = None) -> Settings:
    """An hour of failing is long."""
    return Settings(
        data_dir=tmp_path, alert_after_seconds=3_600,
        alert_command=sink.command if sink else "", alert_url=receiver.url if receiver else "",
    )  # fmt: skip


def test_long_failing_is_told_once_by_command_and_by_address(
    db: Database, tmp_path: Path, sink: Sink, receiver: Receiver
) -> None:
    chosen = settings(tmp_path, sink, receiver)
    stream_id = stream(db)
    ends(db, stream_id, "failing", True, for_seconds=3_000)
    check(chosen, db)
    assert (sink.told(), receiver.posted) == ([], [])
    with db.writing() as conn:
        conn.execute(update(streams).values(since=int(now(conn) - 3_700)))
    for _ in range(3):
        check(chosen, db)
    message = "file.mbox has been failing for a long time. Run: kith status"
    assert sink.told() == [message + "\n"]
    expected = {"kind": "failing", "subject": f"stream {stream_id}", "message": message}
    assert receiver.posted == [("application/json", expected)]
    assert [one.sentence for one in alerts.open_alerts(db)] == [message]


def test_it_is_told_again_only_after_it_worked_in_between(db: Database, tmp_path: Path, sink: Sink) -> None:
    chosen = settings(tmp_path, sink)
    stream_id = stream(db)
    ends(db, stream_id, "failing", True, for_seconds=9_000)
    check(chosen, db)
    ends(db, stream_id, "failing", True)
    check(chosen, db)
    assert len(sink.told()) == 1
    ends(db, stream_id, "done", False)
    check(chosen, db)
    assert alerts.open_alerts(db) == []
    ends(db, stream_id, "failing", True)
    check(chosen, db)
    assert len(sink.told()) == 1, "it has to fail for long again"
    with db.writing() as conn:
        conn.execute(update(streams).values(since=5))
    check(chosen, db)
    check(chosen, db)
    assert len(sink.told()) == 2


def test_a_stream_that_needs_its_owner_is_told_at_once(db: Database, tmp_path: Path, sink: Sink) -> None:
    chosen = settings(tmp_path, sink)
    ends(db, stream(db), "stopped", True)
    check(chosen, db)
    check(chosen, db)
    assert sink.told() == ["file.mbox has stopped and needs you. Run: kith status\n"]


def test_from_failing_to_stopped_is_news(db: Database, tmp_path: Path, sink: Sink) -> None:
    chosen = settings(tmp_path, sink)
    stream_id = stream(db)
    ends(db, stream_id, "failing", True, for_seconds=9_000)
    check(chosen, db)
    ends(db, stream_id, "stopped", True)
    check(chosen, db)
    assert [said.split()[2] for said in sink.told()] == ["been", "stopped"]
    assert [one.kind for one in alerts.open_alerts(db)] == ["stopped"]


def test_a_disk_that_is_nearly_full_is_told_once(
    db: Database, tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(tmp_path, sink)
    check(chosen, db)
    assert sink.told() == []
    monkeypatch.setattr("workers.alerts.DISK_MIN", 1 << 62)
    check(chosen, db)
    check(chosen, db)
    assert [("nearly full" in said) for said in sink.told()] == [True]
    monkeypatch.setattr("workers.alerts.DISK_MIN", 0)
    check(chosen, db)
    assert alerts.open_alerts(db) == []


def test_nobody_is_named(
    db: Database, tmp_path: Path, sink: Sink, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    ends(db, stream(db), "stopped", True)
    receiver.status = 500
    sink.broken.touch()
    check(settings(tmp_path, sink, receiver), db)
    said = "".join(sink.told()) + json.dumps(receiver.posted) + caplog.text
    assert "KITH_ALERT_COMMAND failed" in said
    assert "KITH_ALERT_URL failed" in said
    for never in ("@", "nora", "Anna", "Letters", "/home", "s3cret"):
        assert never not in said


def test_an_alert_that_could_not_be_told_is_tried_again_until_it_is(db: Database, tmp_path: Path, sink: Sink) -> None:
    chosen = settings(tmp_path, sink)
    ends(db, stream(db), "stopped", True)
    sink.broken.touch()
    check(chosen, db)
    check(chosen, db)
    assert len(sink.told()) == 2
    sink.broken.unlink()
    check(chosen, db)
    check(chosen, db)
    assert len(sink.told()) == 3


@pytest.mark.parametrize("command", ["/nonexistent/kith-alert", "unbalanced 'quote", "false"], ids=str)
def test_a_command_that_cannot_be_run_ends_nothing(db: Database, tmp_path: Path, command: str) -> None:
    chosen = Settings(data_dir=tmp_path, alert_command=command)
    ends(db, stream(db), "stopped", True)
    check(chosen, db)
    assert [one.kind for one in alerts.open_alerts(db)] == ["stopped"]


def test_an_address_that_refuses_is_tried_again(db: Database, tmp_path: Path, receiver: Receiver) -> None:
    chosen = settings(tmp_path, receiver=receiver)
    ends(db, stream(db), "stopped", True)
    receiver.status = 503
    check(chosen, db)
    receiver.status = 200
    check(chosen, db)
    check(chosen, db)
    assert len(receiver.posted) == 2


def test_without_a_command_or_an_address_status_still_shows_it(db: Database, tmp_path: Path, sink: Sink) -> None:
    ends(db, stream(db), "stopped", True)
    check(settings(tmp_path), db)
    assert [one.kind for one in alerts.open_alerts(db)] == ["stopped"]
    check(settings(tmp_path, sink), db)
    assert sink.told() == []
