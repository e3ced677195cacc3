"""A little life in which everything meets: copies, replies, a series in two calendars, cards that share addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from interactions.items import Attendee, Contact, Email, Event, Gone, Item, Mailbox, Unreadable
from tests.interactions.store.sources import ME

ANNA = Mailbox("anna@choir.example", "Anna Berg")
ANNA_WORK = Mailbox("a.berg@office.example", "Berg, Anna")
BORIS = Mailbox("boris@garden.example", "Boris")
CARLA = Mailbox("carla@sea.example", "Carla")
SHOP = Mailbox("news@shop.example", "Shop")
STRANGER = Mailbox("q@unknown.example")
OWNER = Mailbox(ME, "Me")
#: The owner's as well, and declared at some time.
OLD_ME = Mailbox("me@old.example", "Me")
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

#: (stream, container, item)
Step = tuple[str, str, Item]


def mail(
    key: str, sender: Mailbox, to: Sequence[Mailbox], subject: str, hours: float = 0, *, answers: str = "",
    labels: Sequence[str] = (), message_id: str | None = None, headers: dict[str, str] | None = None,
) -> Email:  # fmt: skip
    """One mail, `hours` after START; its Message-ID is made of its key unless given."""
    named = f"{key}@x.example" if message_id is None else message_id
    return Email(
        id=key, message_id=named, in_reply_to=answers and f"{answers}@x.example", subject=subject,
        sent_at=START + timedelta(hours=hours), sender=sender, to=tuple(to), recipients=len(to), labels=tuple(labels),
        headers=headers or {},
    )  # fmt: skip


def event(
    key: str, uid: str, start: datetime, summary: str, *, mine: str = "accepted", guests: Sequence[Mailbox] = (ANNA,),
    recurrence: datetime | None = None, rrule: str = "", status: str = "confirmed", sequence: int = 0,
    updated: datetime | None = None, calendar: str = "", visibility: str = "public",
) -> Event:  # fmt: skip
    """One hour that Boris organizes and the owner is invited to."""
    people = [Attendee(Mailbox(ME), mine), *(Attendee(guest, "accepted") for guest in guests)]
    return Event(
        id=key, uid=uid, start=start, end=start + timedelta(hours=1), summary=summary, organizer=BORIS,
        attendees=tuple(people), guests=len(people), recurrence_id=recurrence, rrule=rrule, status=status,
        sequence=sequence, updated=updated, calendar=calendar, visibility=visibility,
    )  # fmt: skip


def card(key: str, name: str, *addresses: str, uid: str = "", categories: Sequence[str] = ()) -> Contact:
    """One card of the address book."""
    lines: list[tuple[object, ...]] = [("uid", {}, "text", uid)] if uid else []
    if categories:
        lines.append(("categories", {}, "text", *categories))
    lines.append(("fn", {}, "text", name))
    lines += [("email", {}, "text", address) for address in addresses]
    return Contact(id=key, card=tuple(lines))


def life() -> list[list[Step]]:
    """Chains of steps: the steps of one chain happen in their order, the chains in any."""
    return [*_mails(), *_calendars(), *_cards()]


def _alone(stream: str, container: str, found: Sequence[Item]) -> list[list[Step]]:
    """A chain for each."""
    return [[(stream, container, one)] for one in found]


def _mails() -> list[list[Step]]:
    bulk = {"list-unsubscribe": "<https://shop.example/stop>", "precedence": "bulk"}
    archive = [
        mail("h01", ANNA, [OWNER], "Choir weekend", 0, message_id="c1@x.example"),
        mail("h02", OWNER, [ANNA, CARLA], "Re: Choir weekend", 1, answers="c1", message_id="c2@x.example"),
        mail("h03", ANNA, [OWNER], "Re: Choir weekend", 2, answers="c2", message_id="c3@x.example"),
        # A copy whose zone was lost, and one of it that was moved once more.
        mail("h04", ANNA, [OWNER], "Re: Choir weekend", 4, message_id=""),
        mail("h05", ANNA, [OWNER], "Re: Choir weekend", 15, message_id="c5@x.example"),
        # The same headers twice.
        mail("h06", BORIS, [OWNER], "Apples", 5, message_id=""),
        mail("h06", BORIS, [OWNER], "Apples", 5, message_id=""),
        # The same words every six hours.
        *(mail(f"h1{n}", CARLA, [OWNER], "How is he", 48 + 6 * n, message_id=f"s{n}@x.example") for n in range(4)),
        mail("h20", SHOP, [OWNER], "Sale", 30, headers=bulk),
        mail("h21", OLD_ME, [SHOP], "My order", 31, message_id="o1@x.example"),
        mail("h22", SHOP, [OLD_ME], "Re: My order", 32, answers="o1"),
        mail("h24", CARLA, [OWNER], "Boat", 50, message_id="b1@x.example"),
        mail("h23", STRANGER, [OWNER], "A question", 33),
    ]
    login = [
        mail("g1", ANNA, [OWNER], "Choir weekend", 0, labels=["INBOX"], message_id="c1@x.example"),
        mail(
            "g2", OWNER, [ANNA, CARLA], "Re: Choir weekend", 1, answers="c1", labels=["SENT"], message_id="c2@x.example"
        ),
        mail(
            "g3", ANNA, [OWNER], "Re: Choir weekend", 2, answers="c2", labels=["CATEGORY_PROMOTIONS"],
            message_id="c3@x.example",
        ),
        mail("g4", CARLA, [OWNER], "Re: Choir weekend", 3, answers="c2"),
    ]  # fmt: skip
    # A copy that turns out to be spam while another account's stays, and the other way round.
    spam = [
        mail("g6", CARLA, [OWNER], "Boat", 50, labels=labels, message_id="b1@x.example") for labels in ([], ["SPAM"])
    ]
    draft = [mail("g5", OWNER, [BORIS], "Pears", 40, labels=["DRAFT"]), mail("g5", OWNER, [BORIS], "Pears!", 41)]
    return [
        *_alone("file.mbox", "inbox.mbox", archive),
        [("file.mbox", "inbox.mbox", Unreadable("h99", "The header has no end.", "inbox.mbox, byte 9"))],
        *_alone("google.mail", "all", login),
        [("google.mail", "all", one) for one in draft],
        [("google.mail", "all", one) for one in spam],
    ]


def _calendars() -> list[list[Step]]:
    weekly = "FREQ=WEEKLY;COUNT=4"
    week = timedelta(weeks=1)
    work = [
        event("w/s", "series", START, "Works council", rrule=weekly),
        event("w/s2", "series", START + week + timedelta(hours=2), "Works council, late", recurrence=START + week),
        event("w/d", "dinner", START + timedelta(hours=10), "Dinner", guests=[ANNA, CARLA]),
    ]
    home = [
        event("h/s", "series", START, "Works council", rrule=weekly, mine="needs-action", guests=[ANNA_WORK]),
        event("h/s3", "series", START + 2 * week, "Works council", recurrence=START + 2 * week, status="cancelled"),
        event("h/d", "dinner", START + timedelta(hours=11), "Dinner at nine", guests=[ANNA, CARLA], sequence=1),
    ]
    brief = event("w/gone", "gone", START + timedelta(days=3), "Called off")
    moved = [
        event("w/m", "moved", START + timedelta(days=days), "Garden", updated=START + timedelta(hours=days))
        for days in (5, 6)
    ]
    whole_day = Event(
        "h/day", "day", date(2026, 3, 9), date(2026, 3, 10), summary="Outing", organizer=OWNER,
        attendees=(Attendee(CARLA, "accepted"),), guests=1,
    )  # fmt: skip
    return [
        *_alone("file.ics", "work.ics", work),
        *_alone("file.ics", "home.ics", home),
        [("file.ics", "work.ics", brief), ("file.ics", "work.ics", Gone("w/gone"))],
        [("file.ics", "work.ics", one) for one in moved],
        [("google.calendar", "primary", whole_day)],
    ]


def _cards() -> list[list[Step]]:
    both = (ANNA.address, ANNA_WORK.address)
    cards = [
        ("all.vcf", card("c1", "Anna Berg", *both, uid="anna")),
        ("more.vcf", card("c2", "Anna Berg", ANNA.address, "anna@home.example", uid="anna-2")),
        # One card in two group files.
        ("choir.vcf", card("c3", "Carla", CARLA.address, "carla@lake.example", uid="carla", categories=["Choir"])),
        ("sea.vcf", card("c3", "Carla", CARLA.address, "carla@lake.example", uid="carla", categories=["Sea"])),
        # One card in two files, alike.
        ("all.vcf", card("c6", "Eva", "eva@hill.example", categories=["Work", "Choir"])),
        ("more.vcf", card("c6", "Eva", "eva@hill.example", categories=["Work", "Choir"])),
        # A couple.
        ("all.vcf", card("c4", "Boris", BORIS.address, "couple@garden.example")),
        ("all.vcf", card("c5", "Dora", "dora@garden.example", "couple@garden.example")),
    ]
    # A nameless card that makes one of two people, until it is deleted.
    bridge = card("c9", "", ANNA.address, CARLA.address)
    return [
        *(chain for name, one in cards for chain in _alone("file.vcf", name, [one])),
        [("file.vcf", "all.vcf", bridge), ("file.vcf", "all.vcf", Gone("c9"))],
    ]
