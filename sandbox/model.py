"""What a life is made of: people, mails, events and cards, each with the truth a later reader is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

#: Stands in every mail body, event description, card note and card photo. Whoever stores it stored what is private.
#: Sixteen letters of the base64 alphabet, so that a photo can hold it as it stands.
CANARY = "heliotropeQuince"


class Mailbox(NamedTuple):
    """One address with the name shown beside it (RFC 5322 §3.4), both as text."""

    name: str
    address: str


class MailClass(StrEnum):
    """What a mail truly is; the first eight are what a judge decides, the rest is filed apart by its label."""

    HUMAN_DIRECT = "human_direct"
    HUMAN_LIST = "human_list"
    PROXY_HUMAN = "proxy_human"
    MACHINE_TRANSACTIONAL = "machine_transactional"
    MACHINE_BULK = "machine_bulk"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    CALENDAR = "calendar"
    DRAFT = "draft"
    SPAM = "spam"
    CHAT = "chat"
    SELF = "self"


class Circle(StrEnum):
    """Where the owner knows somebody from."""

    WORK = "work"
    FAMILY = "family"
    CHOIR = "choir"
    ALLOTMENT = "allotment"
    VOLUNTEERS = "volunteers"
    NEIGHBOURS = "neighbours"
    FRIENDS = "friends"
    #: Wrote once, out of the blue, or keeps a shop.
    OTHERS = "others"


class Mailer(StrEnum):
    """The program somebody writes with: decides Message-ID, transport and identification headers."""

    GMAIL = "gmail"
    APPLE = "apple"
    OUTLOOK = "outlook"
    THUNDERBIRD = "thunderbird"
    K9 = "k9"
    ROUNDCUBE = "roundcube"
    MUTT = "mutt"


@dataclass(frozen=True, slots=True)
class Tie:
    """How the owner and one person keep in touch over the year."""

    #: Threads between the two of them alone.
    threads: int = 0
    #: Median hours until an answer.
    lag: float = 10.0
    #: Share of the threads that the owner begins.
    mine: float = 0.5
    #: Meetings of the two, or with a few colleagues.
    meets: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """One human being. `addresses[0]` is the one in use; the others turn up as well."""

    id: str
    name: str
    circle: Circle
    addresses: tuple[str, ...]
    mailer: Mailer = Mailer.GMAIL
    tie: Tie = Tie()
    #: IANA name of where they live: their Date headers carry its offset.
    zone: str = "Europe/Berlin"
    company: str = ""
    role: str = ""
    #: Fractions of the year between which there is any contact at all.
    since: float = 0.0
    until: float = 1.0
    #: Stands in the owner's address book.
    in_book: bool = True

    @property
    def address(self) -> str:
        """The address they write from unless a story says otherwise; "" for somebody without e-mail."""
        return self.addresses[0] if self.addresses else ""

    @property
    def domain(self) -> str:
        """Domain of `address`."""
        return self.address.rpartition("@")[2]

    def mailbox(self, address: str = "") -> Mailbox:
        """Name and address as they stand in a header."""
        return Mailbox(self.name, address or self.address)


@dataclass(frozen=True, slots=True)
class Year:
    """The year told: everything before `end` has happened, everything from `end` on is planned. Both UTC midnights."""

    start: datetime
    end: datetime

    def at(self, fraction: float) -> datetime:
        """The instant that lies `fraction` (0 to 1) into the year."""
        return self.start + (self.end - self.start) * fraction

    def day(self, fraction: float) -> date:
        """The UTC date that lies `fraction` into the year."""
        return self.at(fraction).date()

    def alive(self, person: Person, moment: datetime) -> bool:
        """Whether `person` is in contact with the owner at `moment`."""
        return self.at(person.since) <= moment and (person.until >= 1 or moment < self.at(person.until))


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as Gmail holds it. Header values in `trace` and `extra` are ASCII, ready to travel."""

    #: Gmail message id: 16 hex digits whose top bits are the arrival in epoch milliseconds (`int(id, 16) >> 20`).
    id: str
    #: Id of the thread's first message.
    thread: str
    sent_at: datetime
    #: UTC, to the millisecond.
    received_at: datetime
    sender: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    #: Gmail API names: INBOX, SENT, UNREAD, CATEGORY_PROMOTIONS …; the owner's own labels as written.
    labels: tuple[str, ...]
    #: Headers that transport put on top: Delivered-To, Return-Path, Received, DKIM-Signature.
    trace: tuple[tuple[str, str], ...]
    #: Headers below Message-ID: identification of the program, List-*, Auto-Submitted …
    extra: tuple[tuple[str, str], ...]
    content_type: str
    payload: str
    cls: MailClass
    #: "out" when the owner sent it, else "in".
    direction: str
    #: Ids of the other people in it.
    people: tuple[str, ...]
    #: Which part of the life wrote it.
    story: str


