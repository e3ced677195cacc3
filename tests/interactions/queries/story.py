"""A small log built through the real store: pages saved under a lease, verdicts written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from interactions.items import Attendee, Contact, Container, Email, Event, Item, Mailbox, Page, Unreadable
from interactions.store import accounts, claims, identity, leases, pages, records, ties
from interactions.store.addresses import AddressIds
from interactions.store.database import Database
from interactions.store.leases import Lease
from interactions.store.records import Judged
from interactions.verdict import Party, Verdict

#: The owner's moment in every test: a Monday.
NOW = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
ME = "me@home.example"
ANNA, ANNA_WORK = Mailbox("anna@choir.example", "Anna Berg"), Mailbox("a.berg@office.example", "Berg, Anna")
BORIS = Mailbox("boris@garden.example", "Борис Ёлкин")
SHOP = Mailbox("news@shop.example", "Shop")
RULES = 1


def now() -> int:
    """NOW in seconds since 1970 UTC."""
    return int(NOW.timestamp())


def ago(**units: float) -> datetime:
    """An instant before NOW."""
    return NOW - timedelta(**units)


def mail(number: int, sender: Mailbox, to: Sequence[Mailbox], subject: str, at: datetime) -> Email:
    """One mail."""
    return Email(
        id=f"m{number}", message_id=f"{number}@x.example", sent_at=at, sender=sender, to=tuple(to),
        recipients=len(to), subject=subject,
    )  # fmt: skip


def meeting(number: int, guests: Sequence[Mailbox], title: str, at: datetime, *, minutes: int = 45) -> Event:
    """One meeting the owner organised."""
    return Event(
        id=f"e{number}", uid=f"u{number}", start=at, end=at + timedelta(minutes=minutes), summary=title,
        organizer=Mailbox(ME), attendees=tuple(Attendee(guest, "accepted") for guest in guests), guests=len(guests),
    )  # fmt: skip


def card(number: int, name: str, *addresses: str) -> Contact:
    """One card of the address book."""
    lines = [("fn", {}, "text", name), *(("email", {}, "text", address) for address in addresses)]
    return Contact(id=f"c{number}", card=tuple(lines))


def kept(direction: str, *parties: tuple[Mailbox, str], kind: str = "email", rule: str = "mail.human") -> Verdict:
    """A verdict that keeps an item."""
    people = tuple(Party(mailbox, role) for mailbox, role in parties)
    return Verdict(True, "human_direct", rule, {"to": "you alone"}, kind, direction, people)


def dropped(rule: str) -> Verdict:
    """A verdict that drops an item."""
    return Verdict(False, "machine_bulk", rule, {"list-unsubscribe": "present"})


class Story:
    """One owner's account with one stream, filled step by step."""

    def __init__(self, db: Database, name: str = "me", subject: str = "/archive", stream: str = "file.mbox") -> None:
        self.db = db
        self.owner_id = accounts.owner(db, name)
        accounts.add_own(db, self.owner_id, [ME])
        [self.stream_id] = accounts.register(db, self.owner_id, "archive", subject, "Old archive", [stream], None)
        self.ids = AddressIds()
        self._page = 0

    def lease(self) -> Lease:
        """The right to write to the stream."""
        lease = leases.acquire(self.db, self.stream_id, "test", 60)
        assert lease is not None
        return lease

    def store(self, *items: Item, complete: bool = False) -> list[int]:
        """Save one page; returns the ids of what is to be judged."""
        lease = self.lease()
        container = Container("inbox", "inbox.mbox", 1_000)
        [(number, _, _)] = pages.open_containers(self.db, lease, [container])
        self._page += 1
        page = Page(tuple(items), f"cursor {self._page}", first=self._page == 1, complete=complete, done=500)
        saved = pages.save_page(self.db, lease, number, page, pages.reader(self.db, lease), self.ids)
        leases.release(self.db, lease, state="done", sentence="up to date", due_in=None)
        return saved.owed

    def judge(self, *judged: tuple[Item, Verdict]) -> list[int]:
        """Save items and write their verdicts; returns their ids."""
        owed = self.store(*(item for item, _ in judged))
        verdicts = {item.id: verdict for item, verdict in judged}
        work = claims.load(self.db, owed)
        written = [Judged(one.item_id, one.revision, one.item, verdicts[one.item.id], one.copy) for one in work]
        records.record(self.db, self.owner_id, written, RULES, self.ids)
        identity.settle(self.db)
        ties.settle(self.db)
        return owed


def tell(db: Database) -> Story:
    """Two people, a shop, a meeting that was and one that will be, cards, and something unreadable."""
    story = Story(db)
    story.judge(
        (card(1, "Anna Berg-Sørensen", ANNA.address, ANNA_WORK.address), Verdict(True, "contact", "contact.card")),
        (card(2, "Never Written", "never@nowhere.example"), Verdict(True, "contact", "contact.card")),
    )
    story.judge(
        (mail(1, ANNA, [Mailbox(ME)], "Choir weekend", ago(days=30)), kept("in", (ANNA, "from"))),
        (mail(2, Mailbox(ME), [ANNA], "Re: Choir weekend", ago(days=29)), kept("out", (ANNA, "to"), rule="mail.sent")),
        (mail(3, ANNA_WORK, [Mailbox(ME)], "100% sure_thing", ago(days=2)), kept("in", (ANNA_WORK, "from"))),
        (mail(4, BORIS, [Mailbox(ME)], "ЁЛКА и Straße", ago(hours=3)), kept("in", (BORIS, "from"))),
        (mail(5, SHOP, [Mailbox(ME)], "Sale", ago(days=1)), dropped("mail.bulk")),
        (mail(6, SHOP, [Mailbox(ME)], "Old sale", ago(days=400)), dropped("mail.bulk")),
        (mail(7, SHOP, [Mailbox(ME)], "Receipt", ago(days=3)), dropped("mail.robot")),
    )
    both = (ANNA, "attendee"), (BORIS, "attendee")
    story.judge(
        (
            meeting(1, [ANNA, BORIS], "Work morning", ago(days=7)),
            kept("both", *both, kind="meeting", rule="calendar.meeting"),
        ),
        (
            meeting(2, [ANNA], "Dinner", ago(days=-5)),
            kept("both", both[0], kind="meeting", rule="calendar.meeting"),
        ),
    )
    story.store(Unreadable("bad1", "The header has no end.", "inbox.mbox, byte 77", 1234, "ab" * 32))
    return story
