"""`kith story`: five plain sentences, each true and each with what it rests on."""

from __future__ import annotations

import json

from interactions.items import Mailbox
from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, ME, Story, ago, kept, mail
from tests.kith.commandline import Terminal
from tests.kith.introduction import ILSE, introduce


def told(terminal: Terminal, person: str) -> list[str]:
    """The sentences, without their numbers."""
    return [one["text"] for one in json.loads(terminal.run("story", person, "--json"))["sentences"]]


def test_who_brought_whom_and_what_went_each_way_is_told_on_both_sides(terminal: Terminal) -> None:
    terminal.story()
    introduce(terminal)
    met, turned, others, ways, ahead = told(terminal, "Ilse New")
    assert met.startswith("Anna Berg-Sørensen brought you together on ")
    assert turned in ("So far it goes one way.", "So far it is a casual tie.")
    assert others == "Neither of you is seen to have introduced the other to anybody."
    # Anna's mail to both of them is none of Ilse's.
    assert ways.startswith("You wrote once; the last was on ")
    assert ways.endswith("; 1 mail of others went to you both.")
    assert ahead == "Nothing is planned."
    assert "Anna Berg-Sørensen brought you together with Ilse New" in told(terminal, ANNA.address)[2]


def test_who_was_only_written_to_together_with_the_owner_has_not_written(terminal: Terminal) -> None:
    terminal.story()
    db = open_database(load_settings({"KITH_DATA_DIR": str(terminal.data)}))
    mails = [mail(60 + number, ANNA, [Mailbox(ME), ILSE], "Tables", ago(days=6 - number)) for number in range(2)]
    Story(db).judge(*((one, kept("in", (ANNA, "from"), (ILSE, "to"))) for one in mails))
    db.close()
    met, turned, _, ways, ahead = told(terminal, "Ilse New")
    assert met.startswith("The first that is seen of you two is a mail of Anna Berg-Sørensen to you both on ")
    assert turned == "So far you are only seen beside each other."
    assert ways == (
        "Nothing has passed between you that mail and calendars know of; 2 mails of others went to you both."
    )
    assert ahead == "Nothing is planned."


def test_each_sentence_names_what_it_rests_on(terminal: Terminal) -> None:
    terminal.story()
    said = terminal.run("story", ANNA.address)
    assert said.startswith("Anna Berg")
    assert "Kith sees mail since" in terminal.err
    for one in json.loads(terminal.run("story", ANNA.address, "--json"))["sentences"]:
        for number in one["interactions"]:
            assert "item" in terminal.run("why", str(number))


def test_somebody_only_on_a_card_has_no_story_made_up(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("mark", "Ilse next door", "talked", "yesterday")
    met, turned, others, ways, ahead = told(terminal, "Ilse next door")
    assert met.startswith("You first talked, as you noted, yesterday")
    assert ways.startswith("You met or talked once")
    assert (turned, ahead) != ("", "")
    assert others == "Neither of you is seen to have introduced the other to anybody."


def test_of_somebody_on_a_card_alone_nothing_is_claimed(terminal: Terminal) -> None:
    terminal.story()
    assert told(terminal, "Never Written") == [
        "Never Written is in your address book; nothing that passed between you is seen.",
        "So far there is nothing that could have turned.",
        "Neither of you is seen to have introduced the other to anybody.",
        "Nothing has passed between you that mail and calendars know of.",
        "Nothing is planned.",
    ]


def test_what_could_be_given_is_told_kind_by_kind(terminal: Terminal) -> None:
    terminal.story()
    said = terminal.run("offer")
    assert said.strip()
    assert "Kith sees mail since" in terminal.err
    assert set(json.loads(terminal.run("offer", "--json"))) == {"open", "thanks", "pairs"}
