"""A Microsoft account connected by its own sign-in pages (RFC 6749, 7636, 8628; Entra's error codes)."""

from __future__ import annotations

import io
import re
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from interactions.settings import load_settings
from interactions.store.opening import open_database
from sandbox.microsoft.oauth import REFUSALS
from sandbox.microsoft.server import Running, serve
from sandbox.microsoft.world import CLIENT_ID, PERSONAL, Microsoft
from sandbox.web import visitor
from tests.kith.commandline import Terminal
from tests.workers.microsoft import ANN, microsoft_settings


class Signing:
    """A terminal whose settings lead to a served Microsoft, and a browser that is played."""

    def __init__(
        self, terminal: Terminal, microsoft: Microsoft, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # fmt: skip
        self.terminal, self.microsoft, self.running = terminal, microsoft, running
        self._patch = monkeypatch
        self.pages: list[tuple[int, str]] = []
        self._visited = threading.Event()
        for name, value in microsoft_settings(running).items():
            monkeypatch.setenv(f"KITH_{name.upper()}", str(value))
        self.browser()

    @property
    def trusted(self) -> str:
        return str(self.running.ca_file)

    def browser(self, *, spoil: Callable[[str], str] = lambda location: location, **answer: object) -> None:
        """How the owner answers from now on."""

        def visit(url: str) -> bool:
            try:
                location = visitor.consent(url, ca_file=self.trusted, **answer)  # type: ignore[arg-type]
            except visitor.Refusal as refusal:
                location = refusal.location
            self.pages.append(visitor.follow(spoil(location)))
            self._visited.set()
            return True

        self._patch.setattr(webbrowser, "open", visit)

    def setup(self, *words: str) -> str:
        return self.terminal.run("setup", "microsoft", CLIENT_ID, *words)

    def connect(self, *words: str) -> str:
        self._visited.clear()
        return self.terminal.run("connect", "microsoft", *words)

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
) -> Iterator[Signing]:  # fmt: skip
    microsoft = Microsoft()
    microsoft.add_account(ANN, "Ann")
    with serve(microsoft, tmp_path / "tls") as running:
        yield Signing(Terminal(tmp_path, capsys, monkeypatch), microsoft, running, monkeypatch)


def test_setup_explains_how_to_register_an_app(kith: Signing) -> None:
    said = kith.terminal.run("setup", "microsoft")
    for word in ("http://localhost", "public client", "Mail.ReadBasic", "--tenant consumers", "needs no consent"):
        assert word in said


def test_setup_takes_an_application_id_and_a_tenant(kith: Signing) -> None:
    assert "kith connect microsoft" in kith.setup("--tenant", "consumers")
    assert "personal accounts" in kith.terminal.out


@pytest.mark.parametrize(
    "words", [["not-an-id"], [CLIENT_ID, "--tenant", "a/b"], [CLIENT_ID, "--tenant", ".."], ["/etc/passwd"]]
)
def test_setup_refuses_what_is_no_application_or_tenant(kith: Signing, words: list[str]) -> None:
    kith.terminal.run("setup", "microsoft", *words)
    assert kith.terminal.code == 2
    assert kith.terminal.err.startswith("This is no ")


def test_connecting_needs_an_app_registration_first(kith: Signing) -> None:
    kith.connect()
    assert kith.terminal.code == 2
    assert "kith setup microsoft CLIENT_ID" in kith.terminal.err


def test_one_consent_connects_everything(kith: Signing) -> None:
    kith.microsoft.only().mailbox.add_folder("Projects")
    kith.setup()
    said = kith.connect()
    assert kith.terminal.code == 0, kith.terminal.err
    assert f"{ANN} is connected." in said
    assert "your folders: Sent Items, Inbox" in said
    assert kith.pages[0][0] == 200
    assert kith.rows("SELECT name, state FROM streams ORDER BY name") == [
        ("microsoft.calendar", "waiting"), ("microsoft.contacts", "waiting"), ("microsoft.mail", "waiting"),
    ]  # fmt: skip
    account = kith.microsoft.only()
    assert kith.rows("SELECT provider, subject, label FROM accounts") == [
        ("microsoft", f"{account.tid}.{account.oid}", ANN)
    ]
    assert kith.terminal.run("me").strip() == ANN
    assert "warn" not in kith.terminal.err.lower()


