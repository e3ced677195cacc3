"""`kith import` from the first word to the log, with a real broker and real workers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.files.owner import Candidate
from interactions.errors import UsageProblem
from interactions.settings import load_settings
from kith.importing import chosen
from kith.supervisor import service_running
from sandbox.life import make_life
from sandbox.takeout import write_takeout
from tests.kith.commandline import ROOT, environ, process

MAIL = """\
From anna@choir.example Mon Mar  2 10:00:00 2026
Message-ID: <1@choir.example>
Date: Mon, 2 Mar 2026 10:00:00 +0000
From: Anna Berg <anna@choir.example>
To: Me <me@home.example>
Delivered-To: me@home.example
Subject: Choir weekend

Body.

From me@home.example Tue Mar  3 10:00:00 2026
Message-ID: <2@home.example>
In-Reply-To: <1@choir.example>
Date: Tue, 3 Mar 2026 10:00:00 +0000
From: Me <me@home.example>
To: Anna Berg <anna@choir.example>
Subject: Re: Choir weekend

Body.

From old@choir.example Thu Mar  3 10:00:00 2005
Message-ID: <3@choir.example>
Date: Thu, 3 Mar 2005 10:00:00 +0000
From: Anna Berg <anna@choir.example>
To: Me <me@home.example>
Subject: Long ago

