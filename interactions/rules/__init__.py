"""What counts: one function a rule, the first that matches decides; every name they give is listed here."""

from __future__ import annotations

from interactions.rules import calendar, contacts, mail, owner

#: Raised with every change that may turn a verdict: stored items are then judged again.
RULES_VERSION: int = 5

#: What is asked of an Email, an Event and a Contact, in this order.
MAIL = (owner.mail_noise, owner.mail_person, *mail.RULES)
CALENDAR = (owner.event_noise, owner.event_person, *calendar.RULES)
CONTACTS = contacts.RULES

#: Every rule name there is.
NAMES: tuple[str, ...] = (*mail.NAMES, *calendar.NAMES, *contacts.NAMES, *owner.NAMES)
