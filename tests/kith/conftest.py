"""A terminal with a data folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kith.commandline import Terminal


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Commands run in this process on an empty data folder."""
    return Terminal(tmp_path, capsys, monkeypatch)
