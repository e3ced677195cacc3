"""The commands that ask."""

from __future__ import annotations

import csv
import io
import json

from interactions.items import Mailbox
from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import ME, Story, ago, kept, mail
from tests.kith.commandline import Terminal


def test_before_anything_is_there_every_question_says_what_to_do_and_makes_nothing(terminal: Terminal) -> None:
    for words in (
        ["log"],
        ["people"],
        ["show", "anna"],
        ["status"],
        ["why", "x@y.example"],
        ["dropped"],
        ["quarantine"],
    ):
        terminal.run(*words)
        assert terminal.code == 1
        assert terminal.err.startswith("Nothing here yet. Run  kith import PATH")
        assert terminal.out == ""
    assert not terminal.data.exists()


def test_the_log_is_a_table_for_people(terminal: Terminal) -> None:
    terminal.story()
    lines = terminal.run("log", "with:anna", "direction:out").splitlines()
    assert terminal.code == 0
    assert lines[0].split() == ["when", "who", "what", "why"]
    assert "→" in lines[1]
    assert "Anna Berg-Sørensen" in lines[1]
    assert "mail  Re: Choir weekend" in lines[1]
    assert lines[-1] == " 1 interaction with 1 person"
    assert "judged no interaction (kith dropped)" in terminal.run("log")


def test_the_log_is_one_json_object_for_programs(terminal: Terminal) -> None:
    terminal.story()
    document = json.loads(terminal.run("log", "--json", "kind:meeting", "before:2026-03-15"))
    [entry] = document["interactions"]
    assert entry["title"] == "Work morning"
    assert entry["at"] == "2026-03-09T12:00:00Z"
    assert [who["name"] for who in entry["people"]] == ["Anna Berg-Sørensen", "Борис Ёлкин"]
    assert (document["total"], document["people"]) == (1, 2)
    assert json.loads(terminal.run("log", "--json", "with:nobody"))["interactions"] == []


def test_names_are_harmless_in_every_format(terminal: Terminal) -> None:
    db = open_database(load_settings())
    story = Story(db)
    evil = Mailbox("evil@x.example", "\x1b]0;owned\x07=HYPERLINK(1)")
    story.judge((mail(1, evil, [Mailbox(ME)], "\u202e=1+1\x1b[31m\nX", ago(days=1)), kept("in", (evil, "from"))))
    db.close()
    for words in (["log"], ["people"], ["show", "evil"], ["why", "evil@x.example"], ["why", "1"], ["log", "--json"]):
        terminal.run(*words)
        assert terminal.code == 0
        assert not {"\x1b", "\x07", "\u202e"} & set(terminal.out)
    [row] = csv.DictReader(io.StringIO(terminal.run("log", "--csv")))
    assert row["title"].startswith("'")
    [row] = csv.DictReader(io.StringIO(terminal.run("people", "--csv")))
    assert row["name"] == "␛]0;owned␇=HYPERLINK(1)"


def test_a_person_is_shown_or_the_choice_of_them(terminal: Terminal) -> None:
    terminal.story()
    out = terminal.run("show", "anna")
    assert out.startswith("Anna Berg-Sørensen\n")
    assert "4 interactions: 3 mails, 1 meeting" in out or "5 interactions" in out
    terminal.run("show", "example")
    assert terminal.code == 1
    assert "3 people could be meant" in terminal.err
    terminal.run("show", "zzz")
    assert (terminal.code, terminal.out) == (1, "")


def test_people_are_listed_counted_and_searched(terminal: Terminal) -> None:
    terminal.story()
    assert terminal.run("people").splitlines()[-1] == " 3 people"
    assert json.loads(terminal.run("people", "sørensen", "--json"))["total"] == 1
    assert terminal.run("people", "nobody") == " 0 people\n"


