"""A life split in two, as many are: a private account and one of the employer's; nothing of it is in neither."""

from __future__ import annotations

from sandbox.model import Card, Circle, Event, Life, Mail
from sandbox.planner import WORK

#: Of the cards, every so many stand in both address books.
_SHARED = 5


def addresses(life: Life, mail: Mail) -> set[str]:
    """Whom a mail names in From, To, Cc and Bcc."""
    return {box.address for box in (mail.sender, *mail.to, *mail.cc, *mail.bcc)}


def mail_in(life: Life, mail: Mail, part: str) -> bool:
    """Whether a mail is in the "work" or the "private" account; one that names both addresses is in both."""
    private, work = life.owner.addresses[:2]
    named = addresses(life, mail)
    if part == "work":
        return work in named
    return part != "private" or work not in named or private in named


def event_in(event: Event, part: str) -> bool:
    """Whether an event stands in a calendar of that account."""
    if part == "work":
        return WORK in event.calendars
    return part != "private" or bool(set(event.calendars) - {WORK})


def card_in(life: Life, card: Card, part: str) -> bool:
    """Whether a card is in that account's address book: colleagues' are at work, some in both."""
    colleague = bool(card.person) and life.person(card.person).circle == Circle.WORK
    shared = life.cards.index(card) % _SHARED == 0
    if part == "work":
        return colleague or shared
    return part != "private" or not colleague or shared
