"""The score's table: what each sign says, as stated by hand and as fitted on labelled mail.

Written by `python -m bench.fit FILE`; the fit moves a stated number only as far as the mails in FILE ask for it, and
never over zero. PROVENANCE says what it was fitted on.
"""

from __future__ import annotations

from typing import NamedTuple


class Weight(NamedTuple):
    """One sign's log-odds."""

    #: For a person (over 0) or a machine (under 0): as stated, and as fitted. The fitted one is used.
    stated_human: float
    human: float
    #: Among machines, for one mail to many (over 0) or a notice to one (under 0): as stated, and as fitted.
    stated_many: float = 0.0
    many: float = 0.0


PROVENANCE: dict[str, str] = {
    "fitted by": "python -m bench.fit",
    "on": "212 labelled mails that the score decides, of labelled.jsonl",
    "sha256": "a85eb7a022fda8d2c4b8ed6d2ced9f40d047f135c649469d4cb200eb320309bf",
    "spread": "0.3",
    "date": "2026-11-27",
}

#: Name of a sign → what it adds. Over 0 together: a person; among machines: many.
WEIGHTS: dict[str, Weight] = {
    "any mail": Weight(0.5, 0.5, 0.1, 0.1),
    "you wrote to them": Weight(3.5, 3.5, 0.0, 0.0),
    "they answered you": Weight(4.0, 4.0, 0.0, 0.0),
    "in your address book": Weight(3.0, 3.0, 0.0, 0.0),
    "you never wrote to them": Weight(-0.5, -0.5, 0.0, 0.0),
    "answers your mail": Weight(3.0, 3.0, 0.0, 0.0),
    "answers or forwards": Weight(2.5, 2.5, 0.0, 0.0),
    "names you in To": Weight(0.5, 0.5, 0.0, 0.0),
    "does not name you": Weight(-1.0, -1.0, 0.0, 0.0),
    "to several by name": Weight(1.0, 1.1, 0.0, 0.0),
    "to nobody": Weight(-1.0, -1.0, 1.0, 1.1),
    "to itself": Weight(-4.0, -4.0, 0.25, 0.2),
    "to itself by hand": Weight(-1.5, -1.5, 0.5, 0.5),
    "to itself and others": Weight(-3.0, -3.1, 0.5, 0.5),
    "to many": Weight(-1.0, -1.0, 0.25, 0.3),
    "to very many": Weight(-2.0, -2.0, 1.5, 1.5),
    "mail program": Weight(1.5, 1.5, 0.0, 0.0),
    "mass mailer": Weight(-3.0, -3.0, 0.5, 0.6),
    "mail library": Weight(-3.0, -3.0, 0.0, 0.0),
    "name fits the address": Weight(1.5, 1.4, 0.0, 0.0),
    "address of a person": Weight(1.0, 1.2, 0.0, 0.0),
    "consumer mailbox": Weight(1.0, 1.0, -0.5, -0.5),
    "name of an organisation": Weight(-1.5, -1.5, 0.1, 0.5),
    "address of an organisation": Weight(-1.0, -1.0, 0.1, 0.1),
    "address of a sender to many": Weight(-3.0, -3.1, 1.0, 1.2),
    "address of a desk": Weight(-2.0, -2.1, -1.0, -0.8),
    "address of a role": Weight(-1.5, -1.5, -0.25, -0.2),
    "address of a program": Weight(-4.0, -4.0, -1.0, -0.9),
    "address with a code": Weight(-2.5, -2.5, -0.25, -0.1),
    "sending host": Weight(-2.0, -2.0, 0.5, 0.6),
    "mass subject": Weight(-2.0, -2.1, 1.0, 1.1),
    "numbered issue": Weight(-2.5, -2.5, 1.0, 1.0),
    "dated subject": Weight(-0.3, -0.3, 0.5, 0.6),
    "service subject": Weight(-1.5, -1.7, -1.5, -1.7),
    "job report": Weight(-2.0, -2.0, -2.0, -1.9),
    "numbered case": Weight(-0.5, -0.5, -1.0, -1.0),
    "meeting subject": Weight(-3.0, -3.0, 0.0, 0.0),
    "subject names the sender": Weight(-1.0, -1.0, 0.25, 0.3),
    "titled by its sender": Weight(-2.5, -2.5, 0.5, 0.6),
    "titled after its address": Weight(-1.5, -1.6, 0.25, 0.3),
    "titled to you": Weight(-0.8, -0.8, 0.5, 0.5),
    "no subject": Weight(0.0, 0.0, -2.0, -2.0),
    "shouting": Weight(-0.8, -0.8, 0.25, 0.4),
    "HTML alone": Weight(-1.5, -1.5, 0.25, 0.3),
    "unsubscribe": Weight(-3.0, -3.0, 1.0, 1.0),
    "feedback id": Weight(-3.0, -3.0, 0.1, 0.1),
    "sending service": Weight(-2.0, -2.0, 0.5, 0.6),
    "bounce path": Weight(-2.0, -2.0, 0.25, 0.3),
    "precedence bulk": Weight(-2.0, -2.0, 0.5, 0.5),
    "category promotions": Weight(-3.0, -3.0, 1.0, 1.0),
    "category social": Weight(-3.0, -3.0, 1.0, 1.0),
    "category forums": Weight(-1.0, -1.0, 0.0, 0.0),
    "category updates": Weight(-2.0, -2.0, -1.5, -1.5),
    "category personal": Weight(0.5, 0.5, 0.0, 0.0),
}
