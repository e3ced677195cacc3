"""An account connected, connected again, paused, let go and erased, through a real consent page (RFC 8252, 7636)."""

from __future__ import annotations

import io
import json
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from interactions.settings import load_settings
from interactions.store.database import Database
from interactions.store.opening import open_database
from sandbox.google.oauth import CLIENT_SECRET
from sandbox.google.server import serve
from sandbox.google.world import Google
from sandbox.web import visitor
from tests.kith.commandline import Terminal, environ, process
from tests.workers.google import ANN, google_settings

Browser = Callable[..., None]


class Connectable:
    """A terminal whose settings lead to a served world, and a browser that is played."""

    def __init__(self, terminal: Terminal, google: Google, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.terminal, self.google, self.url = terminal, google, url
        self._patch = monkeypatch
        self.pages: list[tuple[int, str]] = []
        self._visited = threading.Event()
        for name, value in google_settings(url).items():
            monkeypatch.setenv(f"KITH_{name.upper()}", str(value))
        self.browser()

    def browser(self, *, spoil: Callable[[str], str] = lambda location: location, **answer: object) -> None:
        """How the owner answers from now on; `spoil` changes where the browser is sent."""

        def visit(url: str) -> bool:
            location = spoil(visitor.consent(url, **answer))  # type: ignore[arg-type]
            self.pages.append(visitor.follow(location))
            self._visited.set()
            return True

        self._patch.setattr(webbrowser, "open", visit)

    def setup(self, kind: str = "installed") -> str:
        file = self.terminal.folder / "client.json"
        file.write_text(json.dumps(self.google.client_json(self.url, kind)))
        return self.terminal.run("setup", "google", file)

    def connect(self, *words: str) -> str:
        self._visited.clear()
        said = self.terminal.run("connect", "google", *words)
        if self.terminal.code != 2 or "another question" in self.terminal.err:
            self._visited.wait(5)
        return said

    def rows(self, statement: str) -> list[Sequence[object]]:
        db = open_database(load_settings())
        try:
            with db.reading() as conn:
                return [tuple(row) for row in conn.execute(text(statement))]
        finally:
            db.close()


@pytest.fixture
def kith(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connectable]:  # fmt: skip
    google = Google()
    google.add_account(ANN, "Ann")
    with serve(google) as running:
        yield Connectable(Terminal(tmp_path, capsys, monkeypatch), google, running.url, monkeypatch)


def test_setup_explains_how_to_make_a_client(kith: Connectable) -> None:
    said = kith.terminal.run("setup", "google")
    assert "type Desktop app" in said
    assert "7 days" in said


def test_setup_takes_a_desktop_client_and_says_what_is_left_to_do(kith: Connectable) -> None:
    said = kith.setup()
    assert "library/gmail.googleapis.com?project=kith-sandbox" in said
    assert "kith connect google" in said
    assert CLIENT_SECRET not in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"web": {"client_id": "x", "client_secret": "y"}}', "of type Web application"),
        ('{"type": "service_account", "private_key": "x"}', "service account"),
        ('{"installed": {"client_id": "x"}}', "no id or no secret"),
        ("{}", "describes no OAuth client"),
        ("nonsense", "not the JSON file"),
        ("[" * 100_000, "not the JSON file"),
    ],
)
def test_setup_refuses_other_files(kith: Connectable, content: str, why: str) -> None:
    file = kith.terminal.folder / "client.json"
    file.write_text(content)
    kith.terminal.run("setup", "google", file)
    assert kith.terminal.code == 2
    assert why in kith.terminal.err


def test_setup_reads_standard_input_too(kith: Connectable) -> None:
    done = process(
        "setup", "google", "-", env=environ(kith.terminal.folder), input=json.dumps(kith.google.client_json())
    )
    assert (done.returncode, "kith connect google" in done.stdout) == (0, True)


def test_connecting_needs_a_client_first(kith: Connectable) -> None:
    kith.connect()
    assert kith.terminal.code == 2
    assert "kith setup google FILE" in kith.terminal.err


def test_one_consent_connects_everything(kith: Connectable) -> None:
    kith.setup()
    said = kith.connect()
    assert kith.terminal.code == 0, kith.terminal.err
    assert f"{ANN} is connected." in said
    assert "kith up" in said
    assert kith.pages[0][0] == 200
    assert "Thank you" in kith.pages[0][1]
    assert kith.rows("SELECT name, state FROM streams ORDER BY name") == [
        ("google.calendar", "waiting"), ("google.contacts", "waiting"), ("google.mail", "waiting"),
        ("google.other_contacts", "waiting"),
    ]  # fmt: skip
    assert kith.terminal.run("me").strip() == ANN


