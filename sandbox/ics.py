"""Events as iCalendar text (RFC 5545), in the manner of Google Calendar's export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from sandbox.model import Calendar, Event, Guest
from sandbox.series import When, rule_text

_PRODID = "PRODID:-//Google Inc//Google Calendar 70.9054//EN"


def calendar_text(calendar: Calendar, events: Iterable[Event], now: datetime) -> str:
    """One calendar's export; `now` is the DTSTAMP of all its events."""
    events = list(events)
    lines = ["BEGIN:VCALENDAR", _PRODID, "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_escaped(calendar.name)}", f"X-WR-TIMEZONE:{calendar.zone}"]
    lines += _zones(events)
    for event in events:
        lines += _vevent(event, now)
    return _text([*lines, "END:VCALENDAR"])


def invitation_text(event: Event, method: str, now: datetime) -> str:
    """One event as an invitation, an answer or a cancellation (RFC 5546)."""
    lines = ["BEGIN:VCALENDAR", _PRODID, "VERSION:2.0", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    return _text([*lines, *_zones([event]), *_vevent(event, now), "END:VCALENDAR"])


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut inside a character (RFC 5545 §3.1)."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _when(name: str, when: When, zone: str) -> str:
    if not isinstance(when, datetime):
        return f"{name};VALUE=DATE:{when:%Y%m%d}"
    if zone:
        return f"{name};TZID={zone}:{when:%Y%m%dT%H%M%S}"
    return f"{name}:{_stamp(when)}"


def _vevent(event: Event, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield _when("DTSTART", event.start, event.zone)
    yield _when("DTEND", event.end, event.zone)
    if event.rule:
        yield f"RRULE:{rule_text(event.rule)}"
    yield from (_when("EXDATE", when, event.zone) for when in event.exdates)
    yield f"DTSTAMP:{_stamp(now)}"
    if event.organizer:
        yield f"ORGANIZER;CN={_parameter(event.organizer.name)}:mailto:{event.organizer.address}"
    yield f"UID:{event.uid}"
    yield from (_attendee(guest) for guest in event.guests)
    if event.recurrence_id:
        yield _when("RECURRENCE-ID", event.recurrence_id, event.zone)
    if event.visibility:
        yield f"CLASS:{event.visibility}"
    created = _stamp(event.created or now)
    yield f"CREATED:{created}"
    yield f"DESCRIPTION:{_escaped(f'{event.description} What we talk about: {event.summary}')}"
    yield f"LAST-MODIFIED:{created}"
    yield f"LOCATION:{_escaped(event.location)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield f"SUMMARY:{_escaped(event.summary)}"
    yield f"TRANSP:{'TRANSPARENT' if event.transparent else 'OPAQUE'}"
    yield from _KINDS.get(event.kind, ())
    yield "END:VEVENT"


#: What an export shows of the kinds that are no meetings.
_KINDS: dict[str, tuple[str, ...]] = {
    "birthday": ("X-GOOGLE-CALENDAR-CONTENT-DISPLAY:chip",),
    "outOfOffice": ("X-MICROSOFT-CDO-BUSYSTATUS:OOF",),
    "workingLocation": ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",),
}


def _attendee(guest: Guest) -> str:
    return (
        f"ATTENDEE;CUTYPE={guest.kind};ROLE=REQ-PARTICIPANT;PARTSTAT={guest.answer}"
        f";CN={_parameter(guest.mailbox.name)};X-NUM-GUESTS=0:mailto:{guest.mailbox.address}"
    )


def _parameter(text: str) -> str:
    return f'"{text}"' if any(mark in text for mark in ",;:") else text


def _zones(events: Iterable[Event]) -> Iterator[str]:
    """A VTIMEZONE for every zone the events name (RFC 5545 §3.6.5)."""
    for zone in sorted({event.zone for event in events} - {""}):
        yield from ("BEGIN:VTIMEZONE", f"TZID:{zone}", f"X-LIC-LOCATION:{zone}")
        yield from _ZONES[zone]
        yield "END:VTIMEZONE"


def _change(kind: str, before: str, after: str, name: str, start: date, hour: int, rule: str) -> tuple[str, ...]:
    return (
        f"BEGIN:{kind}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
        f"TZNAME:{name}",
        f"DTSTART:{start:%Y%m%d}T{hour:02}0000",
        f"RRULE:FREQ=YEARLY;{rule}",
        f"END:{kind}",
    )


_ZONES: dict[str, tuple[str, ...]] = {
    "Europe/Berlin": (
        *_change("DAYLIGHT", "+0100", "+0200", "GMT+2", date(1970, 3, 29), 2, "BYMONTH=3;BYDAY=-1SU"),
        *_change("STANDARD", "+0200", "+0100", "GMT+1", date(1970, 10, 25), 3, "BYMONTH=10;BYDAY=-1SU"),
    ),
    "America/New_York": (
        *_change("DAYLIGHT", "-0500", "-0400", "EDT", date(1970, 3, 8), 2, "BYMONTH=3;BYDAY=2SU"),
        *_change("STANDARD", "-0400", "-0500", "EST", date(1970, 11, 1), 2, "BYMONTH=11;BYDAY=1SU"),
    ),
}
