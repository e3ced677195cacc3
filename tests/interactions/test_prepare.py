"""Items survive being stored: what goes into a payload comes out of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from interactions.items import Attendee, Contact, Email, Event, Mailbox, Unreadable
from interactions.prepare import decode, encode

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "item",
    [
        Email(
            "1",
            "a@b",
            sent_at=NOON,
            sender=Mailbox("a@b.example", "Änne"),
            to=(Mailbox("c@d.example"),),
            labels=("SENT",),
        ),
        Event("1", "u", NOON, NOON, attendees=(Attendee(Mailbox("a@b.example"), "accepted"),), exdates=(NOON,)),
        Event(
            "1", "u", date(2026, 3, 29), date(2026, 3, 30), recurrence_id=date(2026, 3, 29), rdates=(date(2026, 4, 1),)
        ),
        Contact("1", (("fn", {}, "text", "Änne"), ("email", {"type": "home"}, "text", "a@b.example"))),
        Unreadable("1", "no", "file, line 4", 3, "00"),
    ],
)
def test_an_item_reads_back_as_it_was(item: Email | Event | Contact | Unreadable) -> None:
    again = decode(encode(item))
    if isinstance(item, Contact):
        assert isinstance(again, Contact)
        assert (again.emails(), again.name()) == (item.emails(), item.name())
    else:
        assert again == item


def test_an_all_day_date_stays_a_date() -> None:
    again = decode(encode(Event("1", "u", date(2026, 3, 29))))
    assert isinstance(again, Event)
    assert not isinstance(again.start, datetime)
