"""`kith doctor` on a connected account: what Google refuses, and what we believe of it, tried."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.google.gmail_api import READONLY
from sandbox.google.server import serve
from sandbox.google.world import Google
from sandbox.life import make_life
from tests.kith.commandline import Terminal
from tests.kith.test_connecting import Connectable


@pytest.fixture
def kith(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connectable]:  # fmt: skip
    google = Google()
    google.add_life(make_life(1))
    google.quota.rate = 10
    with serve(google) as running:
        made = Connectable(Terminal(tmp_path, capsys, monkeypatch), google, running.url, monkeypatch)
        made.setup()
        made.connect("--yes")
        yield made


def test_the_body_of_a_mail_is_asked_for_and_refused(kith: Connectable) -> None:
    kith.google.recording.clear()
    said = kith.terminal.run("doctor")
    assert "a mail's body was asked for, and Google refused it (403 forbidden)" in said
    [line] = [one for one in kith.google.recording.copy() if one.query.get("format") == ["full"]]
    assert (line.status, list(line.query["fields"])) == (403, ["id"])
    assert kith.terminal.code == 0


def test_a_permission_that_reads_bodies_is_a_failure(kith: Connectable) -> None:
    for grant in kith.google.authorization.grants.values():
        grant.scopes = (READONLY, *[one for one in grant.scopes if "gmail" not in one])
    said = kith.terminal.run("doctor")
    assert "Google did not refuse the body" in said
    assert kith.terminal.code == 1


def test_without_a_network_nothing_fails_that_is_not_broken(
    kith: Connectable, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("KITH_GOOGLE_GMAIL_ROOT", "http://127.0.0.1:1/")
    assert "not tried: 127.0.0.1 does not take connections" in kith.terminal.run("doctor")
    assert kith.terminal.code == 0


def test_offline_nobody_is_asked(kith: Connectable) -> None:
    kith.google.recording.clear()
    assert "forbidden" not in kith.terminal.run("doctor", "--offline")
    assert kith.google.recording.copy() == []


def test_every_belief_is_tried_and_reported_without_personal_data(kith: Connectable) -> None:
    report = kith.terminal.folder / "report.txt"
    said = kith.terminal.run("doctor", "--live", "--report", report)
    assert kith.terminal.code == 0, said
    assert "FAIL" not in said
    text = report.read_text()
    assert text.count("  pass ") >= 15
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    life = make_life(1)
    private = {life.owner.address, kith.google.only().subject, *(mail.id for mail in life.mails[:200])}
    private |= {mail.subject for mail in life.mails[:200] if len(mail.subject) > 8}
    assert not [one for one in private if one in text]
    asked = json.dumps([line.document() for line in kith.google.recording.copy()])
    assert '"snippet' not in asked


def test_a_belief_that_does_not_hold_is_told(kith: Connectable) -> None:
    kith.google.only().mailbox.labelled = False
    kith.google.only().mailbox.deliver([("Subject", "x")])
    said = kith.terminal.run("doctor", "--live", "--report", kith.terminal.folder / "r.txt")
    assert "FAIL  changes carry their mails' labels" in said
    assert kith.terminal.code == 1


@pytest.mark.parametrize("before", [3, 31], ids=["of one mail", "in a batch"])
def test_quota_that_is_used_up_is_waited_for_and_no_failed_belief(kith: Connectable, before: int) -> None:
    kith.google.faults.add("rate.retry", "gmail.messages.get", after=before, count=1)
    said = kith.terminal.run("doctor", "--live", "--report", kith.terminal.folder / "r.txt")
    assert kith.google.faults.done == {"rate.retry": 1}
    assert "FAIL" not in said
    assert "RateLimited" not in said


def test_live_needs_an_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(tmp_path, capsys, monkeypatch)
    terminal.story()
    terminal.run("doctor", "--live")
    assert terminal.code == 2
    assert "kith connect google" in terminal.err
