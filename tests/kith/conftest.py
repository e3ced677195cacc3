"""A terminal with a data folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import tell
from tests.kith.commandline import Terminal, environ


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Commands run in this process on an empty data folder."""
    return Terminal(tmp_path, capsys, monkeypatch)


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    """An environment whose data folder holds a small log, for commands as processes of their own."""
    ours = environ(tmp_path)
    db = open_database(load_settings(ours))
    tell(db)
    db.close()
    return ours
