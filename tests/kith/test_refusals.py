"""What the machine refuses is one sentence: a full output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import tell
from tests.kith.commandline import ROOT, environ, process

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and sys.platform != "linux", reason="modes do not bind root, and only Linux can make them"
)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment whose data folder holds a small log."""
    ours = environ(tmp_path)
    db = open_database(load_settings(ours))
    tell(db)
    db.close()
    return ours


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [["log"], ["log", "--json"], ["status"], ["--help"], ["--version"]])
def test_an_output_that_is_full_is_one_sentence(env: dict[str, str], words: list[str], unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        done = process(*words, env={**env, "PYTHONUNBUFFERED": unbuffered}, stdout=full)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Standard output cannot be used: No space left on device. Make room, then try again; nothing stored is lost."
    ]


def test_an_output_that_was_closed_is_none_and_no_error(env: dict[str, str]) -> None:
    command = 'exec "$@" >&-'
    kith = [sys.executable, "-m", "kith"]
    done = subprocess.run(
        ["sh", "-c", command, "sh", *kith, "people"], env={**env, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
    )
    assert (done.returncode, done.stderr) == (0, b"")
