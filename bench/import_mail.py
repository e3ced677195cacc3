"""`python -m bench.import_mail [MESSAGES …]`: how fast and how flat `kith import` takes real mail in.

The corpus (KITH_CORPUS) is repeated until there are at least MESSAGES (default 90,000, then ten times that for
memory), each repeat shifted by 400 days with its Message-IDs renamed. A service runs on an empty folder; the clock
runs from the command's start until nothing is owed. Beside it, interleaved, best of three: one bare loop of the
standard library (`BytesHeaderParser`, compat32, `getaddresses`, `parsedate_to_datetime`) over the same header bytes
in memory. Ends with one line of JSON:
messages, messages_per_second, bare_per_second, ratio, peak_rss_mb (largest process), peak_rss_mb_tenfold, rss_growth.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from bench.corpus import header_blocks, write_archive
from bench.ended import ended
from bench.user import environ

_ROUNDS = 3
_TENFOLD = 10


def main() -> int:
    """Print the figures; 1 without a corpus."""
    corpus = Path(os.environ.get("KITH_CORPUS", "/nonexistent"))
    if not (corpus / "mail").is_dir():
        print("KITH_CORPUS names no corpus: nothing measured.", file=sys.stderr)
        return 1
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 90_000
    owners = json.loads((corpus / "enron" / "people.json").read_text())["owners"].values()
    me = [address for owner in owners for address in owner["addresses"]]
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(corpus, Path(folder), wanted, me)
    print(json.dumps(figures))
    return 0


def _measure(corpus: Path, folder: Path, wanted: int, me: list[str]) -> dict[str, float]:
    archive = folder / "mail"
    archive.mkdir()
    once = write_archive(corpus, archive, 1)
    repeats = -(-wanted // once)
    count = write_archive(corpus, archive, repeats)
    blocks = list(header_blocks(archive))
    best, bare, rss = float("inf"), float("inf"), 0.0
    for number in range(_ROUNDS):
        bare = min(bare, _bare(blocks))
        seconds, peak = _imported(archive, folder / f"data{number}", me)
        best, rss = min(best, seconds), max(rss, peak)
        print(f"round {number + 1}: {count / seconds:,.0f} messages/s imported, {peak:.0f} MB", file=sys.stderr)
    del blocks
    write_archive(corpus, archive, repeats * _TENFOLD)
    _, tenfold = _imported(archive, folder / "tenfold", me)
    return {
        "messages": count,
        "messages_per_second": round(count / best),
        "bare_per_second": round(count / bare),
        "ratio": round(bare / best, 3),
        "peak_rss_mb": round(rss, 1),
        "peak_rss_mb_tenfold": round(tenfold, 1),
        "rss_growth": round(tenfold / rss, 3),
    }


def _bare(blocks: list[bytes]) -> float:
    """Seconds the standard library takes to parse the same header bytes, and nothing else."""
    parser = BytesHeaderParser()
    start = time.perf_counter()
    for block in blocks:
        message = parser.parsebytes(block)
        getaddresses([str(value) for name in ("from", "to", "cc") for value in message.get_all(name, [])])
        try:
            parsedate_to_datetime(message["date"])
        except (TypeError, ValueError, IndexError):
            continue
    return time.perf_counter() - start


def _imported(archive: Path, data: Path, me: list[str]) -> tuple[float, float]:
    """Seconds from the command's start until nothing is owed, and the largest process's peak in MB."""
    variables = environ(data)
    service = subprocess.Popen([sys.executable, "-m", "kith", "up"], env=variables, stderr=subprocess.DEVNULL)
    try:
        _wait_for_workers(variables)
        with _watched(service.pid) as peak:
            start = time.perf_counter()
            command = [sys.executable, "-m", "kith", "import", str(archive), *(p for a in me for p in ("--me", a))]
            subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            seconds = time.perf_counter() - start
    finally:
        service.terminate()
        service.wait()
    return seconds, peak[0]


def _wait_for_workers(variables: dict[str, str]) -> None:
    for _ in range(100):
        said = subprocess.run(
            [sys.executable, "-m", "kith", "doctor"],
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if said.returncode == 0:
            return
        time.sleep(0.1)
    raise SystemExit("the service did not come up")


@contextmanager
def _watched(root: int) -> Iterator[list[float]]:
    """The largest peak resident set, in MB, of any process below `root` and of the command itself."""
    peak = [0.0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            for pid in _below({root, os.getpid()}) - {os.getpid()}:
                peak[0] = max(peak[0], _peak(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _below(roots: set[int]) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    found = set(roots)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def _peak(pid: int) -> float:
    try:
        # A child that has not yet become its program still counts our own memory as its.
        if Path(f"/proc/{pid}/cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes():
            return 0.0
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(ended(main))
