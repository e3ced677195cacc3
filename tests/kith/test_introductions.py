"""`kith introductions`: who brought whom, as text and for programs."""

from __future__ import annotations

import json

from interactions.items import Mailbox
from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, ME, Story, ago, kept, mail
from tests.kith.commandline import Terminal

ILSE = Mailbox("ilse@fresh.example", "Ilse New")


def test_who_brought_somebody_and_what_came_of_it(terminal: Terminal) -> None:
    terminal.story()
    assert "No introductions are seen" in terminal.run("introductions")
    db = open_database(load_settings({"KITH_DATA_DIR": str(terminal.data)}))
    story = Story(db)
    brought = mail(50, ANNA, [Mailbox(ME), ILSE], "Intro: you <> Ilse", ago(days=6))
    answer = mail(51, Mailbox(ME), [ILSE], "Re: Intro", ago(days=5))
    story.judge((brought, kept("in", (ANNA, "from"), (ILSE, "to"))), (answer, kept("out", (ILSE, "to"))))
    db.close()
    said = terminal.run("introductions")
    assert "Anna Berg-Sørensen: you and Ilse New" in said
    assert "in touch on 1 day since" in said
    assert "1 introduction" in said
    [one] = json.loads(terminal.run("introductions", "--json"))["introductions"]
    assert (one["state"], one["whom"][0], one["whom"][1]["name"]) == ("confirmed", None, "Ilse New")
