"""Where real data is found: only through the environment, never in the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder KITH_CORPUS names, with mail, calendars and cards of others in it."""
    named = os.environ.get("KITH_CORPUS")
    if not named:
        if os.environ.get("CI") == "true":
            pytest.fail("KITH_CORPUS must name the folder with real data in CI")
        pytest.skip("KITH_CORPUS does not name a folder with real data")
    return Path(named)
