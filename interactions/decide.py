"""One verdict for one item: a pure function of the item and what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from interactions.items import Contact, Email, Event
from interactions.rules import CALENDAR, CONTACTS, MAIL, owner
from interactions.rules.calendar import Gathering
from interactions.rules.message import Message
from interactions.verdict import Known, Verdict

_View = TypeVar("_View")


def decide(item: Email | Event | Contact, known: Known) -> Verdict:
    """Ask the rules in order; the first that answers decides. No clock, no I/O; never raises on any item."""
    if isinstance(item, Email):
        return owner.kind_of(_first(MAIL, Message(item, known)), known.word)
    if isinstance(item, Event):
        return owner.kind_of(_first(CALENDAR, Gathering(item, known)), known.word)
    return _first(CONTACTS, item)


def _first(rules: Sequence[Callable[[_View], Verdict | None]], view: _View) -> Verdict:
    for rule in rules:
        verdict = rule(view)
        if verdict is not None:
            return verdict
    raise AssertionError("the last rule always answers")
