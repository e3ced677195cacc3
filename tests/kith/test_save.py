"""One query language for `kith log` and `kith people`, and searches kept under names."""

from __future__ import annotations

import csv
import io
import json

import pytest

from interactions.settings import load_settings
from interactions.store import accounts
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, BORIS
from tests.kith.commandline import Terminal


def people(terminal: Terminal, *words: str) -> list[str]:
    return [one["name"] for one in json.loads(terminal.run("people", *words, "--json"))["people"]]


def titles(terminal: Terminal, *words: str) -> list[str]:
    return [one["title"] for one in json.loads(terminal.run("log", *words, "--json"))["interactions"]]


def saved(terminal: Terminal) -> dict[str, str]:
    document = json.loads(terminal.run("save", "--list", "--json"))
    assert document["total"] == len(document["searches"])
    return {one["name"]: one["query"] for one in document["searches"]}


def test_people_take_the_filters_of_the_log_and_are_sorted(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("circle", "add", "Choir", "anna", "never")
    assert people(terminal, "circle:choir", "kind:meeting") == ["Anna Berg-Sørensen"]
    assert people(terminal, "circle:choir", "met:never") == ["Never Written"]
    assert people(terminal, "-with:anna", "-never") == ["Борис Ёлкин"]
    assert people(terminal, "--sort", "name") == sorted(people(terminal))
    assert people(terminal, "--sort", "name", "--reverse") == sorted(people(terminal), reverse=True)
    [row] = csv.DictReader(
        io.StringIO(terminal.run("people", "circle:choir", "-met:never", "--csv", "--sort", "close"))
    )
    assert row["name"] == "Anna Berg-Sørensen"
    assert titles(terminal, "--oldest")[0] == "Choir weekend"
    for word in ("people", "log"):
        terminal.run(word, "state:lovely")
        assert (terminal.code, "There is no state 'lovely'" in terminal.err) == (2, True)
        terminal.run(word, "circle:tennis")
        assert (terminal.code, "There is Choir." in terminal.err) == (2, True)


def test_a_search_is_saved_asked_replaced_and_taken_back_exactly(terminal: Terminal) -> None:
    terminal.story()
    assert terminal.run("save", "--list") == "No search is saved yet.\n"
    assert "saved:work" in terminal.run("save", "Work", "with:berg anna", "kind:meeting")
    assert saved(terminal) == {"work": 'with:"berg anna" kind:meeting'}
    assert "Work morning" in titles(terminal, "saved:work")
    assert titles(terminal, "saved:WORK", "before:1y") == []
    assert people(terminal, "saved:work") == ["Anna Berg-Sørensen"]
    terminal.run("save", "work", "-with:boris", "100%")
    assert titles(terminal, "saved:work") == ["100% sure_thing"]
    assert "the search “work” is  -with:boris 100%" in terminal.run("undo", "--list")
    terminal.run("undo")
    assert saved(terminal) == {"work": 'with:"berg anna" kind:meeting'}
    assert terminal.run("save", "work", "--delete") == "work: not kept any more.\n"
    assert saved(terminal) == {}
    assert "the search “work” is not kept any more" in terminal.run("undo")
    assert list(saved(terminal)) == ["work"]
    assert terminal.run("save", "work", 'with:"berg anna" kind:meeting') == "work: saved already.\n"
    terminal.run("undo")
    assert saved(terminal) == {}


def test_a_search_stands_in_another_and_its_days_are_counted_when_it_is_asked(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("save", "recent", "after:50y")
    terminal.run("save", "letters", "saved:recent", "kind:mail")
    assert saved(terminal) == {"letters": "saved:recent kind:mail", "recent": "after:50y"}
    assert len(titles(terminal, "saved:letters")) == 4
    terminal.run("save", "recent", "saved:letters")
    assert (terminal.code, "contains itself" in terminal.err) == (2, True)
    terminal.run("save", "recent", "--delete")
    terminal.run("log", "saved:letters")
    assert (terminal.code, "There is no saved search 'recent'. There is letters" in terminal.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("two words", "choir"), "is no name for a search"),
        (("with:anna", "choir"), "is no name for a search"),
        (("x" * 41, "choir"), "is no name for a search"),
        (("me", "saved:me"), "contains itself"),
        (("me", "state:lovely"), "There is no state"),
        (("me",), "needs something to look for"),
        (("me", "saved:other"), "There is no saved search 'other'"),
        (("nothing", "--delete"), "There is no saved search 'nothing'"),
        (("me", "choir", "--delete"), "give the name alone"),
        (("me", "choir", "--list"), "give no name"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_kept(
    terminal: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    terminal.story()
    terminal.run("save", *words)
    assert terminal.code == 2
    assert sentence in " ".join(terminal.err.split())
    assert terminal.run("undo", "--list") == "You have said nothing yet.\n"


def test_each_owner_has_searches_of_their_own(terminal: Terminal) -> None:
    terminal.story()
    db = open_database(load_settings())
    accounts.owner(db, "other")
    db.close()
    terminal.run("--owner", "me", "save", "work", "kind:meeting")
    assert json.loads(terminal.run("--owner", "other", "save", "--list", "--json"))["searches"] == []
    terminal.run("--owner", "other", "log", "saved:work")
    assert (terminal.code, "None is saved yet" in terminal.err) == (2, True)


def test_a_search_for_somebody_is_forgotten_with_them(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("save", "him", f"with:{BORIS.address}")
    terminal.run("save", "her", f"with:{ANNA.address}")
    terminal.run("save", "both", 'with:anna with:"Борис Ёлкин"')
    assert "Searched the whole database: nothing is left." in terminal.run("forget", BORIS.address, "--yes")
    assert list(saved(terminal)) == ["her"]


def test_searches_are_in_a_backup(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("save", "work", "kind:meeting")
    file = terminal.folder / "b.kith"
    terminal.run("backup", file)
    assert terminal.code == 0
    terminal.run("undo")
    terminal.run("restore", file, "--yes")
    assert saved(terminal) == {"work": "kind:meeting"}
