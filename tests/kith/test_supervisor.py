"""The supervisor with a real broker and small stand-in processes that are killed, hang, crash and are left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from interactions.errors import AlreadyRunning, KithError
from interactions.settings import Settings, load_settings
from kith.supervisor import Supervisor, service_running, standard

STEADY = "import time, os; print('up', os.environ['KITH_BROKER_URL'], flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
#: The supervisor as `kith up` has it, with its commands given as a Python expression.
UP = """
import sys
from interactions.settings import load_settings
from kith.supervisor import Supervisor
commands = {name: [sys.executable, '-c', code] for name, code in eval(sys.argv[2]).items()}
sys.exit(Supervisor(load_settings({}, data_dir=sys.argv[1]), commands).run())
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = load_settings({}, data_dir=tmp_path / "kith's data", tick_seconds=0.25)
    yield settings
    # A test that fails leaves nothing running.
    for pid in processes_of(settings):
        os.kill(pid, signal.SIGKILL)


def commands(**codes: str) -> Mapping[str, Sequence[str]]:
    return {name: (sys.executable, "-c", code) for name, code in codes.items()}


def up(settings: Settings, **codes: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", UP, settings.data_dir, repr(codes)], stderr=subprocess.PIPE, text=True
    )
    for name in codes:
        wait_for(lambda name=name: "up" in log(settings, name))
    return process


def log(settings: Settings, name: str) -> str:
    path = settings.data_dir / "logs" / f"{name}.log"
    return path.read_text() if path.exists() else ""


