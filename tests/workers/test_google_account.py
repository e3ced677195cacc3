"""A connected account: tokens renewed once, consent lost and found, one permission missing (RFC 6749)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

import workers.reading
from connectors.google.api import Api, Session
from connectors.google.oauth import ASKED
from interactions.store import accounts, connections
from interactions.store.database import Database
from sandbox.google.world import Google
from sandbox.life import make_life
from sandbox.takeout import write_takeout
from tests.workers.google import ANN, World, connect, world
from tests.workers.parts import owed_ids
from workers.classify import classify
from workers.pull import pull

MAIL = "google.mail"


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[World]:
    with world(db, tmp_path, redis_url) as made:
        yield made


def letter(number: int, sender: str = "bob@choir.example") -> list[tuple[str, str]]:
    return [
        ("From", sender), ("To", ANN), ("Subject", f"Matter {number}"), ("Message-ID", f"<{number}@x.example>"),
        ("Date", f"Mon, 2 Mar 2026 10:{number % 60:02}:00 +0000"),
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["accessNotConfigured", "insufficientPermissions"])
def test_what_only_the_owner_can_change_stops_the_stream_with_a_clear_sentence(
    db: Database, tmp_path: Path, redis_url: str, reason: str
) -> None:
    disabled = reason == "accessNotConfigured"
    scopes = ASKED if disabled else tuple(one for one in ASKED if not one.endswith("gmail.metadata"))
    with world(db, tmp_path, redis_url, scopes=scopes) as here:
        if disabled:
            here.google.disabled.add("gmail")
        here.account.mailbox.deliver(letter(1))
        here.account.people.add("people/c1", "Bo", ["bo@x.example"])
        here.pull(until_rest=False)
        row = here.stream(MAIL)
        assert row.state == "stopped"
        assert ("gmail.googleapis.com" if disabled else "kith connect google") in row.sentence
        assert here.live("google.contacts") == {"people/c1"}, "the others go on"
        asked = len(here.google.recording.copy())
        here.pull(until_rest=False)
        assert len(here.google.recording.copy()) == asked, "nobody asks again and again"
        here.google.disabled.clear()
        if disabled:
            here.look()
            assert len(here.live(MAIL)) == 1


def test_a_withdrawn_consent_keeps_the_cursor_and_a_new_one_goes_on_from_it(here: World) -> None:
    here.account.mailbox.deliver(letter(1))
    here.pull()
    cursor = here.cursor(MAIL)
    here.google.authorization.revoke_all()
    here.google.authorization.expire()
    here.account.mailbox.deliver(letter(2))
    here.look()
    row = here.stream(MAIL)
    assert (row.state, row.due_at) == ("stopped", None)
    assert "invalid_grant" in row.sentence
    assert here.cursor(MAIL) == cursor
    [account] = connections.connected(here.db, here.owner_id)
    assert account.waiting
    connect(here.db, here.google, here.context.settings)
    here.google.quota.reset()
    here.pull()
    assert len(here.live(MAIL)) == 2
    assert here.google.quota.spent["gmail.messages.get"] == 20, "only what is new is fetched"


@pytest.mark.parametrize("kind", ["500", "hang", "html", "cut"])
def test_a_token_endpoint_that_fails_is_no_withdrawal(db: Database, tmp_path: Path, redis_url: str, kind: str) -> None:
    with world(db, tmp_path, redis_url, request_seconds=0.5) as here:
        here.account.mailbox.deliver(letter(1))
        here.google.faults.add(kind, "oauth.token", count=1, seconds=1.5)
        here.pull(MAIL, until_rest=False)
        assert here.stream(MAIL).state == "failing"
        here.look()
        assert len(here.live(MAIL)) == 1


def test_an_expired_token_in_the_middle_of_a_pull_is_renewed_once(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [here.account.mailbox.deliver(letter(number)) for number in range(30)]
    real = workers.reading.pages.save_page
    calls = iter(range(100))

    def expiring(*args: object) -> object:
        if next(calls) == 1:
            here.google.authorization.expire()
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(workers.reading.pages, "save_page", expiring)
    here.pull(MAIL)
    assert here.live(MAIL) == set(ids)
    assert here.google.authorization.renewals == 2


def test_many_at_once_renew_a_token_once(here: World) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            with closing(Session(here.online(), Api.GMAIL, MAIL)) as session:
                session.ask(session.service.users().getProfile(userId="me", fields="emailAddress"), dict)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert here.google.authorization.renewals == 1


def test_a_renewal_that_somebody_else_never_ends_holds_nobody_up_for_long(here: World) -> None:
    here.account.mailbox.deliver(letter(1))
    with here.db.writing() as conn:
        conn.execute(text("UPDATE credentials SET held_by = 'a dead process', held_until = 99999999999"))
    started = time.monotonic()
    pull(here.context, here.stream(MAIL).id)
    assert time.monotonic() - started < 4
    row = here.stream(MAIL)
    assert (row.state, row.failures) == ("waiting", 0)
    with here.db.writing() as conn:
        conn.execute(text("UPDATE credentials SET held_until = 1"))
    here.look()
    assert len(here.live(MAIL)) == 1


def test_an_account_that_is_let_go_stops_at_the_next_page_and_can_be_erased(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        here.account.mailbox.deliver(letter(number))
    real = workers.reading.pages.save_fetched

    def leaving(*args: object) -> object:
        connections.disconnect(here.db, here.account_id)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(workers.reading.pages, "save_fetched", leaving)
    pull(here.context, here.stream(MAIL).id)
    assert here.states(MAIL) == {}
    assert here.stream(MAIL).state == "stopped"
    connections.erase(here.db, here.owner_id, here.account_id)
    with here.db.reading() as conn:
        for table in ("items", "backlog", "containers", "streams", "credentials"):
            assert conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table


def test_a_paused_account_is_not_read(here: World) -> None:
    here.account.mailbox.deliver(letter(1))
    connections.pause(here.db, here.account_id, True)
    here.pull(until_rest=False)
    pull(here.context, here.stream(MAIL).id)
    assert here.states(MAIL) == {}
    connections.pause(here.db, here.account_id, False)
    here.pull()
    assert len(here.live(MAIL)) == 1


@pytest.mark.parametrize("first", ["archive", "account"])
def test_an_archive_and_an_account_of_one_mailbox_are_one_log(
    db: Database, tmp_path: Path, redis_url: str, first: str
) -> None:
    google = Google()
    life = make_life(3)
    google.add_life(life)
    write_takeout(life, tmp_path)
    with world(
        db, tmp_path, redis_url, google, google_units_per_minute=10_000_000, google_people_requests_per_minute=10_000
    ) as here:
        google.quota.rate = 10_000
        accounts.add_own(db, here.owner_id, life.owner.addresses)

        def archive() -> None:
            names = ("file.mbox", "file.ics", "file.vcf")
            path = tmp_path / "Takeout"
            for stream_id in accounts.register(db, here.owner_id, "archive", str(path), "Takeout", names, None):
                pull(here.context, stream_id)
            while owed := owed_ids(db):
                classify(here.context, owed)

        if first == "archive":
            archive()
        here.pull()
        alone = here.log()
        archive()
        here.look()
        mails = [one for one in here.log() if one[0] == "email"]
        assert mails == [one for one in alone if one[0] == "email"] if first == "account" else mails
        ids = set(here.states(MAIL)) & set(here.states("file.mbox"))
        assert ids == set(here.account.mailbox.messages) & set(here.states(MAIL)), "both call a mail the same"
        twice = "SELECT count(*) FROM interactions GROUP BY owner_id, kind, direction, at, title HAVING count(*) > 1"
        with db.reading() as conn:
            same = conn.execute(text(twice)).scalars().all()
        log = here.log()
        connections.erase(db, here.owner_id, here.account_id)
        while owed := owed_ids(db):
            classify(here.context, owed)
        assert [one for one in here.log() if one[0] == "email"] == [one for one in log if one[0] == "email"]
        assert len(same) < 5


def test_nothing_secret_or_personal_is_logged(here: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    here.account.mailbox.deliver(letter(1, "very-private@choir.example"))
    for kind in ("500", "rate.quota", "html", "cut", "unauthorized"):
        here.google.faults.add(kind, "gmail", count=1)
        here.look()
        here.context.__dict__["ledger"]._accounts.clear()
    here.google.authorization.revoke_all()
    here.google.authorization.expire()
    here.look()
    said = caplog.text
    assert said
    for secret in [*here.google.authorization.grants, "ya29.", "Matter", "very-private", ANN, "sandbox-not-a-secret"]:
        assert secret not in said, secret
