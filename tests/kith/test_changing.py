"""The commands that change something: addresses, exclusions, backup and restore, doctor."""

from __future__ import annotations

import json
import stat

import pytest

from interactions.store.database import Database
from tests.kith.commandline import Terminal


def test_own_addresses_are_listed_and_added(terminal: Terminal) -> None:
    assert "Yours now: me@work.example" in terminal.run("me", "add", "Me@Work.example")
    assert terminal.run("me") == "me@work.example\n"
    assert terminal.run("me", "add", "me@work.example") == "These were yours already.\n"


def test_an_own_address_is_said_settled_at_once_and_taken_back(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("rejudge")
    before = terminal.run("people"), terminal.run("log")
    said = terminal.run("me", "add", "boris@garden.example")
    assert said.startswith("Yours now: boris@garden.example. ")
    assert "kith undo" in terminal.err
    assert "boris@garden.example" not in terminal.run("people", "boris")
    assert json.loads(terminal.run("status", "--json"))["owed"] == 0
    assert "boris@garden.example is mine" in terminal.run("undo", "--list")
    assert terminal.run("me", "remove", "boris@garden.example").startswith("Not yours any more: ")
    assert (terminal.run("people"), terminal.run("log")) == before
    assert terminal.run("me", "remove", "boris@garden.example") == "These are not yours.\n"
    assert "taken back: boris@garden.example is not mine" in terminal.run("undo")
    assert "boris@garden.example" in terminal.run("me")
    terminal.run("undo")
    assert (terminal.run("people"), terminal.run("log")) == before


def test_exclusions_remove_are_listed_and_taken_back(terminal: Terminal) -> None:
    terminal.story()
    assert "3 stored items removed" in terminal.run("exclude", "domain", "shop.example")
    assert terminal.run("exclude") == "domain    shop.example\n"
    assert "excluded.domain" in terminal.run("dropped")
    assert "is stored again" in terminal.run("include", "domain", "shop.example")
    terminal.run("include", "domain", "shop.example")
    assert terminal.code == 1


def test_an_empty_exclusion_is_refused(terminal: Terminal) -> None:
    terminal.story()
    for value in ("", "  "):
        terminal.run("exclude", "label", value)
        assert (terminal.code, "Say which label" in terminal.err) == (2, True)


def test_an_exclusion_can_come_before_the_first_import(terminal: Terminal) -> None:
    assert "0 stored items" in terminal.run("exclude", "calendar", "Private")
    assert terminal.code == 0


def test_a_backup_comes_back_with_its_key_on_a_fresh_machine(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.story()
    log = terminal.run("log", "--json")
    file = terminal.folder / "b.kith"
    assert "Its key is apart" in terminal.run("backup", file)
    key = file.with_name("b.kith.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    monkeypatch.setenv("KITH_DATA_DIR", str(terminal.folder / "fresh"))
    assert "is this Kith's key now" in terminal.run("restore", file, "--yes")
    assert terminal.run("log", "--json") == log
    assert (terminal.folder / "fresh" / "secret.key").read_text() == key.read_text()


def test_a_restore_keeps_what_was_excluded_since(terminal: Terminal) -> None:
    terminal.story()
    file = terminal.folder / "b.kith"
    terminal.run("backup", file)
    terminal.run("exclude", "address", "boris@garden.example")
    assert terminal.run("restore", file, "--yes") == "Restored.\n"
    assert json.loads(terminal.run("log", "--json", "with:boris"))["total"] == 0


def test_a_restore_says_what_it_forgot_again(terminal: Terminal) -> None:
    terminal.story()
    file = terminal.folder / "b.kith"
    terminal.run("backup", file)
    terminal.run("forget", "boris@garden.example", "--yes")
    assert "is forgotten again: " in terminal.run("restore", file, "--yes")
    assert "nothing is there" in terminal.run("forget", "--check", "boris@garden.example")


def test_a_restore_off_a_terminal_needs_yes(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("backup", terminal.folder / "b.kith")
    terminal.run("restore", terminal.folder / "b.kith")
    assert (terminal.code, "--yes" in terminal.err) == (2, True)


def test_a_backup_is_refused_before_any_work_where_it_cannot_be_written(terminal: Terminal) -> None:
    terminal.story()
    there, link = terminal.folder / "there", terminal.folder / "link"
    there.write_text("mine")
    link.symlink_to(terminal.folder / "elsewhere")
    for target in (there, link, terminal.folder / "no" / "folder"):
        terminal.run("backup", target)
        assert terminal.code == 2
    assert there.read_text() == "mine"
    (terminal.folder / "k.key").write_text("mine")
    terminal.run("backup", terminal.folder / "k")
    assert terminal.code == 2
    assert not (terminal.folder / "k").exists()


def test_before_anything_is_there_a_backup_says_how_to_begin_and_makes_nothing(terminal: Terminal) -> None:
    for made in (False, True):
        if made:
            terminal.data.mkdir()
        terminal.run("backup", terminal.folder / "b.kith")
        assert (terminal.code, terminal.out) == (1, "")
        assert terminal.err.startswith("There is nothing to back up yet. Run  kith import PATH")
    assert sorted(terminal.folder.rglob("*")) == [terminal.data]


def test_what_is_no_backup_changes_nothing(terminal: Terminal) -> None:
    terminal.story()
    log = terminal.run("log", "--json")
    (terminal.folder / "no.kith").write_text("no backup")
    terminal.run("restore", terminal.folder / "no.kith", "--yes")
    assert (terminal.code, "Nothing was changed" in terminal.err) == (1, True)
    assert terminal.run("log", "--json") == log


def test_doctor_finds_a_new_and_a_used_kith_well(terminal: Terminal) -> None:
    assert "All is well." in terminal.run("doctor")
    assert not terminal.data.exists()
    terminal.story()
    out = terminal.run("doctor")
    assert terminal.code == 0
    assert "SQLite, sound" in out


def test_doctor_says_what_is_wrong_and_what_to_do(terminal: Terminal) -> None:
    terminal.story()
    terminal.data.chmod(0o755)
    (terminal.data / "secret.key").rename(terminal.folder / "away")
    out = terminal.run("doctor")
    assert terminal.code == 1
    assert f"chmod 700 '{terminal.data}'" in out
    assert "is gone. Put it back" in out
    assert not (terminal.data / "secret.key").exists()


def test_a_missing_or_wrong_key_is_said_and_no_new_one_made(terminal: Terminal) -> None:
    terminal.story()
    key = terminal.data / "secret.key"
    key.rename(terminal.folder / "away")
    terminal.run("log")
    assert (terminal.code, "Put it back" in terminal.err) == (1, True)
    assert not key.exists()
    key.write_text("A" * 43 + "=\n")
    key.chmod(0o600)
    terminal.run("log")
    assert (terminal.code, "not the one this database was made with" in terminal.err) == (1, True)


def test_a_newer_database_is_refused(terminal: Terminal) -> None:
    import sqlite3

    terminal.story()
    with sqlite3.connect(terminal.data / "kith.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (["log"], ["status"], ["exclude", "label", "x"]):
        terminal.run(*words)
        assert (terminal.code, "newer Kith" in terminal.err) == (1, True)


def test_a_file_that_is_no_database_is_said_so(terminal: Terminal) -> None:
    terminal.data.mkdir(mode=0o700)
    (terminal.data / "kith.db").write_bytes(b"garbage " * 1_000)
    terminal.run("log")
    assert (terminal.code, "kith restore FILE" in terminal.err) == (1, True)


def test_a_data_folder_that_is_a_file_is_said_so(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    place = terminal.folder / "file"
    place.write_text("")
    monkeypatch.setenv("KITH_DATA_DIR", str(place))
    for words in (["exclude", "label", "x"], ["log"], ["up"], ["backup", terminal.folder / "b"], ["service", "logs"]):
        terminal.run(*words)
        assert (terminal.code, terminal.out) == (1, "")
        assert terminal.err == f"{place} is a file, no folder. Name another data folder with KITH_DATA_DIR.\n"
    assert f"{place} is a file" in terminal.run("doctor")


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_every_question_and_a_backup_work_on_postgresql(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, db: Database
) -> None:
    monkeypatch.setenv("KITH_DATABASE_URL", db.url.render_as_string(hide_password=False))
    story = terminal.story()
    assert stat.S_IMODE(terminal.data.stat().st_mode) == 0o700
    for words in (
        ["log", "with:anna"],
        ["people"],
        ["show", "boris"],
        ["status"],
        ["why", "1"],
        ["dropped"],
        ["doctor"],
    ):
        terminal.run(*words)
        assert terminal.code == 0, (words, terminal.out, terminal.err)
    log = terminal.run("log", "--json")
    terminal.run("backup", terminal.folder / "b.kith")
    terminal.run("exclude", "label", "nothing")
    assert terminal.run("restore", terminal.folder / "b.kith", "--yes") == "Restored.\n"
    assert terminal.run("log", "--json") == log
    assert story.owner_id == 1
