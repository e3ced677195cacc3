"""`kith introductions`: who brought whom, as text and for programs."""

from __future__ import annotations

import json

from tests.kith.commandline import Terminal
from tests.kith.introduction import introduce


def test_who_brought_somebody_and_what_came_of_it(terminal: Terminal) -> None:
    terminal.story()
    assert "No introductions are seen" in terminal.run("introductions")
    introduce(terminal)
    said = terminal.run("introductions")
    assert "Anna Berg-Sørensen: you and Ilse New" in said
    assert "in touch on 1 day since" in said
    assert "1 introduction" in said
    [one] = json.loads(terminal.run("introductions", "--json"))["introductions"]
    assert (one["state"], one["whom"][0], one["whom"][1]["name"]) == ("confirmed", None, "Ilse New")
