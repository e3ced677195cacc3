"""The house keeps its rules: import direction, small pieces, SQL in its place, no trace of where it was built."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("kith", "workers", "connectors", "interactions", "sandbox")
LONGEST_FUNCTION = 45
LONGEST_FILE = 400
#: Where SQL may be written: modules or packages of these names in `interactions`, and the migrations.
SQL_HOMES = {"store", "queries", "schema"}
#: Made by tools, not by us; folders whose name begins with a dot are too, but for this one.
MADE = {"__pycache__", "build", "dist"}
OUR_HIDDEN = {".ci"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def project_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        folders = path.relative_to(ROOT).parts[:-1]
        made = any(f in MADE or f.endswith(".egg-info") or (f[0] == "." and f not in OUR_HIDDEN) for f in folders)
        if path.is_file() and path.name != ".git" and not made:
            yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_in_one_direction() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_are_short() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in modules(*OURS, "bench")}
    assert {path: length for path, length in lengths.items() if length >= LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in modules(*OURS, "bench", "tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_holds() -> None:
    silent = [name(path) for path in modules(*OURS) if path.read_text().strip() and not _docstring(path)]
    assert silent == []


def test_nothing_is_left_to_be_done_later() -> None:
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = []
    for path in modules(*OURS, "bench", "tests"):
        with path.open("rb") as file:
            comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
        found += [f"{name(path)}:{comment.start[0]}" for comment in comments if later.search(comment.string)]
    assert found == []


def test_sql_lives_in_store_queries_and_schema_only() -> None:
    statement = re.compile(
        r"exec_driver_sql|\bsqlalchemy\b.*\btext\b|\bsa\.text\(|(?-i:\bSELECT\s+[\w*(]|\bINSERT INTO\s|\bDELETE FROM\s)"
    )
    found = []
    for path in modules(*OURS):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] == "interactions" and SQL_HOMES & set(parts):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if statement.search(line):
                found.append(f"{name(path)}:{number}")
    assert found == []


@pytest.mark.parametrize(
    "pattern",
    [
        # Joined here so that this file does not name what it looks for.
        "/wo" + "rk/",
        "/ro" + "ot/",
        "/opt/" + "pypi",
        "/opt/" + "wheels",
        r"py" + r"pi\.org",
        r"files\.python" + "hosted",
        r"--(extra-)?index" + "-url",
        "sha" + "red/",
    ],
)
def test_the_project_does_not_know_the_machine_it_was_made_on(pattern: str) -> None:
    wanted = re.compile(pattern)
    found = [name(path) for path in project_files() if wanted.search(path.read_bytes().decode(errors="replace"))]
    # The one place that says where the real data to measure against lies.
    assert [path for path in found if not (path == ".ci/run" and "sha" + "red" in pattern)] == []


def test_the_locks_pin_every_package_by_hash() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE))
        loose = [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
        assert loose == [], lock


def test_the_development_lock_holds_the_same_versions_as_the_other() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[\w.\-\[\]]+==\S+", (ROOT / lock).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("exit 1", "needs Python 3.11 or newer"),
        ('case "$2" in *ensurepip*) exit 1;; esac; exit 0', "apt install python3-venv"),
        (None, "Install Python 3.11 or newer"),
    ],
)
def test_make_tells_what_the_machine_lacks(tmp_path: Path, program: str | None, told: str) -> None:
    python = tmp_path / "python3"
    if program:
        python.write_text(f"#!/bin/sh\n{program}\n")
        python.chmod(0o755)
    command = ["make", "--no-print-directory", "bench", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert told in done.stderr
    assert not (tmp_path / "venv").exists()


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text()))