def wait_for(what: Callable[[], object], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def processes_of(settings: Settings) -> list[int]:
    """Living processes that were given the data folder, by argument or variable."""
    wanted, found = os.fsencode(settings.data_dir), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if wanted in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def finish(process: subprocess.Popen[str], seconds: float = 10) -> str:
    _, said = process.communicate(timeout=seconds)
    return said


def test_everything_runs_while_the_block_does_and_nothing_after(settings: Settings) -> None:
    with Supervisor(settings, commands(pull=STEADY, classify=STEADY)).running() as supervisor:
        assert service_running(settings)
        wait_for(lambda: log(settings, "pull") and log(settings, "classify"))
        assert log(settings, "pull").split()[1] == supervisor.broker.url
        assert len(processes_of(settings)) == 3
    assert not service_running(settings)
    assert processes_of(settings) == []


def test_the_processes_get_these_settings_and_no_others(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_DATA_DIR", "/somewhere/else")
    monkeypatch.setenv("KITH_OWNER", "somebody")
    monkeypatch.setenv("KITH_TEST_MARK", "kept")
    told = "import os; print('up', {n: v for n, v in os.environ.items() if n.startswith('KITH')}, flush=True);" + STEADY
    with Supervisor(settings, commands(pull=told)).running() as supervisor:
        wait_for(lambda: "up" in log(settings, "pull"))
        environ = eval(log(settings, "pull").splitlines()[0][3:])
    assert environ["KITH_DATA_DIR"] == str(settings.data_dir)
    assert environ["KITH_TICK_SECONDS"] == "0.25"
    assert environ["KITH_BROKER_URL"] == supervisor.broker.url
    assert environ.pop("KITH_TEST_MARK") == "kept"
    assert "KITH_OWNER" not in environ
    assert load_settings(environ).tick_seconds == 0.25


def test_a_process_that_was_killed_comes_back_and_the_others_are_left_alone(settings: Settings) -> None:
    with Supervisor(settings, commands(pull=STEADY, classify=STEADY)).running() as supervisor:
        pull, classify = supervisor.processes
        before = classify.pid
        wait_for(lambda: log(settings, "pull"))
        assert pull.pid
        os.kill(pull.pid, signal.SIGKILL)
        wait_for(lambda: pull.restarts == 1 and log(settings, "pull").count("up") == 2)
        assert classify.pid == before
    assert "pull ended (SIGKILL) and is started again" in log(settings, "kith")


def test_a_process_that_keeps_crashing_is_tried_less_and_less_often(settings: Settings) -> None:
    with Supervisor(settings, commands(pull="raise SystemExit(3)", classify=STEADY)).running() as supervisor:
        time.sleep(3)
        assert 2 <= supervisor.processes[0].restarts <= 4
        assert supervisor.processes[1].pid
    waits = [line.rpartition(" in ")[2].split()[0] for line in log(settings, "kith").splitlines() if "exit 3" in line]
    assert waits[:3] == ["0.25", "0.5", "1"]


def test_when_the_broker_was_killed_it_comes_back_and_all_workers_with_it(settings: Settings) -> None:
    with Supervisor(settings, commands(pull=STEADY, classify=STEADY)).running() as supervisor:
        wait_for(lambda: log(settings, "pull") and log(settings, "classify"))
        before = [process.pid for process in supervisor.processes]
        assert supervisor.broker.pid
        os.kill(supervisor.broker.pid, signal.SIGKILL)
        wait_for(lambda: all(log(settings, name).count("up") == 2 for name in ("pull", "classify")))
        assert supervisor.broker.restarts == 1
        assert not set(before) & {process.pid for process in supervisor.processes}


def test_a_second_supervisor_is_refused(settings: Settings) -> None:
    with Supervisor(settings, {}).running():
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"), Supervisor(settings, {}).running():
            pytest.fail("two ran at once")
        with pytest.raises(AlreadyRunning):
            Supervisor(settings, {}).run()


def test_a_program_that_is_not_there_is_a_sentence_and_nothing_stays(settings: Settings) -> None:
    broken = load_settings({}, data_dir=settings.data_dir, broker_url="unix:///nowhere.sock")
    with pytest.raises(KithError, match="does not answer"), Supervisor(broken, commands(pull=STEADY)).running():
        pytest.fail("it ran")
    assert not service_running(settings)


def test_a_failure_in_the_block_stops_everything_and_is_what_is_raised(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), Supervisor(settings, commands(pull=STEADY)).running():
        raise ZeroDivisionError
    assert processes_of(settings) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_of_it_quickly_with_exit_0(settings: Settings, number: int) -> None:
    process = up(settings, pull=STEADY, classify=STEADY)
    since = time.monotonic()
    process.send_signal(number)
    finish(process)
    assert process.returncode == 0
    assert time.monotonic() - since < 3
    assert processes_of(settings) == []


def test_a_process_deaf_to_sigterm_is_killed_within_ten_seconds(settings: Settings) -> None:
    process = up(settings, pull=DEAF, classify=STEADY)
    since = time.monotonic()
    process.send_signal(signal.SIGTERM)
    finish(process)
    assert time.monotonic() - since < 10
    assert process.returncode == 0
    assert processes_of(settings) == []


def test_a_second_signal_kills_at_once(settings: Settings) -> None:
    process = up(settings, pull=DEAF)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    since = time.monotonic()
    process.send_signal(signal.SIGINT)
    finish(process)
    assert time.monotonic() - since < 2
    assert process.returncode == 128 + signal.SIGINT
    assert processes_of(settings) == []


def test_ctrl_c_in_a_terminal_reaches_only_the_supervisor(settings: Settings) -> None:
    told = "import signal, time; signal.signal(2, lambda *_: print('interrupted', flush=True));" + STEADY
    process = subprocess.Popen(
        [sys.executable, "-c", UP, settings.data_dir, repr({"pull": told})],
        process_group=0,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: "up" in log(settings, "pull"))
    os.killpg(process.pid, signal.SIGINT)
    finish(process)
    assert "interrupted" not in log(settings, "pull")


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")
def test_nothing_survives_a_supervisor_that_was_killed_and_the_next_one_starts(settings: Settings) -> None:
    process = up(settings, pull=STEADY, classify=DEAF)
    process.kill()
    finish(process)
    wait_for(lambda: processes_of(settings) == [])
    with Supervisor(settings, commands(pull=STEADY)).running() as supervisor:
        assert supervisor.broker.pid


def test_a_restart_is_told_on_the_terminal(settings: Settings) -> None:
    process = up(settings, pull=STEADY.replace("600", "0.2"))
    wait_for(lambda: "exit 0" in log(settings, "kith"))
    process.send_signal(signal.SIGTERM)
    assert "pull ended (exit 0) and is started again in 0.25 s" in finish(process)


def test_nobody_runs_where_nothing_ever_ran(settings: Settings) -> None:
    assert not service_running(settings)
    assert not settings.data_dir.exists()


def test_as_many_processes_judge_as_the_setting_says(tmp_path: Path) -> None:
    def names(**chosen: int) -> dict[str, str]:
        found = standard(load_settings({}, data_dir=tmp_path, **chosen))
        return {name: command[-1] for name, command in found.items()}

    assert names(classify_processes=1) == {"pull": "pull", "classify": "classify", "schedule": "schedule"}
    assert [name for name, role in names(classify_processes=3).items() if role == "classify"] == [
        "classify", "classify-2", "classify-3",
    ]  # fmt: skip
    assert sorted(set(names().values())) == ["classify", "pull", "schedule"]
