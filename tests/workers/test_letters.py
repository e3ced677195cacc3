"""The letter of the week is delivered once on each way, on Sundays, with first names alone, and holds nothing up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from interactions.items import Mailbox
from interactions.settings import Settings
from interactions.store import accounts, alerts, letters
from interactions.store.database import Database
from tests.interactions.queries.story import ANNA, ME, Story, kept, mail, tell
from tests.torture.harness import Broker
from tests.workers.mailserver import MailServer, certificate
from tests.workers.parts import make_context, running, wait_until
from workers import alerts as watching
from workers.letters import Letters, due

SUNDAY = datetime(2026, 3, 15, 18, 30, tzinfo=UTC)
TO = "me@home.example"
#: Nothing of these may stand in a letter, in a log line or in an alert.
NEVER = ("Berg", "choir.example", "Choir weekend", "s3cret", "Ёлкин", "Work morning")

Serve = Callable[..., MailServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Mail servers, closed at the end."""
    with ExitStack() as stack:

        def start(*given: Any, **named: Any) -> MailServer:
            server = MailServer(*given, **named)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def story(db: Database) -> Story:
    """A small log, in which an old mail of Anna's was answered this week."""
    told = tell(db)
    answer = mail(70, Mailbox(ME), [ANNA], "Re: Choir weekend", SUNDAY - timedelta(hours=2))
    told.judge((answer, kept("out", (ANNA, "to"), rule="mail.sent")))
    return told


def settings(folder: Path, server: MailServer | None = None, scheme: str = "smtp", login: str = "", **more: Any) -> Any:
    """Settings of an owner in UTC who wants their week."""
    if server is not None:
        more |= {"week_smtp_url": f"{scheme}://{login}{server.host}:{server.port}", "week_to": TO}
    return Settings(data_dir=folder, timezone="UTC", **more)


def look(chosen: Settings, db: Database, now: datetime = SUNDAY) -> None:
    """One look, and what it begins until its end."""
    looking = Letters(chosen, db)
    looking.look(now)
    looking.wait(30)


def test_the_scheduler_delivers_it(
    tmp_path: Path, serve: Serve, file: Database, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    monkeypatch.setattr("workers.letters.due", lambda now: SUNDAY.replace(minute=0))
    context = make_context(file, broker, tmp_path, week_smtp_url=f"smtp://127.0.0.1:{server.port}", week_to=TO)
    with running(context, "schedule"):
        wait_until(lambda: bool(server.mails), 10.0, "the letter")
    assert len(server.mails) == 1


def test_a_week_ends_on_sunday_at_six_and_may_be_late_for_a_day() -> None:
    zone = ZoneInfo("Europe/Berlin")
    ends = datetime(2026, 3, 15, 18, tzinfo=zone)
    assert due(ends) == due(ends + timedelta(days=1)) == due(datetime(2026, 3, 16, 23, 59, tzinfo=zone)) == ends
    for day, hour in ((15, 17), (14, 18), (17, 0), (18, 18)):
        assert due(datetime(2026, 3, day, hour, tzinfo=zone)) is None


def test_without_a_way_nothing_is_delivered(db: Database, story: Story, tmp_path: Path) -> None:
    look(settings(tmp_path), db)
    assert letters.delivery(db, story.owner_id, "mail") == letters.Delivery()


def test_it_comes_by_mail_once_a_week(db: Database, story: Story, tmp_path: Path, serve: Serve) -> None:
    server = serve(login=("me", "s3cret@/"))
    chosen = settings(tmp_path, server, login="me:s3cret%40%2F@")
    for hours in (-1, 0, 1, 20):
        look(chosen, db, SUNDAY + timedelta(hours=hours))
    [sent] = server.mails
    assert server.envelopes == [(f"MAIL FROM:<{TO}>", [f"RCPT TO:<{TO}>"], False)]
    assert (sent["To"], sent["Subject"]) == (TO, "Your week to Sun 15 Mar 2026")
    assert sent["Auto-Submitted"] == "auto-generated"
    look(chosen, db, SUNDAY + timedelta(days=7))
    assert [one["Message-ID"] for one in server.mails][0] != server.mails[1]["Message-ID"]


def test_a_letter_has_first_names_alone_and_no_titles(db: Database, story: Story, tmp_path: Path, serve: Serve) -> None:
    server = serve()
    look(settings(tmp_path, server), db)
    [sent] = server.mails
    bodies = [sent.get_body((kind,)) for kind in ("plain", "html")]
    for body in bodies:
        assert body is not None
        text = body.get_content()
        assert "Anna" in text
        for never in NEVER:
            assert never not in text


@pytest.mark.parametrize(
    ("name", "begins"), [("w.html", "<!doctype html>"), ("w.XML", "<?xml"), ("w.txt", "Your week")]
)
def test_it_is_written_into_a_file_for_the_owner_alone(
    db: Database, story: Story, tmp_path: Path, name: str, begins: str
) -> None:
    file = tmp_path / name
    file.write_text("last week's")
    file.chmod(0o644)
    look(settings(tmp_path, week_file=file), db)
    assert file.read_text().startswith(begins)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob(".kith-week-*")) == []
    assert not any(never in file.read_text() for never in NEVER)


