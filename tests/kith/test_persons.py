"""Persons on the command line: telephone numbers, people who are one already, words that were said before."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from interactions.items import Contact
from interactions.settings import load_settings
from interactions.store.opening import open_database
from interactions.verdict import Verdict
from tests.interactions.queries.story import Story
from tests.kith.commandline import Terminal

NUMBER = "+493012345678"


def card(number: int, name: str, mails: Iterable[str] = (), phones: Iterable[str] = ()) -> Contact:
    """A card with mail addresses and telephone numbers."""
    lines = [("fn", {}, "text", name), *(("email", {}, "text", one) for one in mails)]
    return Contact(id=f"c{number}", card=(*lines, *(("tel", {}, "text", one) for one in phones)))


def book(*cards: Contact) -> None:
    """An address book in the data folder."""
    db = open_database(load_settings())
    Story(db).judge(*((one, Verdict(True, "contact", "contact.card")) for one in cards))
    db.close()


def names(terminal: Terminal) -> list[tuple[str, list[str]]]:
    """Everybody, by name: their addresses."""
    found = json.loads(terminal.run("people", "list", "--json"))["people"]
    return sorted((one["name"], sorted(one["addresses"])) for one in found)


@pytest.mark.parametrize(
    "written", [NUMBER, f"tel:{NUMBER}", "+49 30 12345678", "+49 (0)30 / 12 34 56-78", "00493012345678", "030 12345678"]
)
def test_a_number_is_split_off_as_it_is_shown_and_as_people_write_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("KITH_PHONE_REGION", "DE")
    book(card(1, "Rosa Lind", ["rosa@lind.example", "r.lind@office.example"], ["+49 30 12345678"]))
    said = terminal.run("people", "split", "rosa@lind.example", written)
    assert (terminal.code, said) == (0, f"{NUMBER}: not Rosa Lind any more.\n")
    both = ["r.lind@office.example", "rosa@lind.example"]
    assert names(terminal) == [("Rosa Lind", both), ("Rosa Lind", [f"tel:{NUMBER}"])]


def test_a_number_and_an_address_of_one_person_are_said_to_be_two_peoples(terminal: Terminal) -> None:
    book(card(1, "Rosa Lind", ["rosa@lind.example"], ["+49 30 12345678"]))
    terminal.run("people", "different", "rosa@lind.example", "+49 30 12345678")
    assert terminal.code == 0
    assert len(names(terminal)) == 2


@pytest.mark.parametrize("written", ["+49 30 99999999", "12345678", "", "no@where.example", "rosa"])
def test_what_is_no_address_of_a_person_is_not_split_off(terminal: Terminal, written: str) -> None:
    book(card(1, "Rosa Lind", ["rosa@lind.example"], ["+49 30 12345678"]))
    terminal.run("people", "split", "rosa@lind.example", written)
    assert (terminal.code, terminal.out) == (2, "")
    assert f"Rosa Lind has no address {written!r}.  kith show  lists" in terminal.err


def test_people_who_are_one_already_are_said_to_be_and_nothing_is_stored(terminal: Terminal) -> None:
    book(card(1, "Rosa Lind", ["rosa@lind.example"], ["+49 30 12345678"]), card(2, "Henk Smit", ["henk@smit.example"]))
    for word in ("merge", "same"):
        said = terminal.run("people", word, "rosa@lind.example", NUMBER)
        assert (terminal.code, said) == (0, f"rosa@lind.example and {NUMBER}: one person already, Rosa Lind.\n")
    assert terminal.run("undo", "--list") == "You have said nothing yet.\n"
    terminal.run("people", "merge", "rosa@lind.example")
    assert (terminal.code, "Name two or more" in terminal.err) == (2, True)
    assert "one person from now on" in terminal.run("people", "merge", "rosa", NUMBER, "henk")


@pytest.mark.parametrize(
    ("word", "now", "never"), [("mute", "is muted", "is not muted"), ("rest", "rests", "is not at rest")]
)
def test_what_was_said_of_somebody_before_is_not_stored_again_so_that_one_undo_is_enough(
    terminal: Terminal, word: str, now: str, never: str
) -> None:
    book(card(1, "Rosa Lind", ["rosa@lind.example"], ["+49 30 12345678"]), card(2, "Henk Smit", ["henk@smit.example"]))
    assert terminal.run(word, "--undo", "rosa") == f"Rosa Lind {never}.\n"
    assert terminal.run(word, "rosa") == f"Rosa Lind {now}.\n"
    assert terminal.run(word, "rosa") == f"Rosa Lind {now} already.\n"
    assert (terminal.code, terminal.err) == (0, "")
    assert terminal.run(word) == f" rosa@lind.example\n {NUMBER}\n"
    terminal.run("undo")
    assert json.loads(terminal.run(word, "--json")) == {"total": 0, "addresses": []}
    assert terminal.run("undo") == "There is nothing to take back.\n"
    terminal.run(word, "rosa")
    terminal.run(word, "--undo", "rosa")
    assert terminal.run(word, "--undo", "rosa") == f"Rosa Lind {never}.\n"
    terminal.run("undo")
    assert json.loads(terminal.run(word, "--json"))["addresses"] == ["rosa@lind.example", f"tel:{NUMBER}"]


def test_somebody_whose_other_address_is_muted_is_muted_by_all_of_them(terminal: Terminal) -> None:
    book(card(1, "Rosa Lind", ["rosa@lind.example"]), card(2, "Henk Smit", ["henk@smit.example"]))
    terminal.run("mute", "rosa")
    terminal.run("people", "merge", "rosa", "henk")
    assert "already" not in terminal.run("mute", "rosa")
    assert json.loads(terminal.run("mute", "--json"))["addresses"] == ["henk@smit.example", "rosa@lind.example"]


def test_who_is_muted_and_has_no_address_is_listed_by_name(terminal: Terminal) -> None:
    book(card(1, "Rosa Lind"))
    terminal.run("mute", "rosa")
    assert terminal.run("mute") == " Rosa Lind\n"
    terminal.run("mute", "rosa", "--json")
    assert (terminal.code, "give no person" in terminal.err) == (2, True)
