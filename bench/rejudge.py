"""How fast everything is judged again: `python -m bench.rejudge [ITEMS]`, beside merely reading the same rows.

The corpus's mail (KITH_CORPUS) is imported by the real command until there are ITEMS (default 100,000) of it. Two
things are timed, the best of all rounds: reading and decoding every row as judging reads it (`claims.load`, 500 at a
time, one process; before and after the other), and `kith rejudge` of all of it while the service runs, from the
command's start until nothing is owed. For the record a bare loop over the payloads alone is timed, too. The last line
is JSON: `items`, `items_per_second`, `read_per_second`, `ratio` (of the two), `payloads_per_second`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from bench.corpus import write_archive
from bench.ended import ended
from bench.user import environ
from interactions.prepare import decode
from interactions.schema import items, payloads
from interactions.settings import load_settings
from interactions.store import accounts, claims, quarantine
from interactions.store.opening import open_database
from kith.supervisor import service_running

_ROUNDS = 3


def main() -> int:
    """Print the figures; 1 without a corpus."""
    corpus = Path(os.environ.get("KITH_CORPUS", "/nonexistent"))
    if not (corpus / "mail").is_dir():
        print("KITH_CORPUS names no corpus: nothing measured.", file=sys.stderr)
        return 1
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_measure(corpus, Path(folder), wanted)))
    return 0


def _measure(corpus: Path, folder: Path, wanted: int) -> dict[str, float]:
    archive = folder / "mail"
    archive.mkdir()
    once = write_archive(corpus, archive, 1)
    write_archive(corpus, archive, -(-wanted // once))
    owners = json.loads((corpus / "enron" / "people.json").read_text())["owners"].values()
    me = [part for owner in owners for address in owner["addresses"] for part in ("--me", address)]
    data = folder / "data"
    _kith(data, "import", str(archive), *me)
    before = _read(data)
    best = float("inf")
    with subprocess.Popen([sys.executable, "-m", "kith", "up"], env=environ(data), stderr=subprocess.DEVNULL) as up:
        try:
            _until_it_runs(data, up)
            _kith(data, "rejudge")
            for _ in range(_ROUNDS):
                began = time.perf_counter()
                _kith(data, "rejudge")
                best = min(best, time.perf_counter() - began)
        finally:
            up.terminate()
    after = _read(data)
    read, bare, count = min(before.read, after.read), min(before.bare, after.bare), before.count
    return {
        "items": count,
        "items_per_second": round(count / best),
        "read_per_second": round(count / read),
        "ratio": round(read / best, 3),
        "payloads_per_second": round(count / bare),
    }


def _until_it_runs(data: Path, up: subprocess.Popen[bytes]) -> None:
    """A command that finds no service starts workers for itself, which would be timed with it."""
    settings = load_settings({"KITH_DATA_DIR": str(data)})
    while not service_running(settings):
        if up.poll() is not None:
            raise SystemExit(f"kith up ended with {up.returncode}: nothing measured.")
        time.sleep(0.1)


def _kith(data: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "kith", *arguments]
    subprocess.run(command, env=environ(data), check=True, stdout=subprocess.DEVNULL)


class Reading(NamedTuple):
    """Best seconds for reading everything as judging does, and for its payloads alone; and how much that is."""

    read: float
    bare: float
    count: int


def _read(data: Path) -> Reading:
    db = open_database(load_settings({"KITH_DATA_DIR": str(data)}))
    quarantine.rejudge(db, accounts.owner(db))
    with db.reading() as conn:
        ids = list(
            conn.execute(select(items.c.id).where(items.c.owed_since.isnot(None)).order_by(items.c.id)).scalars()
        )
    read = bare = float("inf")
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        count = sum(len(claims.load(db, ids[start : start + 500])) for start in range(0, len(ids), 500))
        read = min(read, time.perf_counter() - began)
        began = time.perf_counter()
        with db.reading() as conn:
            sum(1 for (body,) in conn.execute(select(payloads.c.body)) if decode(body) is not None)
        bare = min(bare, time.perf_counter() - began)
    db.close()
    return Reading(read, bare, count)


if __name__ == "__main__":
    sys.exit(ended(main))
