"""What the owner never wants stored, decided on the item alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from interactions.exclusions import Exclusions, exclusions, normal
from interactions.items import Attendee, Contact, Email, Event, Gone, Item, Mailbox, Unreadable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BAD = Mailbox("Wanda@sub.Plum.example")


def event(**fields: object) -> Event:
    return Event("1", "u", **{"start": NOON, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "item",
    [
        Email("1", sender=BAD),
        Email("1", to=(Mailbox("a@x.example"), BAD)),
        Email("1", cc=(BAD,)),
        Email("1", bcc=(BAD,)),
        event(organizer=BAD),
        event(attendees=(Attendee(BAD),)),
        Contact("1", (("email", {}, "text", "WANDA@sub.plum.example"),)),
    ],
)
@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", " wanda@SUB.plum.example"), ("domain", "@plum.example"), ("domain", "SUB.plum.example.")],
)
def test_an_address_or_domain_keeps_out_whatever_names_it(item: Item, kind: str, value: str) -> None:
    assert exclusions(None, [(kind, value)]).rule(item) == f"excluded.{kind}"


@pytest.mark.parametrize("value", ["lum.example", "ub.plum.example", "other.example", "wanda.sub.plum.example"])
def test_a_domain_means_itself_and_what_is_under_it(value: str) -> None:
    assert exclusions(None, [("domain", value)]).rule(Email("1", sender=BAD)) is None


def test_a_label_or_calendar_is_compared_without_case() -> None:
    chosen = exclusions(None, [("label", "Zebra"), ("calendar", "Familie")])
    assert chosen.rule(Email("1", labels=("INBOX", "ZEBRA"))) == "excluded.label"
    assert chosen.rule(event(calendar="FAMILIE")) == "excluded.calendar"
    assert chosen.rule(Email("1", labels=("Zebras",))) is None
    assert chosen.rule(event(calendar="Zebra")) is None


@pytest.mark.parametrize(("visibility", "rule"), [
    ("private", "excluded.private"), ("confidential", "excluded.private"), ("public", None),
])  # fmt: skip
def test_private_entries_are_kept_out_though_nobody_asked(visibility: str, rule: str | None) -> None:
    assert Exclusions().rule(event(visibility=visibility)) == rule


def test_nothing_that_ended_before_the_limit_comes_in() -> None:
    limit = exclusions(int(NOON.timestamp()), [])
    hour = timedelta(hours=1)
    assert limit.rule(Email("1", sent_at=NOON - hour)) == "excluded.since"
    assert limit.rule(event(start=NOON - 2 * hour, end=NOON - hour)) == "excluded.since"
    assert limit.rule(event(start=date(2026, 3, 1), end=date(2026, 3, 2))) == "excluded.since"
    for item in (
        Email("1", sent_at=NOON),
        Email("1"),
        event(start=NOON - hour, end=NOON + hour),
        event(start=NOON - 900 * hour, rrule="FREQ=DAILY"),
        event(start=NOON - 900 * hour, rdates=(NOON,)),
        Contact("1", ()),
        Unreadable("1", "no"),
        Gone("1"),
    ):
        assert limit.rule(item) is None


def test_a_kind_that_is_not_known_keeps_nothing_out() -> None:
    assert exclusions(None, [("planet", "mars")]) == Exclusions()


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("address", " An.Na+x@Gmail.com ", "anna@gmail.com"),
        ("domain", " @Plum.Example. ", "plum.example"),
        ("label", " Kunden/Zebra ", "kunden/zebra"),
    ],
)
def test_values_are_kept_in_the_form_they_are_compared_in(kind: str, value: str, kept: str) -> None:
    assert normal(kind, value) == kept
    assert normal(kind, kept) == kept
