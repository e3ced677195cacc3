"""What the rules decided of an item: a pure function of the item and what is known, without clock or I/O."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from interactions.items import Contact, Email, Event, Mailbox
from interactions.titles import Titles


class Facts(Struct, frozen=True):
    """What is known of one address whatever the order things arrived in: counted from headers and ids alone."""

    #: The owner's own.
    own: bool = False
    #: The owner has written to it.
    sent_to: bool = False
    #: It has answered a message of the owner's (In-Reply-To names one).
    answered: bool = False
    #: It stands on a card of the owner's address book.
    in_book: bool = False


NOTHING_KNOWN = Facts()


class Known(Struct, frozen=True):
    """All a rule may look at beside the item."""

    #: Canonical addresses of the owner.
    own: frozenset[str]
    #: By canonical address; absent means NOTHING_KNOWN.
    facts: Mapping[str, Facts] = {}
    #: The item's In-Reply-To is the Message-ID of a message the owner sent.
    answers_owner: bool = False
    #: What the owner said of this item, else of who sent it: "person", "noise", "kind=call"; "" for nothing.
    word: str = ""
    #: Canonical addresses the owner spoke of → "person" or "noise".
    words: Mapping[str, str] = {}
    #: What is known of entries without guests; None where it does not matter.
    titles: Titles | None = None

    def of(self, canonical: str) -> Facts:
        """The facts of one canonical address."""
        return self.facts.get(canonical, NOTHING_KNOWN)


class Party(Struct, frozen=True, array_like=True):
    """One other person in an interaction, never the owner."""

    mailbox: Mailbox
    #: from, to, cc, bcc; organizer, attendee.
    role: str


class Verdict(Struct, frozen=True, omit_defaults=True):
    """The rules' decision: kept or dropped, as what, and the rule and evidence that said so."""

    kept: bool
    #: Mail: human_direct, human_list, proxy_human, machine_transactional, machine_bulk, auto_reply, bounce, calendar.
    #: Calendar: meeting, not_meeting. Contacts: contact.
    cls: str
    #: Dotted name of the rule, e.g. "mail.auto_submitted", "calendar.declined".
    rule: str
    #: What the rule saw, for `kith why`: short names to short values, in reading order.
    evidence: dict[str, str] = {}
    #: email, meeting, call; "" when dropped.
    kind: str = ""
    #: out, in, both; "" when dropped.
    direction: str = ""
    parties: tuple[Party, ...] = ()


Judgeable = Email | Event | Contact