class Guest(NamedTuple):
    """One ATTENDEE of an event (RFC 5545 §3.8.4.1)."""

    mailbox: Mailbox
    #: ACCEPTED, DECLINED, TENTATIVE, NEEDS-ACTION.
    answer: str = "ACCEPTED"
    #: INDIVIDUAL, ROOM, RESOURCE, GROUP.
    kind: str = "INDIVIDUAL"


@dataclass(frozen=True, slots=True)
class Rule:
    """The part of an RRULE this life needs (RFC 5545 §3.3.10)."""

    #: WEEKLY, MONTHLY, YEARLY.
    freq: str
    interval: int = 1
    #: (which, weekday): weekday 0 is Monday; which is 0 for WEEKLY, else 1 … 4 or -1 for the last of a month.
    by_day: tuple[tuple[int, int], ...] = ()
    count: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT: a single event, the master of a series, or (with `recurrence_id`) a changed occurrence."""

    uid: str
    #: Names of the calendars it stands in.
    calendars: tuple[str, ...]
    summary: str
    #: Aware, in `zone`; a date for an all-day event.
    start: datetime | date
    end: datetime | date
    organizer: Mailbox | None = None
    guests: tuple[Guest, ...] = ()
    rule: Rule | None = None
    exdates: tuple[datetime, ...] = ()
    recurrence_id: datetime | None = None
    #: IANA zone of a series; "" for what is written in UTC.
    zone: str = ""
    status: str = "CONFIRMED"
    #: PUBLIC, PRIVATE, CONFIDENTIAL; "" when not written.
    visibility: str = ""
    transparent: bool = False
    #: Google Calendar's eventType: default, birthday, focusTime, outOfOffice, workingLocation, fromGmail.
    kind: str = "default"
    location: str = ""
    description: str = CANARY
    created: datetime | None = None
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """One contact of the owner's address book; `person` is "" for a practice, a shop or the owner's own card."""

    id: str
    name: str
    given: str
    family: str
    #: (HOME, WORK or OTHER, address)
    emails: tuple[tuple[str, str], ...] = ()
    #: (CELL, HOME or WORK, number)
    phones: tuple[tuple[str, str], ...] = ()
    company: str = ""
    role: str = ""
    birthday: date | None = None
    note: str = ""
    photo: bool = False
    #: Contact groups by name.
    groups: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Somebody made the owner and somebody else known to each other by one mail."""

    by: str
    whom: str
    #: Gmail id of that mail.
    mail: str
    at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar of the account."""

    name: str
    zone: str
    #: owner, reader: what the account may do there (Google Calendar's accessRole).
    access: str = "owner"
    #: Address of the calendar itself where it has one of its own; never a person's.
    address: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """One owner's year, whole, in memory: what every archive and every server here is written from."""

    seed: int
    year: Year
    owner: Person
    people: tuple[Person, ...]
    mails: tuple[Mail, ...]
    calendars: tuple[Calendar, ...]
    events: tuple[Event, ...]
    cards: tuple[Card, ...]
    introductions: tuple[Introduction, ...]

    def person(self, id: str) -> Person:
        """The person of that id. Raises KeyError."""
        for one in self.people:
            if one.id == id:
                return one
        raise KeyError(id)


def year_before(end: date) -> Year:
    """The 365 days before `end`."""
    midnight = datetime(end.year, end.month, end.day, tzinfo=ZoneInfo("UTC"))
    return Year(midnight - timedelta(days=365), midnight)
