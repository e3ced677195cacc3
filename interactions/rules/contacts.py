"""The rule of the address book: a card that the owner keeps counts as kept; it is no interaction by itself."""

from __future__ import annotations

from collections.abc import Callable

from interactions.items import Contact
from interactions.verdict import Verdict

Rule = Callable[[Contact], Verdict | None]


def card(contact: Contact) -> Verdict | None:
    """Every card is kept. Its addresses become facts when it is saved."""
    evidence = {"addresses": str(len(contact.emails())), "book": contact.trust}
    return Verdict(True, "contact", "contact.card", evidence)


RULES: tuple[Rule, ...] = (card,)
NAMES: tuple[str, ...] = ("contact.card",)