def test_nothing_secret_is_printed(kith: Connectable) -> None:
    kith.setup()
    said = kith.connect() + kith.terminal.err
    secrets = [*kith.google.authorization.grants, *kith.google.authorization.access, CLIENT_SECRET]
    assert not [one for one in secrets if one in said]
    stored = b"".join(file.read_bytes() for file in kith.terminal.data.glob("kith.db*"))
    assert not [one for one in secrets if one.encode() in stored]


def test_without_a_browser_the_answer_is_pasted(kith: Connectable, monkeypatch: pytest.MonkeyPatch) -> None:
    kith.setup()

    class Pasting(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            printed = kith.terminal._capsys.readouterr().out
            url = next(line.strip() for line in printed.splitlines() if "/o/oauth2/" in line)
            return visitor.consent(url) + "\n"

    monkeypatch.setattr("sys.stdin", Pasting())
    assert "is connected" in kith.connect("--no-browser")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("hello", "not the address"),
        ("http://127.0.0.1:1/?code=4/abc&state=guessed", "another question"),
        ("http://127.0.0.1:1/?" + "x" * 10_000, "not the address"),
        ("", "not the address"),
    ],
)
def test_a_pasted_answer_to_another_question_is_refused(
    kith: Connectable, monkeypatch: pytest.MonkeyPatch, answer: str, why: str
) -> None:
    kith.setup()
    monkeypatch.setattr("sys.stdin", io.StringIO(answer + "\n"))
    kith.connect("--no-browser")
    assert kith.terminal.code != 0
    assert why in kith.terminal.err
    assert kith.rows("SELECT * FROM accounts") == []


@pytest.mark.parametrize(
    "query",
    [
        {"code": "4/x", "state": "guessed"}, {"code": "4/x"},
        {"error": "<script>alert(1)</script>", "state": "guessed"},
    ],
)  # fmt: skip
def test_an_answer_with_a_wrong_state_connects_nothing(kith: Connectable, query: dict[str, str]) -> None:
    kith.setup()
    kith.browser(spoil=lambda location: f"{location.partition('?')[0]}?{urlencode(query)}")
    kith.connect()
    assert kith.terminal.code == 2
    assert "another question" in kith.terminal.err
    assert "<script>" not in kith.pages[0][1]
    assert kith.rows("SELECT * FROM accounts") == []


def test_consent_that_is_not_given_stores_nothing(kith: Connectable) -> None:
    kith.setup()
    kith.browser(decision="cancel")
    kith.connect()
    assert kith.terminal.code == 1
    assert "Consent was not given" in kith.terminal.err
    assert kith.rows("SELECT * FROM accounts") == []


def test_an_unticked_box_turns_one_stream_off_and_names_it(kith: Connectable) -> None:
    kith.setup()
    kith.browser(untick=["contacts.readonly"])
    said = kith.connect()
    assert "contacts        off: You did not allow contacts. To change that run  kith connect google" in said
    [row] = kith.rows("SELECT state, due_at FROM streams WHERE name = 'google.contacts'")
    assert row == ("stopped", None)
    assert kith.rows("SELECT count(*) FROM streams WHERE due_at IS NOT NULL") == [(3,)]


def test_a_disabled_api_is_answered_with_its_enable_link(kith: Connectable) -> None:
    kith.setup()
    kith.google.disabled.add("calendar")
    said = kith.connect()
    assert "library/calendar-json.googleapis.com?project=kith-sandbox" in said
    assert kith.rows("SELECT count(*) FROM streams WHERE due_at IS NOT NULL") == [(4,)]


def test_calendars_of_others_are_read_only_when_they_are_named(kith: Connectable) -> None:
    kith.google.only().calendars.add_calendar("team@group.calendar.google.com", "Team", "reader")
    kith.setup()
    kith.connect()
    chosen = "SELECT name, included FROM containers ORDER BY name"
    assert [(name, bool(included)) for name, included in kith.rows(chosen)] == [("Team", False), (ANN, True)]
    kith.connect("--calendar", "team")
    assert [(name, bool(included)) for name, included in kith.rows(chosen)] == [("Team", True), (ANN, True)]
    kith.connect("--calendar", "no such")
    assert kith.terminal.code == 2


def test_what_is_said_once_holds_when_it_is_connected_again(kith: Connectable) -> None:
    kith.setup()
    kith.connect("--since", "2024-01-01", "--skip-promotions", "--exclude-label", "Private")
    before = kith.rows("SELECT since, skip_bulk FROM accounts")
    kith.connect()
    assert kith.rows("SELECT since, skip_bulk FROM accounts") == before
    assert before[0][0] is not None
    assert kith.rows("SELECT kind, value FROM tombstones") == [("label", "private")]


