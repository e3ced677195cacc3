"""A connected Microsoft account: renewal by several at once, consent lost and found, its limits (msal, RFC 6749)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from connectors.microsoft.entra import ASKED
from connectors.microsoft.graph import Session
from connectors.microsoft.mail import OutlookMail
from interactions.errors import ConsentGone
from interactions.secret import load_key
from interactions.store import connections, credentials
from interactions.store.database import Database
from tests.workers.microsoft import ANN, CALENDAR, CONTACTS, MAIL, MicrosoftWorld, cache_of, world


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[MicrosoftWorld]:
    with world(db, tmp_path, redis_url) as made:
        yield made


def letter(number: int, sender: str = "bob@choir.example") -> list[tuple[str, str]]:
    return [
        ("From", sender), ("To", ANN), ("Subject", f"Matter {number}"), ("Message-ID", f"<{number}@x.example>"),
        ("Date", f"Mon, 2 Mar 2026 10:{number % 60:02}:00 +0000"),
    ]  # fmt: skip


def stored_cache(here: MicrosoftWorld) -> dict[str, dict[str, object]]:
    key = load_key(here.context.settings)
    found: dict[str, dict[str, object]] = msgspec.json.decode(
        credentials.Credentials(here.db, key, here.account_id).load()
    )
    return found


def test_two_workers_that_renew_at_once_both_end_with_a_token_that_works(here: MicrosoftWorld) -> None:
    here.microsoft.authorization.expire()
    before = here.microsoft.authorization.renewals
    sessions = [Session(here.connected(), MAIL) for _ in range(8)]
    tokens: list[str] = []
    problems: list[Exception] = []

    def renew(session: Session) -> None:
        try:
            first = session._access()
            tokens.append(session._access(rejected=first))
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=renew, args=(one,)) for one in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for session in sessions:
        session.close()
    assert problems == []
    assert all(one in here.microsoft.authorization.access for one in tokens)
    assert here.microsoft.authorization.renewals - before == 1, "one renews, and the others take what it got"
    [kept] = [one["secret"] for one in stored_cache(here)["RefreshToken"].values()]  # type: ignore[index]
    assert kept in here.microsoft.authorization.grants, "the refresh token that is kept is a good one"
    here.microsoft.authorization.expire()
    with closing(OutlookMail(here.connected())) as mail:
        assert ANN in mail.whoami().addresses


def test_while_a_token_is_good_the_sign_in_is_not_asked(here: MicrosoftWorld) -> None:
    here.pull()
    here.look()
    assert here.asked("/oauth2/") + here.asked(".well-known") == []


def test_a_refresh_token_is_replaced_by_each_new_one(here: MicrosoftWorld) -> None:
    old = stored_cache(here)["RefreshToken"]
    here.microsoft.authorization.expire()
    here.pull(MAIL)
    assert stored_cache(here)["RefreshToken"] != old


@pytest.mark.parametrize("mode", ["revoked", "password_changed", "expired"])
def test_a_consent_that_ended_stops_the_account_and_keeps_its_cursors(here: MicrosoftWorld, mode: str) -> None:
    here.account.mailbox.deliver(letter(1))
    here.pull()
    if mode == "revoked":
        here.microsoft.authorization.revoke_all()
    here.microsoft.authorization.mode = "" if mode == "revoked" else mode
    here.microsoft.authorization.expire()
    here.account.mailbox.deliver(letter(2))
    here.look()
    for name in (MAIL, CALENDAR, CONTACTS):
        row = here.stream(name)
        assert (row.state, row.due_at) == ("stopped", None)
        assert "kith connect microsoft" in row.sentence
    here.microsoft.authorization.mode = ""
    account = here.account
    secret = cache_of(here.microsoft, here.context.settings, account)
    consent = connections.Consent(
        "microsoft", account.subject, account.address, " ".join(ASKED), secret, (MAIL, CALENDAR, CONTACTS)
    )  # fmt: skip
    connections.connect(here.db, load_key(here.context.settings), here.owner_id, consent)
    here.microsoft.recording.clear()
    here.pull()
    assert len(here.log()) == 2
    assert not [line for line in here.microsoft.recording.copy() if "$select" in line.query and "delta" in line.path
                and "messages" in line.path and not line.query.get("$deltatoken")
                and here.account.mailbox.folder("inbox") in line.path], "nothing is listed anew"  # fmt: skip


@pytest.mark.parametrize("kind", ["500", "html", "truncated", "hang", "rate"])
def test_a_sign_in_that_misbehaves_is_no_lost_consent(here: MicrosoftWorld, kind: str) -> None:
    here.account.mailbox.deliver(letter(1))
    here.microsoft.authorization.expire()
    # msal's cached token is still good by its clock: the refusal of Graph makes it ask for another.
    here.microsoft.faults.add(kind, "oauth.token", count=1, seconds=0.1)
    here.pull(MAIL, until_rest=False)
    assert here.stream(MAIL).state in ("failing", "waiting")
    here.look(MAIL)
    assert here.live(MAIL)


def test_a_permission_that_was_not_given_stops_one_stream_and_no_other(
    db: Database, tmp_path: Path, redis_url: str
) -> None:  # fmt: skip
    scopes = [one for one in ASKED if one != "Contacts.Read"]
    with world(db, tmp_path, redis_url, scopes=scopes) as here:
        here.account.mailbox.deliver(letter(1))
        here.pull(until_rest=False)
        assert here.stream(CONTACTS).state == "stopped"
        assert "Contacts.Read" in here.stream(CONTACTS).sentence
        assert here.stream(MAIL).sentence == "up to date"
        asked = len(here.asked("contactFolders"))
        here.look(MAIL)
        assert len(here.asked("contactFolders")) == asked, "no retry loop"


def test_an_account_without_a_mailbox_says_so_and_is_tried_again_in_an_hour(here: MicrosoftWorld) -> None:
    here.microsoft.faults.add("no.mailbox", "graph", count=None)
    here.microsoft.faults.add("no.mailbox", "batch", count=None)
    here.pull(MAIL, until_rest=False)
    row = here.stream(MAIL)
    assert row.state == "stopped"
    assert "no mailbox" in row.sentence
    assert row.due_at is not None


def test_never_more_than_four_requests_are_in_flight_for_one_mailbox(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    for number in range(12):
        box.add_folder(f"Folder {number}")
        for mail in range(3):
            box.deliver(letter(number * 3 + mail), f"Folder {number}")
    here.microsoft.delay = 0.03
    connected = here.connected()
    mails = [OutlookMail(connected, 1) for _ in range(3)]

    def read(mail: OutlookMail) -> None:
        plan = [(one, None) for one in mail.containers()]
        for _ in mail.together(plan):
            pass

    threads = [threading.Thread(target=read, args=(one,)) for one in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mail in mails:
        mail.close()
    assert here.microsoft.throttle.peak == 4
    assert here.microsoft.throttle.refused == 0


def test_a_cache_that_cannot_be_read_asks_for_a_new_consent(here: MicrosoftWorld) -> None:
    key = load_key(here.context.settings)
    credentials.Credentials(here.db, key, here.account_id).save(b"{}")
    with (
        closing(Session(here.connected(), MAIL)) as session,
        pytest.raises(ConsentGone, match="kith connect microsoft"),
    ):
        session._access()
