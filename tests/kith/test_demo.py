"""`kith demo --once`, whole."""

from __future__ import annotations

import os
from pathlib import Path

from tests.kith.commandline import process


def test_the_demo_ends_well_with_nothing_but_a_home(tmp_path: Path) -> None:
    (tmp_path / ".demo").mkdir()
    env = {"PATH": os.defpath, "HOME": str(tmp_path)}
    stranger = process("demo", "--once", env=env, cwd=tmp_path)
    assert (stranger.returncode, "not made by kith demo" in stranger.stderr) == (2, True)
    (tmp_path / ".demo").rmdir()
    done = process("demo", "--once", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Against the truth:" in done.stdout
    assert "receipts and notices none is." in done.stdout
    for heading in ("$ kith log", "$ kith people", "$ kith status"):
        assert heading in done.stdout
    assert "mail bodies: impossible" in done.stdout
    assert "ten times Google's rate" in done.stdout
    assert " + waiting" not in done.stdout
    told = process("log", "kind:meeting", env={**env, "KITH_DATA_DIR": str(tmp_path / ".demo" / "data")})
    assert told.returncode == 0