def test_a_personal_account_connects_as_well(kith: Signing) -> None:
    kith.microsoft.accounts.clear()
    kith.microsoft.add_account("ann@outlook.example", "Ann", personal=True)
    kith.setup("--tenant", "consumers")
    assert "is connected" in kith.connect()
    assert kith.rows("SELECT subject FROM accounts")[0][0] == f"{PERSONAL}.{kith.microsoft.only().oid}"


def test_nothing_secret_is_printed_or_stored_in_the_open(kith: Signing) -> None:
    kith.setup()
    said = kith.connect() + kith.terminal.err
    secrets = [*kith.microsoft.authorization.grants, *kith.microsoft.authorization.access]
    assert secrets
    assert not [one for one in secrets if one in said]
    stored = b"".join(file.read_bytes() for file in kith.terminal.data.glob("kith.db*"))
    assert not [one for one in secrets if one.encode() in stored]


def test_on_a_server_a_code_is_entered_on_another_device(kith: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors.microsoft.login import App

    kith.setup()
    told: list[str] = []
    by_device = App.by_device

    def entering(self: App, tell: Callable[[str, str], object]) -> object:
        def answer(address: str, code: str) -> None:
            tell(address, code)
            told.append(code)
            assert visitor.enter(address, code, ca_file=kith.trusted) == 200

        return by_device(self, answer)

    monkeypatch.setattr(App, "by_device", entering)
    said = kith.connect("--device")
    assert f"{ANN} is connected." in said
    assert told[0] in said
    assert "/devicelogin" in said


def test_google_has_no_device_codes_and_says_so(kith: Signing) -> None:
    client = kith.terminal.folder / "client.json"
    client.write_text('{"installed": {"client_id": "x", "client_secret": "y", "project_id": "z"}}')
    kith.terminal.run("setup", "google", client)
    kith.terminal.run("connect", "google", "--device")
    assert kith.terminal.code == 2
    assert "--no-browser" in kith.terminal.err


def test_without_a_browser_the_answer_is_pasted(kith: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    kith.setup()

    class Pasting(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            printed = kith.terminal._capsys.readouterr().out
            url = next(line.strip() for line in printed.splitlines() if "/authorize" in line)
            return visitor.consent(url, ca_file=kith.trusted) + "\n"

    monkeypatch.setattr("sys.stdin", Pasting())
    assert "is connected" in kith.connect("--no-browser")


_MEANT = {
    "admin": ["administrator", "Grant admin consent"], "consent": ["administrator"],
    "public_flow_off": ["Allow public client", "flows"], "single_tenant": ["Supported account types", "--tenant"],
    "wrong_tenant": ["none of the organisation's", "Supported account types"],
    "unknown_app": ["Application (client) ID"],
    "personal_only": ["--tenant consumers"], "redirect": ["http://localhost", "redirect URI"],
    "policy": ["Conditional Access"],
}  # fmt: skip


@pytest.mark.parametrize("mode", sorted(_MEANT))
def test_each_refusal_is_one_plain_sentence_with_the_portals_setting_and_another_way(
    kith: Signing, mode: str
) -> None:  # fmt: skip
    kith.setup()
    kith.microsoft.authorization.mode = mode
    kith.connect()
    assert kith.terminal.code == 1
    for word in _MEANT[mode]:
        assert word in kith.terminal.err
    assert "kith import FILE" in kith.terminal.err
    assert "Trace ID" not in kith.terminal.err
    assert kith.rows("SELECT * FROM accounts") == []


def test_every_refusal_that_entra_is_played_with_has_a_sentence_of_its_own() -> None:
    from connectors.microsoft import entra

    said = {}
    for mode, (error, code, words) in REFUSALS.items():
        description = f"AADSTS{code}: {words}"
        said[mode] = str(entra.problem({"error": error, "error_description": description, "error_codes": [code]}))
    assert "password" in said["password_changed"]
    assert "kith connect microsoft" in said["expired"]
    assert len(set(said.values())) >= len(said) - 1


def test_an_organisation_that_is_not_there_is_named_as_the_problem(kith: Signing) -> None:
    kith.setup("--tenant", "nowhere.example")
    kith.connect()
    assert kith.terminal.code == 1
    assert "Directory (tenant) ID" in kith.terminal.err


def test_consent_that_is_not_given_stores_nothing(kith: Signing) -> None:
    kith.setup()
    kith.browser(decision="cancel")
    kith.connect()
    assert kith.terminal.code == 1
    assert "Consent was not given" in kith.terminal.err
    assert kith.rows("SELECT * FROM accounts") == []


def test_an_answer_with_a_wrong_state_connects_nothing(kith: Signing) -> None:
    kith.setup()
    kith.browser(spoil=lambda location: re.sub(r"state=[^&]+", "state=guessed", location))
    kith.connect()
    assert kith.terminal.code == 2
    assert "another question" in kith.terminal.err


def test_an_answer_from_another_issuer_connects_nothing(kith: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    kith.setup()
    other = kith.running.url.replace("localhost", "127.0.0.1")
    monkeypatch.setenv("KITH_MICROSOFT_AUTHORITY_ROOT", other)
    kith.connect()
    assert kith.terminal.code != 0
    assert kith.rows("SELECT * FROM accounts") == []


def test_a_certificate_nobody_vouches_for_is_refused(kith: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    kith.setup()
    monkeypatch.delenv("KITH_CA_FILE")
    kith.connect()
    assert kith.terminal.code == 1
    assert "certificate that is not trusted here. Nothing was stored; run it again." in kith.terminal.err


def test_calendars_of_others_are_read_only_when_they_are_named(kith: Signing) -> None:
    kith.microsoft.only().calendars.add_calendar("Team", "boss@work.example")
    kith.setup()
    kith.connect()
    chosen = "SELECT name, included FROM containers ORDER BY name"
    assert [(name, bool(included)) for name, included in kith.rows(chosen)] == [("Calendar", True), ("Team", False)]
    kith.connect("--calendar", "team")
    assert [(name, bool(included)) for name, included in kith.rows(chosen)] == [("Calendar", True), ("Team", True)]


def test_connecting_again_with_another_account_is_refused(kith: Signing) -> None:
    kith.setup()
    kith.connect()
    db = open_database(load_settings())
    with db.writing() as conn:
        conn.execute(text("UPDATE streams SET state = 'stopped', failures = 1, due_at = NULL"))
    db.close()
    other = kith.microsoft.add_account("other@work.example", "Other")
    kith.browser(account=other.subject)
    kith.connect()
    assert kith.terminal.code == 2
    assert "another account than" in kith.terminal.err
    kith.browser(account=next(iter(kith.microsoft.accounts)))
    assert "goes on where it was" in kith.connect()


def test_disconnecting_says_where_the_consent_is_taken_away(kith: Signing) -> None:
    kith.setup()
    kith.connect()
    said = kith.terminal.run("disconnect", "ann")
    assert "myapps.microsoft.com" in said
    assert kith.rows("SELECT * FROM credentials") == []


def test_doctor_shows_that_no_body_comes(kith: Signing) -> None:
    kith.microsoft.only().mailbox.deliver([("From", "bo@x.example"), ("To", ANN), ("Subject", "Hello")])
    kith.setup()
    kith.connect()
    said = kith.terminal.run("doctor")
    assert kith.terminal.code == 0, said
    assert "a mail's body was asked for, and none came" in said
    assert f"microsoft · {ANN}" in said
