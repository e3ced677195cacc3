"""`kith tend` on the command line: few, kind, answered several at once."""

from __future__ import annotations

import json

import pytest

from tests.interactions.queries.story import BORIS
from tests.kith.commandline import Terminal


def people(terminal: Terminal) -> list[dict[str, object]]:
    return list(json.loads(terminal.run("tend", "--json"))["people"])


def test_the_first_look_is_answered_by_code_and_then_weeks_begin(terminal: Terminal) -> None:
    terminal.story()
    look = terminal.run("tend")
    assert "A first look, this once" in look
    assert "quiet for" in look
    assert "Seen: mail since" in look
    assert "kith tend keep CODE" in terminal.err
    [one] = people(terminal)
    assert "rest" in terminal.run("tend", "rest", str(one["code"]))
    assert "Nobody to water this week" in terminal.run("tend")
    assert "1 person rests (kith rest)" in terminal.out
    assert " rests\n" in terminal.run("undo", "--list")
    terminal.run("undo")
    assert "A first look" in terminal.run("tend")
    assert "This week, from" in terminal.run("tend", "begin")
    assert [one["code"] for one in people(terminal)] == [one["code"]]


def test_somebody_is_put_off_and_wished_for_by_name(terminal: Terminal) -> None:
    terminal.story()
    assert "not before 20" in terminal.run("tend", "snooze", "anna", "3w")
    assert people(terminal) == []
    assert "1 is put off" in terminal.run("tend")
    terminal.run("undo")
    assert "every 14 days" in terminal.run("tend", "every", "anna", "2w")
    [one] = people(terminal)
    assert one["cadence_days"] == 14.0
    assert "as usual between you" in terminal.run("tend", "every", "anna", "usual")
    assert "every 14 days" in terminal.run("undo", "--list")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tend", "snooze", "anna", "soon"), "'soon' is no length of time"),
        (("tend", "every", "anna", "0d"), "no length of time"),
        (("tend", "every", "anna", "99y"), "more than ten years"),
        (("tend", "keep", "zzzz"), "Nobody here is called 'zzzz'"),
        (("tend", "forget", BORIS.address), "say --yes"),
        (("tend", "nonsense"), "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(terminal: Terminal, words: tuple[str, ...], sentence: str) -> None:
    terminal.story()
    terminal.run(*words)
    assert terminal.code in (1, 2)
    assert sentence in " ".join(terminal.err.split())


def test_it_reads_as_rows_too(terminal: Terminal) -> None:
    terminal.story()
    head, *rows = terminal.run("tend", "--csv").splitlines()
    assert head.startswith("code,id,name,addresses,why,state")
    assert len(rows) == 1
    assert "Nobody you knew is silent for so long" in terminal.run("tend", "--dormant")


def test_several_are_forgotten_at_once(terminal: Terminal) -> None:
    terminal.story()
    assert "Forgotten: 1" in terminal.run("tend", "forget", BORIS.address, "--yes")
    assert BORIS.address not in terminal.run("people")
