"""What connectors hand over: frozen items, the page that carries them, and the containers they come from.

Items are `msgspec.Struct`s (frozen, slotted, cheap to make, encoded as they stand): this module is also the
wire format of the `payloads` table, so a field is only ever added with a default, never renamed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    #: An aware datetime, or an all-day date that stays one.
    Moment = datetime | date
else:

    class _EitherOne(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, date)

    class Moment(metaclass=_EitherOne):
        """msgspec refuses a union of two types that are both text in JSON; `read_moment` tells them apart."""


#: An address longer than this is none (RFC 5321 §4.5.3.1: 64 + 1 + 255).
ADDRESS_MAX = 320
#: Longest display name kept, in characters.
NAME_MAX = 200
#: Longest subject, event title or location kept, in characters.
TEXT_MAX = 500
#: Most addresses or attendees kept of one item; the true number stays in `recipients` / `guests`.
PEOPLE_MAX = 1_000
#: Longest value kept of an evidence header, in characters.
HEADER_MAX = 500


class Mailbox(Struct, frozen=True, array_like=True):
    """One address as it was sent (RFC 5322 §3.4): `address` without angle brackets, `name` decoded, maybe empty."""

    address: str
    name: str = ""


class Email(Struct, frozen=True, omit_defaults=True, tag="email"):
    """One message as its headers tell it (RFC 5322). Bodies and snippets never get here."""

    #: The source's own id, unique in its stream.
    id: str
    #: Message-ID without angle brackets, "" when there is none (RFC 5322 §3.6.4).
    message_id: str = ""
    in_reply_to: str = ""
    #: The provider's thread id, or the first id of References; "" when unknown.
    thread: str = ""
    #: When it was sent, UTC. The received time where Date is missing or absurd; then `flags` says "date".
    sent_at: datetime | None = None
    #: First mailbox of From; None when there is none that can be read.
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    #: How many addresses To, Cc and Bcc held before PEOPLE_MAX cut them.
    recipients: int = 0
    subject: str = ""
    #: System labels in capitals (SENT, INBOX, SPAM, TRASH, DRAFT, CHAT, CATEGORY_PROMOTIONS …), the owner's as written.
    labels: tuple[str, ...] = ()
    #: Evidence headers kept, by lower-case name; a repeated header's values joined by "\n".
    headers: dict[str, str] = {}
    #: Lower-case names of the headers that were there and whose values were not kept, sorted, each once.
    other_headers: tuple[str, ...] = ()
    #: What was odd and how it was read: "date", "capped", "ambiguous-address" …
    flags: tuple[str, ...] = ()


class Attendee(Struct, frozen=True, omit_defaults=True):
    """One ATTENDEE (RFC 5545 §3.8.4.1), parameter values in lower case."""

    mailbox: Mailbox
    #: accepted, declined, tentative, needs-action, delegated, or "" when not said.
    partstat: str = ""
    #: individual, group, resource, room, or "" (RFC 5545 §3.2.3).
    cutype: str = ""
    #: chair, req-participant, opt-participant, non-participant, or "".
    role: str = ""


class Event(Struct, frozen=True, omit_defaults=True, tag="event"):
    """One VEVENT: a single event, the master of a series, or one changed occurrence (RFC 5545).

    A `date` is an all-day date and stays one; a `datetime` is aware. Descriptions, attachments and conference
    data never get here.
    """

    #: Unique in its stream; contains the calendar.
    id: str
    #: UID of the series' master (iCalUID).
    uid: str
    start: Moment
    #: Exclusive (RFC 5545 §3.6.1); None when neither DTEND nor DURATION was there.
    end: Moment | None = None
    #: IANA name the series recurs in; "" means UTC (or floating, then `flags` says "floating").
    timezone: str = ""
    #: Set on a changed or cancelled occurrence: the original start it stands for (RECURRENCE-ID).
    recurrence_id: Moment | None = None
    summary: str = ""
    location: str = ""
    organizer: Mailbox | None = None
    attendees: tuple[Attendee, ...] = ()
    #: How many attendees there were before PEOPLE_MAX cut them.
    guests: int = 0
    #: confirmed, tentative, cancelled.
    status: str = "confirmed"
    #: public, private, confidential (CLASS).
    visibility: str = "public"
    #: TRANSP:TRANSPARENT, the time is shown as free.
    transparent: bool = False
    #: default, birthday, focus-time, out-of-office, working-location.
    event_type: str = "default"
    rrule: str = ""
    rdates: tuple[Moment, ...] = ()
    exdates: tuple[Moment, ...] = ()
    sequence: int = 0
    updated: datetime | None = None
    #: Name of the calendar as its owner reads it.
    calendar: str = ""
    #: "not-expanded", "timezone", "floating", "end-before-start", "capped" …
    flags: tuple[str, ...] = ()


class Contact(Struct, frozen=True, omit_defaults=True, tag="contact"):
    """One vCard as jCard (RFC 7095), limited to UID FN N NICKNAME EMAIL TEL ORG TITLE CATEGORIES RELATED REV."""

    id: str
    #: The jCard's property list: [[name, parameters, type, value …], …], names in lower case.
    card: tuple[tuple[Any, ...], ...]
    #: "own" for the address book, "other" for addresses a provider collected by itself.
    trust: str = "own"

    def emails(self) -> tuple[str, ...]:
        """Every EMAIL value, in the card's order, as written."""
        return self._texts("email")

    def phones(self) -> tuple[str, ...]:
        """Every TEL value, as written."""
        return self._texts("tel")

    def categories(self) -> tuple[str, ...]:
        """Every CATEGORIES value (RFC 6350 §6.7.1)."""
        lines = (line[3:] for line in self.card if line[0] == "categories")
        return tuple(dict.fromkeys(one for values in lines for one in values if isinstance(one, str) and one))

    def name(self) -> str:
        """FN, or what N spells, or ""."""
        return next(iter(self._texts("fn")), "")

    def uid(self) -> str:
        """UID (RFC 6350 §6.7.6), or ""."""
        return next(iter(self._texts("uid")), "")

    def _texts(self, wanted: str) -> tuple[str, ...]:
        return tuple(line[3] for line in self.card if line[0] == wanted and len(line) > 3 and isinstance(line[3], str))


