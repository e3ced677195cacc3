"""What must never be kept is planted all over an archive, imported for real, and looked for in every byte there is."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from sandbox.life import CANARY, Life, make_life
from tests.kith.commandline import ROOT, environ, process

#: Shorter subjects could be words of our own.
SUBJECT_MIN = 8


def disguises(word: str) -> list[bytes]:
    """The word as itself, in UTF-16, as hexadecimal, as base64 (RFC 4648) at each of its alignments, and decoded."""
    plain = word.encode()
    found = [plain, plain.lower(), word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode()]
    # In attachments it stands where base64 does.
    found.append(base64.b64decode(plain))
    for shift in range(3):
        # The characters at both ends also depend on what stands beside the word.
        whole = base64.b64encode(b"\0" * shift + plain)
        found.append(whole[(0, 2, 3)[shift] : -4])
    return found


@dataclass
class Kept:
    """What an import left, and what lay in the data folder while it ran."""

    life: Life
    archive: bytes
    #: By file name, all that was ever seen in it.
    files: dict[str, bytes]
    #: By command, what it said.
    said: dict[str, bytes]


def look(folder: Path, seen: dict[str, bytes]) -> None:
    """Add what the files of the folder hold now."""
    for path in folder.rglob("*"):
        try:
            if path.is_file() and path.name != "kith.db-shm":
                seen[path.name] = seen.get(path.name, b"") + path.read_bytes()
        except OSError:
            continue  # It went away between the two.


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A year of life imported by the real command, its own broker and its own workers."""
    folder = tmp_path_factory.mktemp("canary")
    subprocess.run([sys.executable, "-m", "sandbox.life", str(folder), "--end", "2026-10-31"], cwd=ROOT, check=True)
    own = json.loads((folder / "truth.json").read_text())["owner"]["addresses"]
    env = environ(folder)
    seen: dict[str, bytes] = {}
    words = [word for address in own for word in ("--me", address)]
    importing = subprocess.Popen(
        [sys.executable, "-m", "kith", "import", str(folder / "Takeout"), *words],
        env={**env, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    while importing.poll() is None:
        look(folder / "data", seen)
        time.sleep(0.4)
    assert importing.stdout is not None
    said = {"import": importing.stdout.read()}
    importing.stdout.close()
    assert importing.returncode == 0, said["import"].decode()[-2_000:]
    for command in (
        ("log", "--json", "--limit", "100000"), ("people", "--json"), ("status", "--json"), ("dropped", "--json"),
        ("quarantine", "--json"), ("backup", str(folder / "data" / "whole.kith")), ("doctor",),
    ):  # fmt: skip
        done = process(*command, env=env)
        said[command[0]] = (done.stdout + done.stderr).encode()
        assert "Traceback" not in done.stderr
    look(folder / "data", seen)
    archive = b"".join(path.read_bytes() for path in (folder / "Takeout").rglob("*") if path.is_file())
    return Kept(make_life(end=date(2026, 10, 31)), archive, seen, said)


def test_the_search_looks_where_things_are(kept: Kept) -> None:
    assert kept.archive.count(CANARY.encode()) > 1_000
    for before in ("", "a", "ab"):
        encoded = base64.b64encode(f"{before}{CANARY} and more".encode())
        assert any(disguise in encoded for disguise in disguises(CANARY))
    names = set(kept.files)
    assert {"kith.db", "kith.db-wal", "whole.kith", "pull.log", "classify.log", "schedule.log"} <= names
    assert any(name.endswith(".aof") for name in names), "the queue's own file"
    title = json.loads(kept.said["log"])["interactions"][0]["title"].encode()
    for holder in (kept.files["kith.db"], kept.files["whole.kith"], kept.said["log"]):
        assert title in holder
    assert b'"classify"' in b"".join(content for name, content in kept.files.items() if name.endswith(".aof"))


def test_no_body_description_note_photo_or_attachment_is_kept_or_shown(kept: Kept) -> None:
    where = [
        name
        for name, content in (*kept.files.items(), *kept.said.items())
        for disguise in disguises(CANARY)
        if disguise in content
    ]
    assert where == []


def test_logs_and_the_queue_name_nobody_and_no_subject(kept: Kept) -> None:
    life = kept.life
    never = {address for person in (life.owner, *life.people) for address in person.addresses}
    never |= {mail.subject for mail in life.mails if len(mail.subject) >= SUBJECT_MIN}
    never |= {event.summary for event in life.events if len(event.summary) >= SUBJECT_MIN}
    never |= {person.name for person in life.people}
    assert len(never) > 300
    spoken = {name: content for name, content in kept.files.items() if name.endswith((".log", ".log.1", ".aof"))}
    found = {(name, word) for name, content in spoken.items() for word in never if word.encode() in content}
    assert found == set()
