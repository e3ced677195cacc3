"""What the owner never wants stored: decided on an item before it reaches the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from msgspec import Struct

from interactions.address import canonical
from interactions.forgotten import KIND as FORGOTTEN
from interactions.forgotten import RULE, Forgotten
from interactions.items import Contact, Email, Event, Item, Mailbox

#: What can be excluded by name: `kith exclude KIND VALUE`.
KINDS = ("calendar", "label", "domain", "address")


class Exclusions(Struct, frozen=True):
    """The owner's exclusions; values compare in lower case, addresses in canonical form."""

    #: Nothing older is stored (seconds since 1970 UTC); None keeps everything.
    since: int | None = None
    calendars: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    forgotten: Forgotten = Forgotten()

    def cleared(self, item: Email | Event | Contact) -> Email | Event | Contact:
        """The item without whoever is forgotten; as it is, when nothing would be left (`rule` says so)."""
        left = self.forgotten.cleared(item)
        return item if left is None else left

    def rule(self, item: Item) -> str | None:
        """The rule that keeps `item` out ("excluded.label" …), or None."""
        if isinstance(item, Email | Event | Contact) and self.forgotten.cleared(item) is None:
            return RULE
        if isinstance(item, Event) and item.visibility in ("private", "confidential"):
            return "excluded.private"
        if self.since is not None and (at := _latest(item)) is not None and at < self.since:
            return "excluded.since"
        if isinstance(item, Event) and item.calendar.lower() in self.calendars:
            return "excluded.calendar"
        if isinstance(item, Email) and self.labels and any(label.lower() in self.labels for label in item.labels):
            return "excluded.label"
        if (self.domains or self.addresses) and (rule := self._party(item)):
            return rule
        return None

    def _party(self, item: Item) -> str | None:
        for address in map(canonical, _addresses(item)):
            if address in self.addresses:
                return "excluded.address"
            if self.domains and self._inside(address.rpartition("@")[2]):
                return "excluded.domain"
        return None

    def _inside(self, domain: str) -> bool:
        return any(domain == excluded or domain.endswith("." + excluded) for excluded in self.domains)


def exclusions(since: int | None, chosen: Iterable[tuple[str, str]]) -> Exclusions:
    """Gather (kind, value) rows."""
    rows = list(chosen)
    by: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, value in rows:
        if kind in by:
            by[kind].add(normal(kind, value))
    return Exclusions(
        since=since,
        calendars=frozenset(by["calendar"]),
        labels=frozenset(by["label"]),
        domains=frozenset(by["domain"]),
        addresses=frozenset(by["address"]),
        forgotten=Forgotten(frozenset(value for kind, value in rows if kind == FORGOTTEN)),
    )


def normal(kind: str, value: str) -> str:
    """The form in which a value is kept and compared."""
    value = value.strip().lower()
    if kind == "address":
        return canonical(value)
    if kind == "domain":
        return value.lstrip("@").rstrip(".")
    return value


def _latest(item: Item) -> int | None:
    """When the item last happens; a series without end always does."""
    if isinstance(item, Email):
        return int(item.sent_at.timestamp()) if item.sent_at else None
    if isinstance(item, Event) and not item.rrule and not item.rdates:
        return _seconds(item.end or item.start)
    return None


def _seconds(moment: datetime | date) -> int:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return int(moment.timestamp())


def _addresses(item: Item) -> Iterator[str]:
    if isinstance(item, Contact):
        yield from item.emails()
    for mailbox in _mailboxes(item):
        yield mailbox.address


def _mailboxes(item: Item) -> Iterator[Mailbox]:
    if isinstance(item, Email):
        if item.sender:
            yield item.sender
        for group in (item.to, item.cc, item.bcc):
            yield from group
    if isinstance(item, Event):
        if item.organizer:
            yield item.organizer
        for attendee in item.attendees:
            yield attendee.mailbox
