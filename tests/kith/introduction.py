"""An introduction that was taken up, told into a terminal's log."""

from __future__ import annotations

from interactions.items import Mailbox
from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, ME, Story, ago, kept, mail
from tests.kith.commandline import Terminal

ILSE = Mailbox("ilse@fresh.example", "Ilse New")


def introduce(terminal: Terminal) -> None:
    """Anna brings the owner and Ilse together, and the owner writes to Ilse."""
    db = open_database(load_settings({"KITH_DATA_DIR": str(terminal.data)}))
    story = Story(db)
    brought = mail(50, ANNA, [Mailbox(ME), ILSE], "Intro: you <> Ilse", ago(days=6))
    answer = mail(51, Mailbox(ME), [ILSE], "Re: Intro", ago(days=5))
    story.judge((brought, kept("in", (ANNA, "from"), (ILSE, "to"))), (answer, kept("out", (ILSE, "to"))))
    db.close()