def test_what_failed_is_told_rests_and_is_tried_again(
    db: Database, story: Story, tmp_path: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = serve(refuse={"RCPT": f"550 {TO}: Anna Berg is s3cret"})
    chosen = settings(tmp_path, server, week_file=tmp_path / "nowhere" / "w.html")
    for _ in range(3):
        look(chosen, db)
    assert sum(line.startswith("RCPT") for line in server.said) == 1, "it rests"
    watching.check(chosen, db)
    said = [one.sentence for one in alerts.open_alerts(db)]
    assert any("refused the address KITH_WEEK_TO" in one for one in said)
    assert any("its folder refuses it" in one for one in said)
    for never in (*NEVER, TO, str(tmp_path), "127.0.0.1"):
        assert never not in caplog.text + "".join(said)
    rested(db, story.owner_id)
    server.refuse.clear()
    (tmp_path / "nowhere").mkdir()
    look(chosen, db)
    assert len(server.mails) == 1
    watching.check(chosen, db)
    assert alerts.open_alerts(db) == []


def rested(db: Database, owner_id: int) -> None:
    """As if the time to rest had passed."""
    for way in ("file", "mail"):
        before = letters.delivery(db, owner_id, way)
        assert 0 < before.not_before - time.time() <= 301
        with db.writing() as conn:
            letters._write(conn, owner_id, way, letters.Delivery(before.delivered, 0.0, before.failures, before.reason))


def test_of_two_schedulers_one_sends_and_a_crash_in_between_is_made_good(db: Database, story: Story) -> None:
    sunday = "2026-03-15"
    assert letters.claim(db, story.owner_id, "mail", sunday, 1.0)
    assert not letters.claim(db, story.owner_id, "mail", sunday, 1.0)
    time.sleep(1.1)
    assert letters.claim(db, story.owner_id, "mail", sunday, 1.0), "whoever had it has died"
    letters.delivered(db, story.owner_id, "mail", sunday)
    assert not letters.claim(db, story.owner_id, "mail", sunday, 1.0)
    assert letters.claim(db, story.owner_id, "mail", "2026-03-22", 1.0)


def test_it_rests_twice_as_long_each_time_and_six_hours_at_most(db: Database, story: Story) -> None:
    pauses = []
    for _ in range(9):
        letters.failed(db, story.owner_id, "mail", "why")
        pauses.append(round((letters.delivery(db, story.owner_id, "mail").not_before - time.time()) / 300))
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == 72


def test_a_server_that_says_nothing_holds_nothing_up(
    db: Database, story: Story, tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.mailing._PATIENCE", 1.0)
    looking = Letters(settings(tmp_path, serve(silent=True)), db)
    began = time.monotonic()
    looking.look(SUNDAY)
    looking.look(SUNDAY)
    assert time.monotonic() - began < 0.5
    looking.wait(20)
    assert "does not answer" in letters.delivery(db, story.owner_id, "mail").reason


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_what_leaves_this_machine_is_encrypted(tmp_path: Path, serve: Serve, scheme: str, file: Database) -> None:
    # Any address of this machine's network but the one called local.
    tls, authority = certificate(tmp_path, "127.0.0.2")
    server = serve("127.0.0.2", tls=tls, at_once=scheme == "smtps", login=("me", "s3cret"))
    look(settings(tmp_path, server, scheme, "me:s3cret@", ca_file=authority), file)
    assert [secure for _, _, secure in server.envelopes] == [True]


def test_an_unknown_certificate_or_none_ends_it_before_anything_is_said(
    tmp_path: Path, serve: Serve, file: Database
) -> None:
    owner = accounts.owner(file)
    tls, _ = certificate(tmp_path, "127.0.0.2")
    for server, said in ((serve("127.0.0.2", tls=tls), "not trusted"), (serve("127.0.0.2"), "no encryption")):
        with file.writing() as conn:
            letters._locked(conn, owner, "mail")
            letters._write(conn, owner, "mail", letters.Delivery())
        look(settings(tmp_path, server, login="me:s3cret@"), file)
        assert said in letters.delivery(file, owner, "mail").reason
        assert not any(line.startswith(("AUTH", "MAIL")) for line in server.said)


def test_a_refused_login_and_an_odd_goodbye(tmp_path: Path, serve: Serve, file: Database) -> None:
    owner = accounts.owner(file)
    server = serve(login=("me", "other"))
    look(settings(tmp_path, server, login="me:s3cret@"), file)
    assert letters.delivery(file, owner, "mail").reason == "the mail server refused the login"
    with file.writing() as conn:
        letters._write(conn, owner, "mail", letters.Delivery())
    rude = serve(refuse={"QUIT": "500 stay"})
    look(settings(tmp_path, rude), file)
    assert len(rude.mails) == 1
    assert letters.delivery(file, owner, "mail").delivered == "2026-03-15"


def test_with_several_owners_somebody_has_to_say_whose_week(tmp_path: Path, serve: Serve, file: Database) -> None:
    accounts.owner(file, "bo")
    server = serve()
    look(settings(tmp_path, server), file)
    watching.check(settings(tmp_path, server), file)
    assert server.mails == []
    assert ["KITH_OWNER" in one.sentence for one in alerts.open_alerts(file)] == [True]
    look(settings(tmp_path, server, owner="bo"), file)
    assert len(server.mails) == 1


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """One database, where only the way of a letter matters."""
    from interactions.store.migrate import migrate

    database = Database(f"sqlite:///{tmp_path / 'kith.db'}")
    migrate(database)
    accounts.owner(database)
    yield database
    database.close()
