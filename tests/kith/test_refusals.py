"""What the machine refuses is one sentence: files of the data folder, the folder itself, a full output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interactions.queries.story import ANNA
from tests.kith.commandline import ROOT, process

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and sys.platform != "linux", reason="modes do not bind root, and only Linux can make them"
)


@pytest.fixture
def env(told: dict[str, str]) -> dict[str, str]:
    """The environment of these commands."""
    return told


@pytest.mark.parametrize("how", ["closed", "a folder"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kith.db", ["log"]),
        ("kith.db-turn", ["mute", ANNA.address]),
        ("kith.lock", ["rejudge"]),
        ("secret.key", ["people"]),
    ],
)
def test_a_file_of_the_data_folder_that_may_not_be_used_is_named(
    env: dict[str, str], name: str, words: list[str], how: str
) -> None:
    file = Path(env["KITH_DATA_DIR"]) / name
    if how == "closed":
        file.touch()
        file.chmod(0)
    else:
        file.unlink(missing_ok=True)
        file.mkdir()
    done = process(*words, env=env)
    assert (done.returncode, done.stdout) == (1, "")
    said = done.stderr.splitlines()[-1]
    assert f"{file} cannot be " in said
    assert said.endswith(".")
    assert "et this user read" in said or "Move away" in said


@pytest.mark.parametrize(
    "words", [["log"], ["up"], ["exclude", "label", "x"], ["service", "logs"], ["doctor"], ["restore", "FILE", "--yes"]]
)
def test_a_closed_data_folder_is_named(env: dict[str, str], tmp_path: Path, words: list[str]) -> None:
    folder, file = Path(env["KITH_DATA_DIR"]), tmp_path / "backup"
    file.touch()
    folder.chmod(0)
    try:
        done = process(*(str(file) if word == "FILE" else word for word in words), env=env)
    finally:
        folder.chmod(0o700)
    assert done.returncode == 1
    assert str(folder) in done.stdout + done.stderr
    assert "et this user read" in done.stdout + done.stderr
    assert "mistake of its own" not in done.stderr


def test_a_data_folder_that_may_only_be_read_is_said_so(env: dict[str, str]) -> None:
    folder = Path(env["KITH_DATA_DIR"])
    folder.chmod(0o500)
    try:
        done = process("exclude", "label", "x", env=env)
    finally:
        folder.chmod(0o700)
    assert done.returncode == 1
    assert "writable" in done.stderr


@pytest.mark.parametrize("name", ["logs", "broker"])
def test_a_closed_folder_in_the_data_folder_is_named_before_anything_is_started(env: dict[str, str], name: str) -> None:
    folder = Path(env["KITH_DATA_DIR"]) / name
    folder.mkdir(mode=0)
    try:
        several = [process(*words, env=env) for words in (["up"], ["service", "logs"])[: 2 if name == "logs" else 1]]
    finally:
        folder.chmod(0o700)
    for done in several:
        assert done.returncode == 1
        assert f"{folder} cannot be used: Permission denied. Let this user read and write it" in done.stderr


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
