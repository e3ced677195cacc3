"""The owner's word on the command line: each verb says what it did, and how it is taken back."""

from __future__ import annotations

import contextlib
import json
from contextlib import closing
from pathlib import Path

import pytest

from interactions.schema import suggestions
from interactions.settings import load_settings
from interactions.store import accounts, traces
from interactions.store.database import insert
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, BORIS, ME
from tests.kith.commandline import Terminal


def test_two_people_are_merged_split_and_it_is_taken_back(terminal: Terminal) -> None:
    terminal.story()
    assert "one person from now on" in terminal.run("people", "merge", BORIS.address, ANNA.address)
    assert "kith undo" in terminal.err
    assert BORIS.address in terminal.run("people", "anna")
    said = terminal.run("people", "split", ANNA.address, BORIS.address)
    assert said.startswith(BORIS.address)
    assert BORIS.address not in terminal.run("people", "anna")
    assert f"{ANNA.address} and {BORIS.address}: two people" in terminal.run("undo", "--list")
    terminal.run("undo")
    assert BORIS.address in terminal.run("people", "anna")
    terminal.run("undo")
    assert BORIS.address not in terminal.run("people", "anna")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("people", "merge", ANNA.address), "Name two or more"),
        (("people", "merge", ANNA.address, "nobody"), "Nobody here is called 'nobody'"),
        (("people", "split", ANNA.address, BORIS.address), "has no address"),
        (("mark", "i1", "lovely"), "is no word for it"),
        (("mark", "anna", "noise"), "neither an item (i42) nor an address"),
        (("mark", ANNA.address, "kind=call"), "An address is a person or noise"),
        (("mark", "i99999", "noise"), "There is no mail or calendar entry i99999"),
        (("mark", "anna", "talked", "tomorrow"), "is ahead"),
        (("mark", "anna", "noise", "yesterday"), "takes no day"),
        (("mark", "...", "talked"), "is no name"),
        (("suggestions", "perhaps", "abcd"), "Say yes or no"),
        (("suggestions", "yes", "zzzz"), "Not asked (any more): zzzz"),
        (("forget", ANNA.address), "say --yes"),
        (("forget", "ann", "--yes"), "With --yes say the whole name or address"),
        (("forget", "Nobody At All"), "nothing of that name is written anywhere"),
        (("forget", "boris@garden.example and", "--yes"), "Nobody here"),
        (("forget", ANNA.address, BORIS.address), "One at a time"),
        (("forget", "Anna Berg", "Boris Beet", "--yes"), "One at a time"),
        (("forget", "--check", ""), "No person is named"),
        (("mark", "i42", "talked"), "is no name"),
        (("mark", "x" * 300, "talked"), "A name has 200 characters at most"),
        (("mark", "name:anna", "talked"), "is no name"),
        (("mark", "anna", "met", "0001-01-01"), "longer ago than anybody remembers"),
        (("mark", ME, "noise"), f"{ME} is you"),
        (("mark", ME, "met"), f"{ME} is you"),
        (("people", "merge", ME, ANNA.address), f"{ME} is you"),
        (("forget", ME, "--yes"), f"{ME} is you"),
        (("mute", ME), f"{ME} is you"),
        (("mark", "99999", "noise"), "There is no interaction 99999"),
        (("mark", ANNA.address, "with", "boris"), "is no entry"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(terminal: Terminal, words: tuple[str, ...], sentence: str) -> None:
    terminal.story()
    terminal.run(*words)
    assert terminal.code in (1, 2)
    assert sentence in " ".join(terminal.err.split())


@pytest.mark.parametrize(
    "words",
    [
        ("show", ""), ("show", " ", ""), ("mute", ""), ("mute", "--undo", " "), ("rest", ""), ("rest", "", ""),
        ("people", "merge", "", BORIS.address), ("people", "same", BORIS.address, " "),
        ("people", "split", "", BORIS.address),
        ("people", "different", "", BORIS.address), ("tend", "keep", ""), ("tend", "rest", BORIS.address, ""),
        ("tend", "snooze", ""), ("tend", "every", "\t", "3w"), ("tend", "forget", "--yes", ""), ("mark", "", "talked"),
        ("forget", "--yes", ""),
    ],
)  # fmt: skip
def test_nobody_is_meant_by_an_empty_name(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal.story()
    terminal.run(*words)
    assert (terminal.code, terminal.out) == (2, "")
    assert terminal.err.startswith("No person is named. Give a name, a part of one, or an address")
    assert terminal.run("undo", "--list") == "You have said nothing yet.\n"
    assert BORIS.address in terminal.run("people", "")


@pytest.mark.parametrize("words", [("pause", ""), ("resume", " "), ("disconnect", "", "--purge", "--yes")])
def test_no_account_is_meant_by_an_empty_name(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal.story()
    terminal.run(*words)
    assert (terminal.code, "No account is named. Give its address" in terminal.err) == (2, True)
    assert BORIS.address in terminal.run("people")


@pytest.mark.parametrize(
    ("words", "said"),
    [(("mark", BORIS.address, "noise"), "What you said is kept and stands"), (("rejudge",), "stays marked for it")],
)
def test_ctrl_c_says_that_the_word_stands_and_only_the_judging_waits(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    terminal.story()
    monkeypatch.setattr("kith.working.follow", interrupted)
    monkeypatch.setattr("kith.working.workers", lambda *_: contextlib.nullcontext())
    terminal.run(*words)
    assert terminal.code == 130
    assert said in terminal.err
    assert terminal.err.endswith("Stopped.\n")
    if words[0] == "mark":
        assert f"{BORIS.address}: noise" in terminal.run("undo", "--list")


def test_a_talk_is_noted_also_with_somebody_nobody_heard_of(terminal: Terminal) -> None:
    terminal.story()
    assert "somebody new" in terminal.run("mark", "Ilse from next door", "talked", "yesterday")
    assert "you said that you talked" in terminal.run("log", "with:ilse")
    assert "Ilse from next door" in terminal.run("people", "ilse")
    assert "name:" not in terminal.out
    terminal.run("mark", BORIS.address, "met")
    assert json.loads(terminal.run("show", BORIS.address, "--json"))["person"]["kinds"]["meeting"] >= 1
    assert "Ilse from next door talked" in terminal.run("undo", "--list")


def test_an_item_marked_as_noise_leaves_the_log_and_says_so(terminal: Terminal) -> None:
    terminal.story()
    [entry] = json.loads(terminal.run("log", "with:boris", "--limit", "1", "--json"))["interactions"]
    terminal.run("mark", f"i{entry['item']}", "noise")
    why = terminal.run("why", f"i{entry['item']}")
    assert "you said that nobody is behind it" in why
    assert f"kith mark i{entry['item']} as-judged" in why
    terminal.run("mark", f"i{entry['item']}", "as-judged")
    assert "supports nothing" not in terminal.run("why", f"i{entry['item']}")


def test_why_says_what_would_change_the_verdict(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("rejudge")
    [entry] = json.loads(terminal.run("log", "with:boris", "--limit", "1", "--json"))["interactions"]
    assert "what would change it:" in terminal.run("why", f"i{entry['item']}")
    told = json.loads(terminal.run("why", f"i{entry['item']}", "--json"))
    assert told["item"]["would_change"][-1].endswith(f"kith mark i{entry['item']} noise")


def test_muted_people_are_left_out_of_the_list_and_counted(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("mute", BORIS.address)
    assert "0 people · 1 is muted" in terminal.run("people", "boris")
    assert BORIS.address in terminal.run("people", "list", "--muted", "boris")
    assert BORIS.address in terminal.run("mute")
    terminal.run("mute", "--undo", BORIS.address)
    assert BORIS.address in terminal.run("people", "boris")
    terminal.run("rest", BORIS.address)
    assert BORIS.address in terminal.run("rest")


def test_what_is_left_is_said_with_its_item_and_what_to_do(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.story()
    said = terminal.run("forget", "--check", BORIS.address)
    assert "kith why i" in said
    assert "kith exclude address" in said
    # A name in a place that nothing looks into.
    monkeypatch.setattr("interactions.store.traces.search", lambda *_: [traces.Found("payloads.body", 1)])
    assert "Still written in:\n  payloads.body: 1" in terminal.run("forget", BORIS.address, "--yes")
    assert terminal.code == 1


def test_a_forgotten_person_is_gone_and_the_search_proves_it(terminal: Terminal) -> None:
    terminal.story()
    assert "payloads.body" in terminal.run("forget", "--check", BORIS.address)
    assert terminal.code == 1
    said = terminal.run("forget", BORIS.address, "--yes")
    assert "of others kept without them" in said
    assert "Searched the whole database: nothing is left." in said
    assert "nothing is there" in terminal.run("forget", "--check", BORIS.address)
    assert terminal.code == 0
    terminal.run("show", BORIS.address)
    assert "Nobody here" in terminal.err


@pytest.mark.parametrize("as_json", [False, True])
def test_a_question_is_shown_with_reasons_and_answered(terminal: Terminal, as_json: bool) -> None:
    terminal.story()
    db = open_database(load_settings())
    owner = accounts.owner(db)
    with db.writing() as conn:
        target = "|".join(sorted((ANNA.address, BORIS.address)))
        row = (owner, "person", target, 0.93, json.dumps({"exact name": 5.2}))
        insert(conn, suggestions, ("owner_id", "kind", "target", "chance", "evidence"), [row])
    db.close()
    shown = terminal.run("suggestions")
    assert "93% likely" in shown
    assert "exact name +5.2" in shown
    [question] = json.loads(terminal.run("suggestions", "--json"))["suggestions"]
    if as_json:
        answered = json.loads(terminal.run("suggestions", "yes", question["code"], "--json"))
        assert answered == {"answered": [question["code"]], "yes": True, "meetings": 0}
    else:
        assert "1 answered" in terminal.run("suggestions", "yes", question["code"])
    assert BORIS.address in terminal.run("people", "anna")


def test_a_bare_number_is_an_interaction_and_the_echo_names_what_was_judged(terminal: Terminal) -> None:
    terminal.story()
    [entry] = json.loads(terminal.run("log", "with:boris", "--limit", "1", "--json"))["interactions"]
    assert entry["id"] != entry["item"], "else the two could not be told apart"
    said = terminal.run("mark", str(entry["id"]), "noise")
    assert said.startswith(f"i{entry['item']} “{entry['title']}”")
    left = json.loads(terminal.run("log", "with:boris", "--json"))["interactions"]
    assert entry["id"] not in {one["id"] for one in left}
    assert f"“{entry['title']}”: noise" in terminal.run("undo", "--list")
    assert f"taken back: “{entry['title']}”: noise" in terminal.run("undo")
    [again] = json.loads(terminal.run("log", "with:boris", "--limit", "1", "--json"))["interactions"]
    assert again["id"] == entry["id"]


def test_what_is_the_owners_own_word_has_no_item_to_mark(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("mark", "Ilse", "talked")
    [entry] = json.loads(terminal.run("log", "with:ilse", "--json"))["interactions"]
    terminal.run("mark", str(entry["id"]), "noise")
    assert "is your own word" in terminal.err


def test_a_part_of_an_address_is_nobody_elses_address(terminal: Terminal) -> None:
    terminal.story()
    part = ANNA.address.partition("@")[0][-1] + "@" + ANNA.address.partition("@")[2][:3]
    assert part in ANNA.address
    assert "somebody new" in terminal.run("mark", part, "talked")


def test_an_entry_without_guests_is_a_meeting_once_it_is_said_with_whom(terminal: Terminal, tmp_path: Path) -> None:
    terminal.story()
    calendar = tmp_path / "private.ics"
    calendar.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:e1\r\nDTSTAMP:20260301T000000Z\r\n"
        "DTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\nSUMMARY:Pottery class\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    terminal.run("import", calendar)
    [dropped] = json.loads(terminal.run("dropped", "calendar.guestless", "--json"))["rules"]
    [entry] = dropped["examples"]
    item = f"i{entry['id']}"
    assert f"kith mark {item} with NAME" in terminal.run("why", item)
    terminal.run("mark", item, "person")
    assert f"kith mark {item} with NAME" in terminal.err
    assert "every entry of that title: with Anna Berg" in terminal.run("mark", item, "with", "Anna Berg")
    assert "Pottery class" in terminal.run("log", "with:anna")
    terminal.run("undo")
    assert "Pottery class" not in terminal.run("log", "with:anna")


def test_the_owners_own_name_is_nobody_new(terminal: Terminal, tmp_path: Path) -> None:
    box = tmp_path / "in.mbox"
    box.write_text(
        "From x\nFrom: Me Myself <me@home.example>\nTo: Bo <bo@x.example>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n"
        "Message-ID: <1@x>\nSubject: Hello\n\n\n"
    )
    terminal.run("import", box, "--me", "me@home.example")
    terminal.run("mark", "Me Myself", "met")
    assert "Me Myself is you" in terminal.err


def test_a_name_that_only_unused_space_still_holds_leaves_without_a_tombstone(terminal: Terminal) -> None:
    terminal.story()
    with closing(open_database(load_settings())):
        # As long as somebody has it open, SQLite keeps what was written.
        terminal.run("mark", "Typo Name", "talked")
        terminal.run("undo")
        terminal.run("forget", "Typo Name", "--yes")
    assert "in unused space of the file is gone now" in " ".join(terminal.err.split())
    assert "nothing is there" in terminal.run("forget", "--check", "Typo Name")
    assert "somebody new" in terminal.run("mark", "Typo Name", "talked")


def test_words_are_not_forgotten(terminal: Terminal) -> None:
    terminal.story()
    [entry] = json.loads(terminal.run("log", "with:boris", "--limit", "1", "--json"))["interactions"]
    terminal.run("forget", entry["title"], "--yes")
    assert "Nobody is called" in terminal.err
    assert entry["title"] in terminal.run("log", "with:boris")


def test_a_talk_on_the_telephone_is_noted_by_number(terminal: Terminal) -> None:
    terminal.story()
    assert "somebody new" in terminal.run("mark", "+49 170 9999999", "called")
    assert "+491709999999" in terminal.run("people", "9999999")