def lose_consent(kith: Connectable) -> None:
    db = Database(f"sqlite:///{kith.terminal.data / 'kith.db'}")
    with db.writing() as conn:
        conn.execute(text("UPDATE streams SET state = 'stopped', failures = 1, due_at = NULL"))
        stands = "SELECT id, 'mailbox', 'x', 'where it stood' FROM streams WHERE name = 'google.mail'"
        conn.execute(text(f"INSERT INTO containers (stream_id, external_id, name, cursor) {stands}"))
    db.close()


def test_connecting_again_goes_on_where_it_was(kith: Connectable) -> None:
    kith.setup()
    kith.connect()
    lose_consent(kith)
    assert "goes on where it was" in kith.connect()
    assert kith.rows("SELECT cursor FROM containers WHERE external_id = 'mailbox'") == [("where it stood",)]
    assert kith.rows("SELECT count(*) FROM streams WHERE due_at IS NOT NULL AND failures = 0") == [(4,)]


def test_connecting_again_with_another_account_is_refused(kith: Connectable) -> None:
    kith.setup()
    kith.connect()
    lose_consent(kith)
    other = kith.google.add_account("other@example.org")
    kith.browser(account=other.subject)
    kith.connect()
    assert kith.terminal.code == 2
    assert "another account than" in kith.terminal.err
    assert "other@example.org" not in kith.terminal.err
    assert kith.rows("SELECT count(*) FROM accounts") == [(1,)]
    kith.connect("--new")
    assert kith.rows("SELECT count(*) FROM accounts") == [(2,)]


def test_somebody_elses_account_is_refused_without_saying_whose(kith: Connectable) -> None:
    kith.setup()
    kith.terminal.run("--owner", "bob", "connect", "google")
    assert kith.terminal.code == 0
    kith.terminal.run("--owner", "carla", "connect", "google")
    assert kith.terminal.code == 2
    assert "for somebody else" in kith.terminal.err
    assert "bob" not in kith.terminal.err + kith.terminal.out


def test_pause_and_resume(kith: Connectable) -> None:
    kith.setup()
    kith.connect()
    assert "is paused" in kith.terminal.run("pause", "ann")
    assert "paused" in kith.terminal.run("status")
    assert "is read again" in kith.terminal.run("resume", "google")
    kith.terminal.run("pause", "nobody")
    assert kith.terminal.code == 2
    assert ANN in kith.terminal.err


def test_disconnecting_ends_the_consent_at_google(kith: Connectable) -> None:
    kith.setup()
    kith.connect()
    said = kith.terminal.run("disconnect", "ann")
    assert "ended at Google" in said
    assert all(grant.revoked for grant in kith.google.authorization.grants.values())
    assert kith.rows("SELECT * FROM credentials") == []
    assert kith.rows("SELECT count(*) FROM streams WHERE due_at IS NULL") == [(4,)]


def test_when_google_cannot_be_told_the_account_stays(kith: Connectable, monkeypatch: pytest.MonkeyPatch) -> None:
    kith.setup()
    kith.connect()
    monkeypatch.setenv("KITH_GOOGLE_REVOKE_URL", "http://127.0.0.1:1/revoke")
    kith.terminal.run("disconnect", "ann")
    assert kith.terminal.code == 1
    assert "myaccount.google.com/connections" in kith.terminal.err
    assert len(kith.rows("SELECT * FROM credentials")) == 1
    assert "is disconnected" in kith.terminal.run("disconnect", "ann", "--offline")
    assert kith.rows("SELECT * FROM credentials") == []


def test_an_archive_can_be_erased_too(kith: Connectable) -> None:
    kith.terminal.story()
    kith.terminal.run("disconnect", "Old archive")
    assert kith.terminal.code == 2, "there is nothing to disconnect from"
    assert "are erased" in kith.terminal.run("disconnect", "Old archive", "--purge", "--yes")
    assert kith.rows("SELECT count(*) FROM interactions") == [(0,)]
    assert kith.rows("SELECT count(*) FROM items") == [(0,)]


def test_a_purge_asks_first_and_leaves_no_byte(kith: Connectable) -> None:
    kith.setup()
    kith.connect()
    kith.terminal.run("disconnect", "ann", "--purge")
    assert kith.terminal.code == 2
    said = kith.terminal.run("disconnect", "ann", "--purge", "--yes")
    assert "erased" in said
    for table in ("accounts", "streams", "containers", "credentials", "items"):
        assert kith.rows(f"SELECT * FROM {table}") == [], table
    subject = kith.google.only().subject.encode()
    assert not [file for file in kith.terminal.data.glob("kith.db*") if subject in file.read_bytes()]
