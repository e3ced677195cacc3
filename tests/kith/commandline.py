"""The command line as it is run: in this process for speed, as a process of its own where that matters."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from interactions.settings import load_settings
from interactions.store.opening import open_database
from kith.__main__ import run
from tests.interactions.queries.story import Story, tell

ROOT = Path(__file__).parents[2]


def environ(folder: Path, **more: str) -> dict[str, str]:
    """An environment with a data folder in `folder` and nothing else of ours."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    return {**ours, "KITH_DATA_DIR": str(folder / "data"), "TZ": "UTC", **more}


class Terminal:
    """Runs commands in this process and keeps what they said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._capsys = capsys
        for name in [name for name in os.environ if name.startswith("KITH_")]:
            monkeypatch.delenv(name)
        for name, value in environ(folder).items():
            monkeypatch.setenv(name, value)
        self.code = 0
        self.out = self.err = ""

    def story(self) -> Story:
        """A small log in the data folder."""
        db = open_database(load_settings())
        try:
            return tell(db)
        finally:
            db.close()

    def run(self, *arguments: str | Path) -> str:
        """Run one command; returns its standard output."""
        self._capsys.readouterr()
        self.code = run([str(argument) for argument in arguments])
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return self.out


def process(
    *arguments: str | Path, env: Mapping[str, str], cwd: Path | None = None, input: str = "", stdout: IO[str] | int = -1
) -> subprocess.CompletedProcess[str]:
    """Run one command as a process of its own, which the modes of files bind whoever runs the tests."""
    command = [sys.executable, "-m", "kith", *map(str, arguments)]
    path = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, env={**env, **path}, cwd=cwd, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=100,
        input=input, preexec_fn=_bound if os.geteuid() == 0 and sys.platform == "linux" else None,
    )  # fmt: skip


def _bound() -> None:
    """Root too is refused what a mode refuses, once CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH are gone (prctl(2))."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
