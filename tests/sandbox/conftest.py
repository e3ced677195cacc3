"""One life and its archive, made once for all tests here."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Iterator
from datetime import date
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.life import make_life
from sandbox.model import Life
from sandbox.takeout import MBOX, write_takeout
from sandbox.truth import write_truth

END = date(2026, 11, 20)
#: An ordinary end, one on a leap day, one just after the clocks changed.
ENDS = (END, date(2024, 2, 29), date(2027, 4, 1))


@cache
def life_of(seed: int, end: date = END) -> Life:
    """A life, made once for all tests that look at it."""
    return make_life(seed, end)


@pytest.fixture(scope="session")
def life() -> Life:
    return life_of(1)


@pytest.fixture(scope="session")
def archive(life: Life, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Takeout/ and truth.json."""
    folder = tmp_path_factory.mktemp("life")
    write_takeout(life, folder)
    write_truth(life, folder / "truth.json")
    return folder


@pytest.fixture(scope="session")
def told(archive: Path) -> dict[str, Any]:
    """The truth as a reader gets it."""
    document: dict[str, Any] = json.loads((archive / "truth.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="session")
def messages(archive: Path) -> Iterator[dict[str, Message]]:
    """Every message of the mbox as the standard library reads it, by Gmail id."""
    box = mailbox.mbox(archive / MBOX)
    yield {f"{int(one.get_from().split('@')[0]):016x}": one for one in box}
    box.close()