class Gone(Struct, frozen=True, omit_defaults=True, tag="gone"):
    """The source says that this item is no longer there."""

    id: str
    #: It left the container it was seen in, and may be in another by now: then it stays.
    here: bool = False


class Relabelled(Struct, frozen=True, tag="relabelled"):
    """A mail's labels changed at the source; everything else of it stayed."""

    id: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Failed(Struct, frozen=True, tag="failed"):
    """The source did not give an item this time: it is asked for again later, and set aside after many times."""

    id: str
    #: One sentence for the owner.
    reason: str


class Unreadable(Struct, frozen=True, omit_defaults=True, tag="unreadable"):
    """An item that could not be read: kept by reason, place, length and hash, never by its content."""

    id: str
    #: One sentence for the owner, without content of the item.
    reason: str
    #: Where to look: "inbox.mbox, byte 1024", "team.ics, line 40".
    place: str = ""
    #: Bytes.
    length: int = 0
    sha256: str = ""


def read_moment(wanted: type, text: Any) -> Any:
    """Decoding hook for `Moment`: ISO text with a time is a datetime, without one a date. Raises ValueError."""
    if not isinstance(text, str) or wanted.__name__ != "Moment":
        raise ValueError("no date or time")
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


Item = Email | Event | Contact | Gone | Relabelled | Failed | Unreadable

#: An event's flag: the source left guests out of it.
OMITTED = "guests-omitted"
#: Of refs: fetched as soon as may be; bulk, fetched with spare quota; drafts and chats, never fetched.
WANTED, DEFERRED, NEVER = "wanted", "deferred", "never"
#: Labels of bulk mail (Gmail's categories).
BULK = frozenset({"CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL"})


class Ref(Struct, frozen=True):
    """An item's id known before its content (two-phase sources list ids first)."""

    id: str
    thread: str = ""
    #: Milliseconds since 1970 UTC; greater is sooner.
    priority: int = 0
    #: WANTED, DEFERRED or NEVER.
    lane: str = WANTED
    #: Ahead of everything listed: new, or what the log begins with.
    first: bool = False


class Container(Struct, frozen=True):
    """A calendar, a mail folder or a file inside a stream: has its own cursor."""

    #: Stable and unique in the stream.
    id: str
    #: What the owner calls it.
    name: str
    #: Units of work in it (bytes of a file, messages of a folder); 0 when unknown.
    total: int = 0
    #: Read unless the owner says otherwise.
    wanted: bool = True


class Page(Struct, frozen=True):
    """Items and refs with the cursor that belongs after them: both are stored in one transaction, or neither."""

    items: tuple[Item, ...]
    #: Opaque to all but its connector: resume after this.
    cursor: str
    refs: tuple[Ref, ...] = ()
    #: Begins a full listing: the cursor before it was None, or no longer fitted the source.
    first: bool = False
    #: Ends a container's full listing: what it did not contain is gone.
    complete: bool = False
    #: How far this page reaches, in the container's units.
    done: int = 0
    #: Addresses that the source says are the owner's own.
    own: tuple[str, ...] = ()
    #: A full listing is one of items whose ids begin so alone; "" is the whole container.
    part: str = ""
    #: Of ids that begin so the page holds all that there are.
    whole: tuple[str, ...] = ()
    #: Last parts (after "/") of ids in `part` that the source no longer has.
    tails: tuple[str, ...] = ()


class Identity(Struct, frozen=True):
    """Who a source says its owner is: the provider's immutable subject and what to show."""

    subject: str
    label: str
    addresses: tuple[str, ...] = ()
