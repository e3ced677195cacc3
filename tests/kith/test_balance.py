"""`kith balance`: about the owner, with the interactions behind each number, and kind."""

from __future__ import annotations

import json

from tests.interactions.queries.story import ANNA
from tests.kith.commandline import Terminal


def test_both_sides_are_told_overall_and_with_one_person(terminal: Terminal) -> None:
    terminal.story()
    said = terminal.run("balance")
    assert said.startswith("You and everybody, since ")
    assert "conversations begun" in said
    assert "There is too little to say who gives more." in said
    assert "Kith sees mail since" in terminal.err
    anna = terminal.run("balance", ANNA.address)
    assert anna.startswith("You and Anna Berg")
    assert "too little data" in anna


def test_behind_the_numbers_stand_interactions_that_why_knows(terminal: Terminal) -> None:
    terminal.story()
    found = json.loads(terminal.run("balance", ANNA.address, "--json"))
    numbers = [one for side in ("you", "they") for several in found[side]["interactions"].values() for one in several]
    assert numbers
    for number in set(numbers):
        assert "item" in terminal.run("why", str(number))


def test_help_is_the_owners_word_and_is_undone(terminal: Terminal) -> None:
    terminal.story()
    assert "you helped them" in terminal.run("mark", ANNA.address, "gave")
    assert "they helped you" in terminal.run("mark", ANNA.address, "received", "3d")
    found = json.loads(terminal.run("balance", ANNA.address, "--json"))
    assert (found["you"]["helped"], found["they"]["helped"]) == (1, 1)
    assert "you said that they helped you" in terminal.run("log", "kind:note")
    terminal.run("undo")
    terminal.run("undo")
    assert json.loads(terminal.run("balance", ANNA.address, "--json"))["you"]["helped"] == 0


def test_no_word_of_it_judges_anybody(terminal: Terminal) -> None:
    terminal.story()
    for said in (terminal.run("balance"), terminal.run("balance", ANNA.address), terminal.run("balance", "--help")):
        assert not {"owe", "owes", "taker", "debt", "strength"} & set(said.lower().split())


def test_an_unknown_circle_and_two_questions_at_once_are_refused_with_a_sentence(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("balance", "--circle", "nowhere")
    assert (terminal.code, "See  kith circles." in terminal.err) == (2, True)
    terminal.run("balance", ANNA.address, "--circle", "choir")
    assert (terminal.code, "not both at once" in terminal.err) == (2, True)
