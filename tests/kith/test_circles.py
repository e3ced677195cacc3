"""`kith circles` and `kith circle`: shown, named, and told who is in them."""

from __future__ import annotations

import json

import pytest

from tests.interactions.queries.story import ANNA, BORIS
from tests.kith.commandline import Terminal


def test_a_circle_is_made_named_shown_and_taken_back(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("circles")
    assert "No circles are seen yet" in terminal.err
    assert "Anna Berg" in terminal.run("circle", "add", "Sunday walk", ANNA.address, BORIS.address)
    assert "Sunday walk" in terminal.run("circles")
    shown = terminal.run("circles", "sunday")
    assert "named by you" in shown
    assert BORIS.address in shown
    terminal.run("circle", "name", "sunday walk", "The", "walkers")
    [walkers] = json.loads(terminal.run("circles", "--json"))["circles"]
    assert (walkers["name"], len(walkers["people"])) == ("The walkers", 2)
    terminal.run("circle", "remove", walkers["code"], BORIS.address)
    assert BORIS.address not in terminal.run("circles", "walkers")
    assert f"{BORIS.address} is not in a circle" in terminal.run("undo", "--list")
    terminal.run("undo")
    assert BORIS.address in terminal.run("circles", "walkers")
    assert "no circle any more" in terminal.run("circle", "drop", "walkers")
    terminal.run("circles", "walkers")
    assert "No circle is called 'walkers'" in terminal.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("circles", "sailing"), "No circle is called 'sailing'"),
        (("circle", "name", "sailing", "Boats"), "No circle is called 'sailing'"),
        (("circle", "add", "123", ANNA.address), "is no name for a circle"),
        (("circle", "add", "Band", "nobody at all"), "Nobody here is called"),
        (("circle", "remove", "Band", ANNA.address), "No circle is called 'Band'"),
    ],
)
def test_what_cannot_be_said_of_a_circle_is_told(terminal: Terminal, words: tuple[str, ...], sentence: str) -> None:
    terminal.story()
    terminal.run(*words)
    assert terminal.code in (1, 2)
    assert sentence in terminal.err


def test_a_path_is_told_with_what_it_rests_on(terminal: Terminal) -> None:
    terminal.story()
    said = terminal.run("path", BORIS.address)
    assert "yourself: you have both written or met" in said or "No path is seen" in said
    assert "Kith sees mail since" in terminal.err
    terminal.run("path", "nobody at all")
    assert terminal.code == 1
    assert "No path is seen to nobody at all: nobody of that name" in " ".join(terminal.out.split())
    answer = json.loads(terminal.run("path", "nobody at all", "--json"))
    assert answer == {"to": "nobody at all", "people": [], "known": [], "ways": []}
    terminal.run("path", " ")
    assert "Say whom you want to meet" in terminal.err


def test_bridges_are_told_with_their_reason(terminal: Terminal) -> None:
    terminal.story()
    assert "hangs on one person alone" in terminal.run("bridges")
    assert json.loads(terminal.run("bridges", "--json")) == {"total": 0, "bridges": []}
