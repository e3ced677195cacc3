"""Kith as a service of the owner's account: a systemd user unit with linger, or a launchd agent."""

from __future__ import annotations

import getpass
import os
import plistlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from interactions.errors import KithError, UsageProblem
from interactions.machine import refused
from interactions.settings import SECRETS, Settings
from kith.datafolder import DataFolder

UNIT = "kith.service"
LABEL = "org.kith.kith"
#: What the service runs.
COMMAND = (sys.executable, "-m", "kith", "up")


def install(settings: Settings) -> str:
    """Write the service's file, start it now and at every boot; returns a sentence that says so.

    Raises UsageProblem when a secret would have to be written into that file, KithError when the system's tool is
    missing or refuses; then nothing stays installed.
    """
    _refuse_secrets(settings)
    folder = DataFolder(settings.data_dir).prepare()
    if sys.platform == "darwin":
        return _install_agent(settings, folder)
    return _install_unit(settings, folder)


def uninstall(settings: Settings) -> str:
    """Stop the service and remove its file; the data folder stays. Returns a sentence that says so."""
    kept = f"Your data stays in {settings.data_dir}."
    path = agent_path() if sys.platform == "darwin" else unit_path()
    if not path.exists():
        return f"Kith is not installed as a service. {kept}"
    if sys.platform == "darwin":
        _call("launchctl", "bootout", f"gui/{os.getuid()}/{LABEL}")
        path.unlink()
    else:
        _call("systemctl", "--user", "disable", "--now", UNIT)
        path.unlink()
        _call("systemctl", "--user", "daemon-reload")
    return f"The service is stopped and removed. {kept}"


def logs(settings: Settings, follow: bool = False, lines: int = 50) -> Iterator[str]:
    """The last `lines` lines of each process's log, then, with `follow`, new ones for ever, as "name | line".

    Raises KithError when nothing has run yet.
    """
    folder = DataFolder(settings.data_dir).logs
    if not _logs(folder):
        raise KithError(f"There are no logs in {folder} yet. Start Kith with  kith up  or  kith service install.")
    readers: dict[Path, _Tail] = {}
    while True:
        for path in _logs(folder):
            # A log that appears while we follow is read from its beginning.
            reader = readers.get(path) or readers.setdefault(path, _Tail(path, lines))
            yield from (f"{path.stem:8} | {line}" for line in reader.new())
        if not follow:
            return
        time.sleep(0.3)


def _logs(folder: Path) -> list[Path]:
    # glob says of a folder that is closed to us that nothing is in it.
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".log")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise KithError(refused(folder, error)) from error


class _Tail:
    """The end of one growing file, and what is added to it."""

    #: Bytes looked at for the last lines.
    REACH = 64 * 1024

    def __init__(self, path: Path, lines: int) -> None:
        self._path = path
        self._lines: int | None = lines
        self._at = max(0, path.stat().st_size - self.REACH)

    def new(self) -> list[str]:
        """Whole lines since the last call."""
        with self._path.open("rb") as file:
            found = self._read(file)
        text = found.decode(errors="replace").splitlines()
        last, self._lines = self._lines, None
        return text[-last:] if last is not None else text

    def _read(self, file: BinaryIO) -> bytes:
        size = file.seek(0, os.SEEK_END)
        # Emptied by rotation.
        self._at = file.seek(0 if size < self._at else self._at)
        found = file.read()
        whole = found[: found.rfind(b"\n") + 1]
        self._at += len(whole)
        return whole


def unit_path() -> Path:
    """Where systemd looks for a user's own units (systemd.unit(5))."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user" / UNIT


def agent_path() -> Path:
    """Where launchd looks for a user's agents (launchd.plist(5))."""
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def systemd_unit(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> str:
    """The text of the unit (systemd.service(5)). Only the supervisor is signalled: it stops the rest in order."""
    environment = "\n".join(f"Environment={_systemd_word(f'{name}={value}')}" for name, value in environ.items())
    return f"""\
[Unit]
Description=Kith, an interaction log that writes itself
StartLimitIntervalSec=0

[Service]
ExecStart={" ".join(_systemd_word(word, command=True) for word in command)}
WorkingDirectory={str(folder).replace("%", "%%")}
{environment}
Restart=on-failure
RestartSec=5
KillMode=mixed
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def launchd_plist(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> bytes:
    """The agent's property list (launchd.plist(5))."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "EnvironmentVariables": dict(environ),
            "WorkingDirectory": str(folder),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ExitTimeOut": 15,
            "Umask": 0o077,
            "ProcessType": "Background",
            "StandardErrorPath": str(folder / "logs" / "launchd.log"),
            "StandardOutPath": str(folder / "logs" / "launchd.log"),
        }
    )


def _refuse_secrets(settings: Settings) -> None:
    in_environment = [f"KITH_{name.upper()}" for name in SECRETS if os.environ.get(f"KITH_{name.upper()}")]
    if in_environment:
        raise UsageProblem(
            f"{' and '.join(in_environment)} would not reach the service. Write it into "
            f"{settings.data_dir / 'kith.toml'} (chmod 600), or into a file named by {in_environment[0]}_FILE."
        )


def _environ(settings: Settings) -> dict[str, str]:
    """What the service is told: the folder, and the settings given as variables now. kith.toml it reads itself."""
    given = settings.environ()
    named = {name: given[name] for name in os.environ if name in given}
    config = {"KITH_CONFIG": os.path.abspath(os.environ["KITH_CONFIG"])} if os.environ.get("KITH_CONFIG") else {}
    return {"KITH_DATA_DIR": given["KITH_DATA_DIR"], **config, **named}


def _install_unit(settings: Settings, folder: DataFolder) -> str:
    _require("systemctl", "loginctl")
    path = unit_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(systemd_unit(COMMAND, _environ(settings), folder.path))
    try:
        _call("systemctl", "--user", "daemon-reload")
        _call("systemctl", "--user", "enable", "--now", UNIT)
        # Without linger the service would end with the last login (loginctl(1)).
        _call("loginctl", "enable-linger", getpass.getuser())
    except KithError:
        path.unlink()
        raise
    return f"Kith runs as a service now and after every boot ({path}). See it with  kith service logs."


def _install_agent(settings: Settings, folder: DataFolder) -> str:
    _require("launchctl")
    path = agent_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(launchd_plist(COMMAND, _environ(settings), folder.path))
    try:
        _call("launchctl", "bootstrap", f"gui/{os.getuid()}", str(path))
    except KithError:
        path.unlink()
        raise
    return f"Kith runs as a service now and after every login ({path}). See it with  kith service logs."


def _require(*tools: str) -> None:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        verb = "are" if len(missing) > 1 else "is"
        raise KithError(
            f"{' and '.join(missing)} {verb} not on this machine, so Kith cannot be installed as a service here. "
            "Let your own service manager run  kith up."
        )


def _call(*command: str) -> None:
    _require(command[0])
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[0]
        raise KithError(f"{' '.join(command)} failed: {said}. Correct that, or run  kith up  yourself.")


def _systemd_word(text: str, *, command: bool = False) -> str:
    """`text` as one quoted word (systemd.syntax(7), QUOTING); `%` and, in a command, `$` stand for themselves."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{text.replace("$", "$$") if command else text}"'