Body.
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with one mailbox, one calendar and one card."""
    folder = tmp_path / "my archive"
    folder.mkdir()
    (folder / "inbox.mbox").write_text(MAIL)
    (folder / "book.vcf").write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Berg\r\nEMAIL:anna@choir.example\r\nEND:VCARD\r\n"
    )
    return folder


def test_an_import_is_read_judged_and_asked_and_a_second_one_finds_nothing_new(tmp_path: Path, archive: Path) -> None:
    env = environ(tmp_path)
    first = process("import", archive, "--me", "me@home.example", env=env)
    assert first.returncode == 0, first.stderr
    assert "mail       seen 3 = kept 3" in first.stdout
    assert "4 new items, 3 new interactions" in first.stdout
    log = json.loads(process("log", "--json", env=env).stdout)
    assert [entry["title"] for entry in log["interactions"]] == ["Re: Choir weekend", "Choir weekend", "Long ago"]
    second = process("import", archive, env=env)
    assert (second.returncode, "Nothing was new." in second.stdout) == (0, True)


def test_an_address_that_is_not_the_owners_is_asked_about(tmp_path: Path, archive: Path) -> None:
    others = MAIL.replace("Delivered-To: me@home.example\n", "").replace("Me <me@home.example>", "Bo <bo@work.example>")
    (archive / "inbox.mbox").write_text(others)
    done = process("import", archive / "inbox.mbox", "--me", "someone@else.example", env=environ(tmp_path))
    assert "mails are between others: is an address there yours?" in done.stdout
    assert "kith me add ADDRESS" in done.stdout


def wait_for(there: Callable[[], bool]) -> None:
    """Wait until it is so, half a minute at the most."""
    until = time.monotonic() + 30
    while not there() and time.monotonic() < until:
        time.sleep(0.05)


def total(env: dict[str, str]) -> int:
    """How many interactions there are."""
    return int(json.loads(process("log", "--json", env=env).stdout)["total"])


def test_a_running_kith_takes_imports_limits_and_rejudging_and_stops_on_ctrl_c(tmp_path: Path, archive: Path) -> None:
    env = environ(tmp_path, KITH_CLASSIFY_PROCESSES="2")
    up = subprocess.Popen(
        [sys.executable, "-m", "kith", "up"], env={**env, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
    )
    try:
        settings = load_settings(env)
        wait_for(lambda: service_running(settings))
        done = process("import", archive, "--me", "me@home.example", "--since", "2020-01-01", env=env)
        assert (done.returncode, done.stderr) == (0, "")
        assert total(env) == 2
        assert "excluded.since" in process("dropped", env=env).stdout
        # A limit holds until another one is named.
        assert process("import", archive, env=env).returncode == 0
        assert total(env) == 2
        assert process("import", archive, "--since", "all", env=env).returncode == 0
        assert total(env) == 3
        assert process("import", archive, "--since", "2020-01-01", env=env).returncode == 0
        assert total(env) == 2
        judged = process("rejudge", env=env)
        assert (judged.returncode, "kept 2 + dropped 1" in judged.stdout) == (0, True)
        second = process("up", env=env)
        assert (second.returncode, "runs already" in second.stderr) == (1, True)
        healthy = process("doctor", env=env)
        assert healthy.returncode == 0, healthy.stdout
        assert "4 alive: 2 classify, pull, schedule" in healthy.stdout
    finally:
        up.send_signal(signal.SIGINT)
        _, said = up.communicate(timeout=15)
    assert (up.returncode, b"Ctrl-C stops it" in said) == (0, True)


def test_off_a_terminal_nobody_is_taken_for_the_owner_unasked(tmp_path: Path, archive: Path) -> None:
    env = environ(tmp_path)
    done = process("import", archive, env=env)
    assert done.returncode == 2
    assert "me@home.example" in done.stderr
    assert f"kith import '{archive}' --me me@home.example" in done.stderr
    assert process("log", env=env).returncode == 0
    assert json.loads(process("status", "--json", env=env).stdout)["streams"] == []


def test_what_cannot_be_read_is_one_sentence_before_any_work(tmp_path: Path) -> None:
    env = environ(tmp_path)
    half = tmp_path / "half.zip"
    half.write_bytes(b"PK\x03\x04 half a zip")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    for path in (tmp_path / "nothing", half, tmp_path / "photo.jpg"):
        done = process("import", path, "--me", "me@home.example", env=env)
        assert done.returncode in (1, 2)
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_stream_that_fails_is_told_and_ends_with_1_and_the_others_are_read(tmp_path: Path, archive: Path) -> None:
    env = environ(tmp_path)
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(damaged, "w") as packed:
        packed.write(archive / "inbox.mbox", "inbox.mbox")
        packed.write(archive / "book.vcf", "book.vcf")
    content = damaged.read_bytes()
    damaged.write_bytes(content.replace(b"Long ago", b"Long agX", 1))
    done = process("import", damaged, "--me", "me@home.example", env=env)
    assert done.returncode == 1
    assert "contacts   seen 1 = kept 1" in done.stdout
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Download the archive again." in process("status", env=env).stdout


def test_the_owner_picks_addresses_by_number_or_in_words() -> None:
    found = [Candidate("a@x.example", ("most frequent sender",), 9.0), Candidate("b@x.example", (), 1.0)]
    assert chosen("1 2", found) == ["a@x.example", "b@x.example"]
    assert chosen("2, other@y.example", found) == ["b@x.example", "other@y.example"]
    for answer in ("3", "0", "nonsense", ""):
        with pytest.raises(UsageProblem):
            chosen(answer, found)


def test_ctrl_c_in_an_import_keeps_what_was_read_and_the_same_command_goes_on(tmp_path: Path) -> None:
    env = environ(tmp_path)
    write_takeout(make_life(1), tmp_path)
    words = [sys.executable, "-m", "kith", "import", str(tmp_path / "Takeout"), "--yes"]
    started = subprocess.Popen(
        words, env={**env, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    wait_for(lambda: (tmp_path / "data" / "logs" / "pull.log").exists())
    started.send_signal(signal.SIGINT)
    out, said = started.communicate(timeout=30)
    assert (started.returncode, out) == (130, "")
    assert "Run the same command to go on." in said
    assert "Traceback" not in said
    assert not service_running(load_settings(env))
    assert process(*words[3:], env=env).returncode == 0
    streams = json.loads(process("status", "--json", env=env).stdout)["streams"]
    assert [stream["counts"]["waiting"] for stream in streams] == [0, 0, 0]
    assert sum(stream["counts"]["seen"] for stream in streams) > 4_000
