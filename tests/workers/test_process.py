"""`python -m workers ROLE` as a process: what it refuses, how it shows that it lives, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import update

from interactions.schema import items, streams
from interactions.settings import Settings, load_settings
from interactions.store import processes
from interactions.store.database import Database
from interactions.store.opening import open_database
from tests.kith.commandline import ROOT, environ
from tests.torture.harness import SHORT, Broker, at_rest
from tests.workers.parts import count, mailbox, make_context, registered, stream_row, wait_until

COUNT = 4_000


def env_for(folder: Path, broker: Broker | None, **more: str) -> dict[str, str]:
    """The environment of a worker on this data folder."""
    url = {"KITH_BROKER_URL": broker.url} if broker else {}
    return environ(folder, PYTHONPATH=str(ROOT), **{**SHORT, **url, **more})


def start(env: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start `python -m workers`."""
    return subprocess.Popen(
        [sys.executable, "-m", "workers", *arguments], env=env, cwd=env["KITH_DATA_DIR"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """The database in the data folder."""
    (tmp_path / "data").mkdir(mode=0o700)
    db = open_database(Settings(data_dir=tmp_path / "data"))
    yield db
    db.close()


@pytest.mark.parametrize("arguments", [[], ["push"], ["pull", "classify"], ["--help"]], ids=str)
def test_a_wrong_role_is_a_usage_error(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "data").mkdir()
    process = start(env_for(tmp_path, None), *arguments)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (2, "", "usage: python -m workers {pull|classify|all|schedule}\n")
    assert list((tmp_path / "data").iterdir()) == []


def test_without_a_queue_it_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    process = start(env_for(tmp_path, None), "all")
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.count("\n")) == (2, 1)
    assert "KITH_BROKER_URL is not set" in err
    assert "kith up" in err


def test_a_setting_that_is_off_is_told_in_a_sentence(tmp_path: Path, broker: Broker) -> None:
    (tmp_path / "data").mkdir()
    process = start(env_for(tmp_path, broker, KITH_QUEUE_CAP="many"), "all")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "KITH_QUEUE_CAP" in err
    assert "Traceback" not in err


def test_a_database_that_is_damaged_is_told_in_a_sentence(tmp_path: Path, broker: Broker) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "kith.db").write_bytes(b"not a database at all" * 500)
    process = start(env_for(tmp_path, broker), "schedule")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "Restore a backup" in err
    assert "Traceback" not in err


def living(db: Database) -> list[str]:
    """Roles that have a heartbeat."""
    return sorted(one.role for one in processes.living(db, 10))


def test_a_worker_told_to_stop_in_the_middle_ends_in_time_and_leaves_the_rest_to_others(
    tmp_path: Path, file: Database, broker: Broker
) -> None:
    stream_id = registered(file, mailbox(tmp_path, COUNT))
    env = env_for(tmp_path, broker, KITH_PAGE_ITEMS="20", KITH_BELL_SECONDS="1")
    queue = make_context(file, broker, tmp_path / "data").queue
    process = start(env, "all")
    try:
        wait_until(lambda: living(file) == ["all"], 10, "the heartbeat")
        queue.pull(stream_id)
        wait_until(lambda: count(file, items.c.state != "waiting") > 50, 20, "work")
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)
        assert time.monotonic() - started < 10
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert living(file) == []
    row, due_in = stream_row(file, stream_id)
    assert row.lease_owner is None
    assert due_in is not None
    assert due_in <= 0.5
    assert 50 < count(file) < COUNT, "it was in the middle"
    rest = [start({**env, "KITH_PAGE_ITEMS": "500"}, role) for role in ("all", "schedule")]
    try:
        wait_until(lambda: living(file) == ["all", "schedule"], 10, "the heartbeats")
        wait_until(lambda: at_rest(file), 30, "the rest")
    finally:
        for one in rest:
            one.send_signal(signal.SIGINT)
        ends = [one.communicate(timeout=10) for one in rest]
    assert [one.returncode for one in rest] == [0, 0], ends
    assert count(file, items.c.state.in_(("kept", "dropped"))) == count(file) == COUNT
    assert living(file) == []


@pytest.mark.parametrize("role", ["pull", "classify", "schedule"])
def test_a_process_whose_queue_has_died_still_stops_in_time(tmp_path: Path, file: Database, role: str) -> None:
    (tmp_path / "b").mkdir()
    server = Broker(tmp_path / "b")
    server.start()
    process = start(env_for(tmp_path, server), role)
    try:
        wait_until(lambda: living(file) == [role], 10, "the heartbeat")
        server.kill()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert living(file) == []


def test_a_killed_process_is_buried(tmp_path: Path, file: Database, broker: Broker) -> None:
    process = start(env_for(tmp_path, broker, KITH_HEARTBEAT_SECONDS="0.1"), "pull")
    wait_until(lambda: living(file) == ["pull"], 10, "the heartbeat")
    process.kill()
    process.communicate()
    assert living(file) == ["pull"]
    time.sleep(0.6)
    assert processes.living(file, 0.5) == []
    processes.bury(file, 0.5)
    assert living(file) == []


def test_the_log_of_a_worker_names_nobody(tmp_path: Path, file: Database, broker: Broker) -> None:
    stream_id = registered(file, mailbox(tmp_path, 200, m3="Confidential\x07matter"))
    env = env_for(tmp_path, broker)
    workers = [start(env, role) for role in ("all", "schedule")]
    try:
        wait_until(lambda: at_rest(file), 20, "all work")
        with file.writing() as conn:
            conn.execute(update(streams).where(streams.c.id == stream_id).values(due_at=0.0, rung_at=None))
        (tmp_path / "archive" / "inbox.mbox").unlink()
        wait_until(lambda: at_rest(file) or stream_row(file, stream_id)[0].failures > 0, 10, "the second pull")
    finally:
        for one in workers:
            one.send_signal(signal.SIGTERM)
        said = "".join(part for one in workers for part in one.communicate(timeout=10))
    assert load_settings(env).broker_url == broker.url
    for never in ("choir.example", "Singer", "Rehearsal", "Confidential"):
        assert never not in said
