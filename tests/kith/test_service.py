"""Installing as a service: the texts, and the calls to the system's tools, seen by stand-ins on PATH."""

from __future__ import annotations

import configparser
import getpass
import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interactions.errors import KithError, UsageProblem
from interactions.settings import Settings, load_settings
from kith import service
from kith.datafolder import DataFolder

TOOL = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in *$REFUSED*) echo "Failed to connect to bus" >&2; exit 1;; esac
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, data_dir=tmp_path / "kith's data")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a PATH of their own, with systemctl and loginctl that write down how they were called."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("systemctl", "loginctl", "launchctl"):
        (tools / name).write_text(TOOL)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.defpath}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("REFUSED", "nothing is")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "calls"


@pytest.mark.skipif(sys.platform == "darwin", reason="launchd there")
def test_install_writes_the_unit_starts_it_and_keeps_it_after_logout(settings: Settings, calls: Path) -> None:
    said = service.install(settings)
    unit = service.unit_path()
    assert str(unit) in said
    assert f'ExecStart="{sys.executable}" "-m" "kith" "up"' in unit.read_text()
    assert calls.read_text().splitlines() == [
        "systemctl --user daemon-reload",
        "systemctl --user enable --now kith.service",
        f"loginctl enable-linger {getpass.getuser()}",
    ]
    assert settings.data_dir.is_dir()


@pytest.mark.skipif(sys.platform == "darwin", reason="launchd there")
def test_uninstall_stops_and_removes_the_unit_and_keeps_the_data(settings: Settings, calls: Path) -> None:
    service.install(settings)
    calls.unlink()
    assert f"Your data stays in {settings.data_dir}" in service.uninstall(settings)
    assert calls.read_text().splitlines()[0] == "systemctl --user disable --now kith.service"
    assert not service.unit_path().exists()
    assert settings.data_dir.is_dir()
    assert "is not installed" in service.uninstall(settings)


@pytest.mark.skipif(sys.platform == "darwin", reason="launchd there")
@pytest.mark.parametrize("refused", ["daemon-reload", "enable --now", "enable-linger"])
def test_a_refusal_of_the_system_is_told_and_leaves_no_unit(
    settings: Settings, calls: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    monkeypatch.setenv("REFUSED", refused)
    with pytest.raises(KithError, match="failed: Failed to connect to bus"):
        service.install(settings)
    assert not service.unit_path().exists()


def test_a_machine_without_the_tools_is_told_what_to_do(
    settings: Settings, calls: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KithError, match=r"systemctl and loginctl are not on this machine.*kith up"):
        service.install(settings)


def test_a_secret_in_the_environment_is_not_written_into_the_unit(
    settings: Settings, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DATABASE_URL", "postgresql+psycopg://u:hush@h/d")
    with pytest.raises(UsageProblem, match="KITH_DATABASE_URL_FILE") as caught:
        service.install(settings)
    assert "hush" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "darwin", reason="launchd there")
def test_settings_given_as_variables_reach_the_service(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_DATA_DIR", "~/kith")
    monkeypatch.setenv("KITH_TIMEZONE", "Asia/Tokyo")
    service.install(load_settings())
    text = service.unit_path().read_text()
    assert 'Environment="KITH_TIMEZONE=Asia/Tokyo"' in text
    assert f'Environment="KITH_DATA_DIR={Path.home()}/kith"' in text
    assert "KITH_LEASE_SECONDS" not in text


def test_the_unit_says_odd_words_as_they_are() -> None:
    text = service.systemd_unit(["/a b/python", 'x"$HOME%h\\'], {"KITH_DATA_DIR": "/a b/100%"}, Path("/a b/100%"))
    unit = configparser.RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    assert unit["Service"]["ExecStart"] == r'"/a b/python" "x\"$$HOME%%h\\"'
    assert unit["Service"]["Environment"] == '"KITH_DATA_DIR=/a b/100%%"'
    assert unit["Service"]["WorkingDirectory"] == "/a b/100%%"
    assert int(unit["Service"]["TimeoutStopSec"]) > 10


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_in_the_unit(settings: Settings) -> None:
    folder = DataFolder(settings.data_dir).prepare().path
    unit = folder / "kith.service"
    unit.write_text(service.systemd_unit(service.COMMAND, settings.environ(), folder))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert "kith.service" not in done.stderr, done.stderr


def test_the_agent_of_launchd_starts_it_at_login_and_after_a_crash() -> None:
    plist = plistlib.loads(service.launchd_plist(["/a b/python", "-m", "kith", "up"], {"KITH_OWNER": "é"}, Path("/d")))
    assert plist["ProgramArguments"] == ["/a b/python", "-m", "kith", "up"]
    assert plist["EnvironmentVariables"] == {"KITH_OWNER": "é"}
    assert plist["RunAtLoad"] is True
    assert plist["KeepAlive"] == {"SuccessfulExit": False}
    assert plist["ExitTimeOut"] > 10


def test_logs_of_all_processes_are_shown_with_their_names(settings: Settings) -> None:
    folder = DataFolder(settings.data_dir).prepare().logs
    (folder / "pull.log").write_text("".join(f"line {number}\n" for number in range(100)))
    (folder / "kith.log").write_text("started\nhalf a li")
    shown = list(service.logs(settings))
    assert shown[0] == "kith     | started"
    assert shown[1:] == [f"pull     | line {number}" for number in range(50, 100)]


def test_logs_are_followed_through_new_files_and_rotation(settings: Settings) -> None:
    folder = DataFolder(settings.data_dir).prepare().logs
    pull = folder / "pull.log"
    pull.write_text("one\n")
    shown = service.logs(settings, follow=True)
    assert next(shown) == "pull     | one"
    with pull.open("a") as file:
        file.write("two\n")
    assert next(shown) == "pull     | two"
    os.truncate(pull, 0)
    with pull.open("a") as file:
        file.write("x\n")
    assert next(shown) == "pull     | x"
    (folder / "schedule.log").write_text("new\n")
    assert next(shown) == "schedule | new"


def test_without_logs_the_next_step_is_said(settings: Settings) -> None:
    with pytest.raises(KithError, match="kith up"):
        next(service.logs(settings))
