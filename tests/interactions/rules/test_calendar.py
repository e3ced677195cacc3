"""Which calendar events are meetings, with whom, and why the others are not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from interactions.decide import decide
from interactions.items import Attendee, Event, Mailbox
from interactions.verdict import Known, Verdict

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ME, ADA, BEN = Mailbox("me@home.example"), Mailbox("ada@mill.example", "Ada"), Mailbox("ben@mill.example", "Ben")
ROOM = Attendee(Mailbox("c_188@resource.calendar.google.com", "Big table"), "accepted")
KNOWN = Known(frozenset({ME.address, "me@work.example"}))


def guest(mailbox: Mailbox, partstat: str = "accepted", cutype: str = "") -> Attendee:
    return Attendee(mailbox, partstat, cutype)


def event(*attendees: Attendee, organizer: Mailbox | None = ADA, **more: object) -> Event:
    return Event(
        "1",
        "u",
        more.pop("start", NINE),
        organizer=organizer,
        attendees=attendees,
        guests=len(attendees),
        **more,  # type: ignore[arg-type]
    )


def judged(*attendees: Attendee, organizer: Mailbox | None = ADA, **more: object) -> Verdict:
    return decide(event(*attendees, organizer=organizer, **more), KNOWN)


BOTH = (guest(ME), guest(ADA))
DROPPED: list[tuple[Event, str]] = [
    (event(*BOTH, status="cancelled"), "cancelled"),
    (event(*BOTH, event_type="birthday"), "birthday"),
    (event(*BOTH, event_type="focus-time"), "focus_time"),
    (event(*BOTH, event_type="out-of-office"), "out_of_office"),
    (event(*BOTH, event_type="working-location"), "working_location"),
    (event(*BOTH, visibility="private"), "private"),
    (event(*BOTH, visibility="confidential"), "private"),
    (event(*BOTH, summary="HOLD: dinner with Ada"), "hold"),
    (event(*BOTH, summary="Focus time"), "focus_time"),
    (event(organizer=None), "guestless"),
    (event(guest(ME), organizer=ME), "guestless"),
    (event(guest(ME), ROOM, organizer=ME), "room_only"),
    (event(guest(ME), guest(Mailbox("r@x.example"), cutype="room"), organizer=ME), "room_only"),
    # developers.google.com/workspace/calendar/api/concepts/sharing: a group calendar organizes; nobody did.
    (event(guest(ME), organizer=Mailbox("abc@group.calendar.google.com")), "guestless"),
    (event(guest(ADA), guest(BEN)), "not_invited"),
    (event(guest(ME, "declined"), guest(ADA)), "declined"),
    (event(guest(ME, "declined"), guest(ADA), organizer=ME), "declined"),
    (event(guest(ME), guest(ADA, "declined"), organizer=ME), "all_declined"),
    (event(guest(ME), guest(ADA, "declined"), organizer=ADA), "all_declined"),
]


@pytest.mark.parametrize(("item", "rule"), DROPPED)
def test_what_is_no_meeting_falls_by_its_rule(item: Event, rule: str) -> None:
    verdict = decide(item, KNOWN)
    assert (verdict.kept, verdict.cls, verdict.rule) == (False, "not_meeting", f"calendar.{rule}")
    assert verdict.parties == ()


KEPT: list[tuple[Event, str, list[tuple[str, str]]]] = [
    (event(*BOTH), "meeting", [("ada@mill.example", "organizer")]),
    (event(guest(ME), guest(ADA), organizer=ME), "meeting", [("ada@mill.example", "attendee")]),
    # The organizer need not stand among the attendees (RFC 5546 §3.2.2).
    (event(guest(ME)), "meeting", [("ada@mill.example", "organizer")]),
    (event(guest(ADA), organizer=ME), "meeting", [("ada@mill.example", "attendee")]),
    (event(guest(ME, "needs-action"), guest(ADA)), "meeting", [("ada@mill.example", "organizer")]),
    (event(guest(ME, "tentative"), guest(ADA)), "meeting", [("ada@mill.example", "organizer")]),
    (event(*BOTH, guest(BEN, "declined"), ROOM), "meeting", [("ada@mill.example", "organizer")]),
    # Declined at one address, accepted at the other.
    (
        event(guest(ME, "declined"), guest(Mailbox("me@work.example")), guest(ADA)),
        "meeting",
        [("ada@mill.example", "organizer")],
    ),
    (event(*BOTH, start=date(2026, 3, 2)), "meeting", [("ada@mill.example", "organizer")]),
    (event(*BOTH, summary="Ada's birthday"), "meeting", [("ada@mill.example", "organizer")]),
    (event(*BOTH, location="https://meet.example/abc"), "call", [("ada@mill.example", "organizer")]),
    (event(*BOTH, location="+49 30 1234567"), "call", [("ada@mill.example", "organizer")]),
    (event(*BOTH, location="Microsoft Teams Meeting"), "call", [("ada@mill.example", "organizer")]),
    (event(*BOTH, location="Room 5; https://meet.example/abc"), "meeting", [("ada@mill.example", "organizer")]),
    (event(*BOTH, summary="Call with Ada"), "call", [("ada@mill.example", "organizer")]),
    (event(*BOTH, summary="Call for papers"), "meeting", [("ada@mill.example", "organizer")]),
]


@pytest.mark.parametrize(("item", "kind", "parties"), KEPT)
def test_a_meeting_is_kept_with_those_who_did_not_decline(
    item: Event, kind: str, parties: list[tuple[str, str]]
) -> None:
    verdict = decide(item, KNOWN)
    assert (verdict.kept, verdict.cls, verdict.kind, verdict.direction) == (True, "meeting", kind, "both")
    assert verdict.rule == f"calendar.{kind}"
    assert [(party.mailbox.address, party.role) for party in verdict.parties] == parties


def test_evidence_counts_the_others_and_keeps_the_number_of_guests() -> None:
    cy, di = Mailbox("cy@x.example"), Mailbox("di@x.example")
    verdict = judged(*BOTH, guest(BEN), guest(cy, "needs-action"), guest(di, "declined"), ROOM)
    assert verdict.evidence == {"you": "accepted", "others": "4", "accepted": "2", "declined": "1", "guests": "6"}


def test_an_organizer_counts_as_coming_without_an_answer() -> None:
    assert judged(guest(ME), guest(ADA, "needs-action")).evidence["accepted"] == "1"
