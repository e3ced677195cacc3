"""`kith` as a process: pipes, signals, odd environments, and what it does not load."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.kith.commandline import ROOT, process

#: Modules that a question to the log does not need off a terminal.
HEAVY = (
    "rich", "dramatiq", "alembic", "vobject", "redis", "cryptography", "connectors", "workers", "kith.supervisor",
    "interactions.store.opening", "interactions.rules", "importlib.metadata.email", "urllib.request", "asyncpg",
    "msal", "googleapiclient", "urllib3",
)  # fmt: skip


@pytest.fixture
def env(told: dict[str, str]) -> dict[str, str]:
    """The environment of these commands, and where Python finds them."""
    return {**told, "PYTHONPATH": str(ROOT)}


def test_asking_the_log_loads_nothing_it_does_not_need(env: dict[str, str]) -> None:
    code = (
        "import sys\nfrom kith.__main__ import run\nassert run(sys.argv[1:]) == 0\n"
        f"print(sorted(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)"
    )
    for words in (
        ["log", "with:anna"],
        ["log", "met:1y", "state:due"],
        ["people"],
        ["people", "tie:new"],
        ["status"],
        ["log", "--json"],
        ["dropped"],
        ["week", "--json"],
    ):
        done = subprocess.run([sys.executable, "-c", code, *words], env=env, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "[]\n")


def test_a_reader_that_goes_away_is_no_error(env: dict[str, str]) -> None:
    log = [sys.executable, "-m", "kith", "log", "--limit", "100000", "--json"]
    with subprocess.Popen(log, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as whole:
        assert whole.stdout is not None
        assert whole.stderr is not None
        assert whole.stdout.readline() == b"{\n"
        whole.stdout.close()
        assert whole.stderr.read() == b""
    assert whole.returncode == 0
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        gone = subprocess.run([sys.executable, "-m", "kith", "log"], env=env, stdout=closed, stderr=subprocess.PIPE)
    assert (gone.returncode, gone.stderr) == (0, b"")


def test_ctrl_c_ends_with_130_and_leaves_no_trace(env: dict[str, str]) -> None:
    logs = Path(env["KITH_DATA_DIR"]) / "logs"
    logs.mkdir()
    (logs / "pull.log").write_text("a line\n")
    running = subprocess.Popen(
        [sys.executable, "-m", "kith", "service", "logs", "--follow"], env={**env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert "a line" in running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (130, "Stopped.\n")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"TZ": "Garbage/Nowhere"}, "TZ:"),
        ({"KITH_TIMEZONE": "Garbage"}, "KITH_TIMEZONE"),
        ({"KITH_NONSENSE": "1"}, "KITH_NONSENSE: there is no such setting"),
        ({"KITH_DATABASE_URL": "mysql://x"}, "KITH_DATABASE_URL"),
    ],
)
def test_a_setting_that_is_off_is_one_message(env: dict[str, str], more: dict[str, str], said: str) -> None:
    done = process("log", env={**env, **more})
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_one_sentence(env: dict[str, str]) -> None:
    done = process("log", env={**env, "KITH_DATABASE_URL": "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"})
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "secret" not in done.stderr + done.stdout


def test_a_folder_that_cannot_be_made_is_said_so(env: dict[str, str]) -> None:
    done = process("exclude", "label", "x", env={**env, "KITH_DATA_DIR": "/proc/kith"})
    assert done.returncode == 1
    assert "KITH_DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_poor_character_set_and_no_home_are_survived(env: dict[str, str]) -> None:
    poor = {name: value for name, value in env.items() if name not in ("HOME", "LANG")}
    done = process("log", env={**poor, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "Anna Berg-S" in done.stdout


def test_an_unexpected_error_is_one_sentence_and_a_trace_only_on_request(env: dict[str, str]) -> None:
    code = (
        "import sys, kith.commands.log as log\nfrom kith.__main__ import run\n"
        "log.say = None\nsys.exit(run(sys.argv[1:]))"
    )
    plain = subprocess.run([sys.executable, "-c", code, "log"], env=env, capture_output=True, text=True)
    assert plain.returncode == 70
    assert "Traceback" not in plain.stderr
    assert "kith --debug" in plain.stderr
    debug = subprocess.run([sys.executable, "-c", code, "--debug", "log"], env=env, capture_output=True, text=True)
    assert (debug.returncode, "Traceback" in debug.stderr) == (70, True)


def on_terminal(words: list[str], env: dict[str, str], columns: int) -> str:
    """What a command writes to a terminal of so many columns."""
    parent, child = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "kith", *words], env={**env, "COLUMNS": str(columns), "TERM": "xterm"},
        stdin=child, stdout=child, stderr=child, close_fds=True,
    )  # fmt: skip
    os.close(child)
    written = b""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            part = os.read(parent, 65_536)
        except OSError:
            break
        if not part:
            break
        written += part
    os.close(parent)
    assert running.wait() == 0
    return written.decode().replace("\r\n", "\n")


def test_on_a_terminal_tables_follow_its_width_and_colour_only_helps(env: dict[str, str]) -> None:
    from rich.cells import cell_len

    plain = on_terminal(["log", "--limit", "3"], {**env, "NO_COLOR": "1"}, 70)
    assert "\x1b" not in plain
    assert all(cell_len(line) <= 70 for line in plain.splitlines()[:-1])
    assert "\x1b[2m" in on_terminal(["log"], env, 70)


def test_open_alerts_are_one_line_for_a_person_and_none_for_a_program(env: dict[str, str]) -> None:
    from interactions.store import alerts
    from interactions.store.alerts import Alert

    db = open_database(load_settings(env))
    alerts.replace(db, [Alert("disk", "disk", "The disk is nearly full."), Alert("failing", "stream 1", "It fails.")])
    db.close()
    assert "The disk is nearly full. (and 1 more: kith status)" in on_terminal(["people"], {**env, "NO_COLOR": "1"}, 80)
    done = process("people", env=env)
    assert done.stderr == ""
    assert "Next: The disk is nearly full." in process("status", env=env).stdout