def test_status_adds_up_and_says_what_to_do_next(terminal: Terminal) -> None:
    terminal.story()
    out = terminal.run("status")
    assert "seen 12 = kept 8 + dropped 3 + quarantined 1" in out
    assert "Next: 1 item could not be read or judged: kith quarantine" in out
    [stream] = json.loads(terminal.run("status", "--json"))["streams"]
    counts = stream["counts"]
    assert counts.pop("seen") == sum(counts.values())
    assert stream["dropped_by"] == {"mail.bulk": 2, "mail.robot": 1}


def test_why_takes_an_address_an_item_or_an_interaction(terminal: Terminal) -> None:
    terminal.story()
    assert "you have written to it" in terminal.run("why", "anna@choir.example")
    number = json.loads(terminal.run("log", "--json", "weekend", "direction:in"))["interactions"][0]
    assert "Choir weekend" in terminal.run("why", str(number["id"]))
    assert "it supports:" in terminal.run("why", f"i{number['item']}")
    terminal.run("why", "i99999999")
    assert terminal.code == 1
    assert "no item or interaction" in terminal.err


def test_dropped_is_listed_by_rule(terminal: Terminal) -> None:
    terminal.story()
    assert "mail.bulk" in terminal.run("dropped")
    assert json.loads(terminal.run("dropped", "mail.robot", "--json"))["total"] == 1
    assert len(terminal.run("dropped", "--csv").splitlines()) == 4
    terminal.run("dropped", "nonsense")
    assert terminal.code == 1


def test_quarantine_is_listed_retried_and_dismissed(terminal: Terminal) -> None:
    terminal.story()
    out = terminal.run("quarantine")
    assert "inbox.mbox, byte 77" in out
    assert "The header has no end." in out
    terminal.run("quarantine", "ignore")
    assert terminal.code == 2
    terminal.run("quarantine", "ignore", "--all")
    assert terminal.code == 2
    terminal.run("quarantine", "ignore", "x1")
    assert terminal.code == 2
    item = json.loads(terminal.run("quarantine", "--json"))["items"][0]["id"]
    assert "1 will be read again" in terminal.run("quarantine", "retry", f"i{item}")
    assert terminal.run("quarantine", "ignore", str(item)) == "1 item dismissed.\n"
    assert terminal.run("quarantine") == "Nothing is in quarantine.\n"


def test_words_that_are_off_end_with_2_and_one_sentence(terminal: Terminal) -> None:
    terminal.story()
    for words in (
        ["log", "foo:bar"], ["log", "after:tuesday"], ["log", "--", "--help"], ["log", "--jsno"], ["nonsense"],
        ["log", "--limit", "0"], ["exclude", "colour", "red"], ["exclude", "label"], ["me", "add", "no address"],
        ["import"], ["import", "a.mbox", "--me", "-o/etc/x"], ["import", "a.mbox", "--since", "garbage"],
        ["restore", "nothing.kith", "--yes"], ["backup", "/nonexistent/folder/b.kith"],
    ):  # fmt: skip
        terminal.run(*words)
        assert terminal.code == 2, words
        assert terminal.out == ""
        assert terminal.err


def test_help_and_version_need_no_database(terminal: Terminal) -> None:
    assert "import" in terminal.run("--help")
    assert terminal.run("--version").startswith("kith ")
    assert "with:anna" in terminal.run("log", "--help")
    assert not terminal.data.exists()


def test_several_owners_have_to_be_told_apart(terminal: Terminal) -> None:
    db = open_database(load_settings())
    Story(db, "ada", "/a")
    Story(db, "bo", "/b")
    db.close()
    terminal.run("log")
    assert (terminal.code, "several owners (ada, bo)" in terminal.err) == (2, True)
    terminal.run("--owner", "ada", "log")
    assert terminal.code == 0
    terminal.run("--owner", "--help", "log")
    assert terminal.code == 2
    assert "There is no owner '--help'" in terminal.err
    terminal.run("--owner", "x\x1b[2J\n", "log")
    assert (terminal.code, "\x1b" in terminal.err) == (2, False)
