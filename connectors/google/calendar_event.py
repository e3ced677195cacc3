"""An event of the Calendar API read into an `Event`, by way of the iCalendar properties it stands for (RFC 5545).

developers.google.com/workspace/calendar/api/v3/reference/events. Descriptions, conference data, attachments and
extended properties are not asked for, and have no place here.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from connectors.components import REPEATS_MAX, Component
from connectors.contentline import LINE_MAX, ContentLine, Line, content_line
from connectors.icalendar import Calendar, event_of
from connectors.zones import named
from interactions.items import OMITTED, Event, Unreadable

_PERSON = "email,displayName,self"
#: All that is asked for of an event.
FIELDS = (
    "id,status,iCalUID,recurringEventId,originalStartTime(date,dateTime),start(date,dateTime,timeZone),"
    f"end(date,dateTime),recurrence,summary,location,organizer({_PERSON}),"
    f"attendees({_PERSON},resource,optional,responseStatus),attendeesOmitted,visibility,transparency,eventType,"
    "sequence,updated"
)
_TYPES = {
    "birthday": "birthday", "focusTime": "focus-time", "outOfOffice": "out-of-office",
    "workingLocation": "working-location",
}  # fmt: skip
_RECURRENCE = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE"})
_STATUS = {"needsAction": "NEEDS-ACTION", "declined": "DECLINED", "tentative": "TENTATIVE", "accepted": "ACCEPTED"}


class When(Struct, rename="camel"):
    """A date, or a time with its offset; the zone is given where it matters."""

    date: str = ""
    date_time: str = ""
    time_zone: str = ""


class Person(Struct, rename="camel"):
    """Organizer or attendee; `self`: the calendar's own entry."""

    email: str = ""
    display_name: str = ""
    self_: bool = field(name="self", default=False)
    resource: bool = False
    optional: bool = False
    response_status: str = ""


class Entry(Struct, rename="camel"):
    """What the API gives for FIELDS."""

    id: str
    status: str = ""
    uid: str = field(name="iCalUID", default="")
    recurring_event_id: str = ""
    original_start_time: When | None = None
    start: When | None = None
    end: When | None = None
    recurrence: list[str] = []
    summary: str = ""
    location: str = ""
    organizer: Person | None = None
    attendees: list[Person] = []
    attendees_omitted: bool = False
    visibility: str = ""
    transparency: str = ""
    event_type: str = ""
    sequence: int = 0
    updated: str = ""

    @property
    def deleted(self) -> bool:
        """It is gone as a whole; of a series, one occurrence that is cancelled is not."""
        return self.status == "cancelled" and not self.recurring_event_id


class Place(Struct, frozen=True):
    """The calendar that entries are read from."""

    id: str
    name: str
    #: The account's address where the calendar is its owner's, else "": then "self" is somebody else.
    owner: str = ""


def entry_of(raw: bytes, place: Place) -> Entry | Unreadable:
    """One document of the API as an entry; `Unreadable` when it has another shape."""
    try:
        return msgspec.json.decode(raw, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        digest = sha256(raw).hexdigest()
        id = f"{place.id}/x{digest[:32]}"
        return Unreadable(id, "Google Calendar's answer about it is in no form we know.", "", len(raw), digest)


def event_from(entry: Entry, place: Place, uid: str) -> Event | Unreadable:
    """The event of an entry; `uid` is the iCalUID of its series. Never raises."""
    lines = list(_lines(entry, place, uid))
    component = Component("VEVENT", 0, lines=lines, counts=Counter(line.name for line in lines))
    found = event_of(component, Calendar(place.id, place.name))
    if isinstance(found, Unreadable):
        return replace(found, id=item_id(place, entry.id), place=place.name)
    flags = (*found.flags, OMITTED) if entry.attendees_omitted else found.flags
    kind = _TYPES.get(entry.event_type, found.event_type)
    return replace(found, id=item_id(place, entry.id), event_type=kind, flags=flags)


def item_id(place: Place, event_id: str) -> str:
    """Event ids are unique in their calendar alone."""
    return f"{place.id}/{event_id}"


def _lines(entry: Entry, place: Place, uid: str) -> list[ContentLine]:
    recurs = bool(entry.recurrence)
    lines = [ContentLine("UID", uid, {})]
    for name, when in (
        ("DTSTART", entry.start), ("DTEND", entry.end), ("RECURRENCE-ID", entry.original_start_time),
    ):  # fmt: skip
        if when is not None and (line := _when(name, when, local=recurs and name == "DTSTART")) is not None:
            lines.append(line)
    lines += _recurrence(entry.recurrence)
    for name, text in (("SUMMARY", entry.summary), ("LOCATION", entry.location)):
        if text:
            lines.append(ContentLine(name, text[:LINE_MAX].replace("\\", "\\\\"), {}))
    if entry.organizer is not None and entry.organizer.email:
        lines.append(_person("ORGANIZER", entry.organizer, place))
    lines += [_person("ATTENDEE", one, place) for one in entry.attendees[: REPEATS_MAX + 1]]
    for name, value in (
        ("STATUS", entry.status), ("CLASS", "" if entry.visibility == "default" else entry.visibility),
        ("TRANSP", entry.transparency), ("SEQUENCE", str(max(entry.sequence, 0))),
    ):  # fmt: skip
        if value:
            lines.append(ContentLine(name, value[:100], {}))
    if entry.updated and (line := _when("LAST-MODIFIED", When(date_time=entry.updated))) is not None:
        lines.append(line)
    return lines


def _when(name: str, when: When, *, local: bool = False) -> ContentLine | None:
    """A property with a date, a time in UTC or, where a series is counted in its zone, a local time with it."""
    if when.date:
        return ContentLine(name, when.date[:40], {"VALUE": ["DATE"]})
    try:
        moment = datetime.fromisoformat(when.date_time[:40])
        zone = named(when.time_zone) if local and when.time_zone else None
        if moment.tzinfo is None:
            return ContentLine(name, f"{moment:%Y%m%dT%H%M%S}", {"TZID": [when.time_zone]} if when.time_zone else {})
        if zone is not None and not zone.guessed:
            return ContentLine(name, f"{moment.astimezone(zone.tz):%Y%m%dT%H%M%S}", {"TZID": [when.time_zone]})
        return ContentLine(name, f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}", {})
    except (ValueError, OverflowError):
        # Kept as it is: whoever reads the property says that it is no time.
        return ContentLine(name, when.date_time[:40], {}) if when.date_time else None


def _recurrence(texts: list[str]) -> list[ContentLine]:
    found = []
    for text in texts[:REPEATS_MAX]:
        line = content_line(Line(0, 0, text[:LINE_MAX].encode("utf-8", "replace")))
        if line is not None and line.name in _RECURRENCE:
            found.append(line)
    return found


def _person(name: str, person: Person, place: Place) -> ContentLine:
    address = place.owner if person.self_ and place.owner else person.email
    params = {"CN": [person.display_name[:1_000]]}
    if name == "ATTENDEE":
        params["PARTSTAT"] = [_STATUS.get(person.response_status, "")]
        resource = person.resource or person.email.endswith("@resource.calendar.google.com")
        params["CUTYPE"] = ["RESOURCE" if resource else "INDIVIDUAL"]
        params["ROLE"] = ["OPT-PARTICIPANT" if person.optional else "REQ-PARTICIPANT"]
    return ContentLine(name, "mailto:" + address[:1_000].replace("%", "%25"), params)
