"""An event of Graph read into an `Event`, by way of the iCalendar properties it stands for (RFC 5545).

learn.microsoft.com/graph/api/resources/event. An occurrence of a series comes bare: what it is about, its master knows.
Bodies, previews, attachments and meeting links are not asked for where that can be said, and have no place here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from connectors.components import REPEATS_MAX, Component
from connectors.contentline import LINE_MAX, ContentLine
from connectors.icalendar import Calendar, event_of
from connectors.microsoft.global_id import uid_of
from connectors.zones import named
from interactions.items import Event, Unreadable

#: All that is asked for of an event, where Graph lets one say so.
FIELDS = (
    "id,type,seriesMasterId,iCalUId,subject,location,start,end,originalStart,isAllDay,isCancelled,isOrganizer,"
    "organizer,attendees,responseStatus,sensitivity,showAs,lastModifiedDateTime,isDraft"
)
_ANSWERS = {
    "accepted": "ACCEPTED", "tentativelyaccepted": "TENTATIVE", "declined": "DECLINED", "notresponded": "NEEDS-ACTION",
    "organizer": "ACCEPTED",
}  # fmt: skip
_ROLES = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "resource": "NON-PARTICIPANT"}
_BUSY = {"free": "FREE", "tentative": "TENTATIVE", "oof": "OOF", "workingelsewhere": "WORKINGELSEWHERE"}
_CLASSES = {"private": "PRIVATE", "confidential": "CONFIDENTIAL", "personal": "PRIVATE"}


class When(Struct, rename="camel"):
    """A wall-clock time and the zone it is in, by Windows' name or IANA's."""

    date_time: str = ""
    time_zone: str | None = ""


class _EmailAddress(Struct):
    name: str | None = ""
    address: str | None = ""


class _Answer(Struct):
    response: str | None = ""


class _Person(Struct, rename="camel"):
    email_address: _EmailAddress | None = None
    type: str | None = ""
    status: _Answer | None = None


class _Location(Struct, rename="camel"):
    display_name: str | None = ""


class Entry(Struct, rename="camel"):
    """What Graph gives of an event; a bare occurrence has hardly more than its times."""

    id: str
    removed: dict[str, str] | None = field(name="@removed", default=None)
    type: str | None = ""
    series_master_id: str | None = ""
    uid: str | None = field(name="iCalUId", default="")
    subject: str | None = ""
    location: _Location | None = None
    start: When | None = None
    end: When | None = None
    original_start: str | None = ""
    is_all_day: bool | None = False
    is_cancelled: bool | None = False
    is_draft: bool | None = False
    organizer: _Person | None = None
    attendees: list[_Person] | None = None
    response_status: _Answer | None = None
    sensitivity: str | None = ""
    show_as: str | None = ""
    last_modified_date_time: str | None = ""

    @property
    def of_series(self) -> str:
        """Id of the master of the series it is part of, or ""."""
        return (self.series_master_id or "") if self.type in ("occurrence", "exception") else ""

    @property
    def bare(self) -> bool:
        """Its master has to say what it is."""
        return self.type == "occurrence" and not self.uid and not self.subject and self.organizer is None


class Place(Struct, frozen=True):
    """The calendar that entries are read from, and the year of it."""

    id: str
    name: str
    #: Begins the id of each of its items: "2026/".
    part: str
    #: Addresses of the account's owner where the calendar is theirs, the one to show first; else none.
    owner: tuple[str, ...] = ()


def entry_of(raw: bytes, place: Place) -> Entry | Unreadable:
    """One document as an entry; `Unreadable` when it has another shape."""
    try:
        return msgspec.json.decode(raw, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        digest = sha256(raw).hexdigest()
        id = f"{place.part}-/x{digest[:32]}"
        return Unreadable(id, "Outlook calendar's answer about it is in no form we know.", "", len(raw), digest)


def series_part(place: Place, master: str) -> str:
    """How the ids of all occurrences of a series in one year begin; "-" stands for none."""
    return f"{place.part}{sha256(master.encode()).hexdigest()[:16] if master else '-'}/"


def item_id(place: Place, entry: Entry) -> str:
    """Year, series, and Graph's own id."""
    return f"{series_part(place, entry.of_series)}{entry.id}"


def event_from(entry: Entry, master: Entry | None, place: Place) -> Event | Unreadable:
    """The event of an entry, told by its master where it is bare itself. Never raises."""
    lines = list(_lines(entry, master, place))
    component = Component("VEVENT", 0, lines=lines, counts=Counter(line.name for line in lines))
    found = event_of(component, Calendar(place.id, place.name))
    if isinstance(found, Unreadable):
        return replace(found, id=item_id(place, entry), place=place.name)
    kind = (
        "working-location" if (_told(entry, master).show_as or "").lower() == "workingelsewhere" else found.event_type
    )
    return replace(found, id=item_id(place, entry), event_type=kind)


def _told(entry: Entry, master: Entry | None) -> Entry:
    return master if entry.bare and master is not None else entry


def _lines(entry: Entry, master: Entry | None, place: Place) -> Iterator[ContentLine]:
    told = _told(entry, master)
    yield ContentLine("UID", uid_of(told.uid or (master.uid if master else "") or entry.id), {})
    all_day = bool(told.is_all_day or entry.is_all_day)
    for name, when in (("DTSTART", entry.start), ("DTEND", entry.end)):
        if when is not None:
            yield _when(name, when, all_day=all_day)
    if entry.of_series and (original := _original(entry, all_day=all_day)) is not None:
        yield original
    for name, text in (("SUMMARY", told.subject), ("LOCATION", told.location.display_name if told.location else "")):
        if text:
            yield ContentLine(name, text[:LINE_MAX].replace("\\", "\\\\"), {})
    if told.organizer is not None and (organizer := _person("ORGANIZER", told.organizer)) is not None:
        yield organizer
    yield from _attendees(told, place)
    cancelled = entry.is_cancelled or told.is_cancelled
    for name, value in (
        ("STATUS", "CANCELLED" if cancelled else "CONFIRMED"),
        ("CLASS", _CLASSES.get((told.sensitivity or "").lower(), "")),
        ("X-MICROSOFT-CDO-BUSYSTATUS", _BUSY.get((told.show_as or "").lower(), "")),
        ("LAST-MODIFIED", _utc(entry.last_modified_date_time or told.last_modified_date_time)),
    ):  # fmt: skip
        if value:
            yield ContentLine(name, value, {})


def _when(name: str, when: When, *, all_day: bool) -> ContentLine:
    """A property with a date, or with a time in UTC; a zone that is unknown is left for the reader to say so."""
    if all_day:
        return ContentLine(name, when.date_time[:10].replace("-", ""), {"VALUE": ["DATE"]})
    zone = named(when.time_zone or "UTC")
    try:
        moment = datetime.fromisoformat(when.date_time[:40])
        if moment.tzinfo is None:
            if zone is None:
                return ContentLine(name, f"{moment:%Y%m%dT%H%M%S}", {"TZID": [(when.time_zone or "")[:200]]})
            moment = moment.replace(tzinfo=zone.tz)
        return ContentLine(name, f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}", {})
    except (ValueError, OverflowError):
        # Kept as it is: whoever reads the property says that it is no time.
        return ContentLine(name, when.date_time[:40], {})


def _original(entry: Entry, *, all_day: bool) -> ContentLine | None:
    """The start an occurrence stands for: of one that was not moved, its own."""
    text = entry.original_start or ""
    if not text:
        return _when("RECURRENCE-ID", entry.start, all_day=all_day) if entry.start is not None else None
    if all_day:
        return ContentLine("RECURRENCE-ID", text[:10].replace("-", ""), {"VALUE": ["DATE"]})
    stamp = _utc(text)
    return ContentLine("RECURRENCE-ID", stamp, {}) if stamp else None


def _attendees(told: Entry, place: Place) -> Iterator[ContentLine]:
    """Whoever was invited; the owner with the answer that their own calendar has of them."""
    own = {one.lower() for one in place.owner}
    answer = (told.response_status.response or "").lower() if told.response_status is not None else ""
    named_self = False
    for one in (told.attendees or [])[: REPEATS_MAX + 1]:
        line = _person("ATTENDEE", one)
        if line is None:
            continue
        address = (one.email_address.address or "").lower() if one.email_address is not None else ""
        if address in own:
            named_self = True
            if answer in _ANSWERS and answer != "organizer":
                line.params["PARTSTAT"] = [_ANSWERS[answer]]
        yield line
    if place.owner and not named_self and answer in _ANSWERS and answer != "organizer" and told.attendees:
        # Invited by way of a group: the answer proves it.
        params = {"PARTSTAT": [_ANSWERS[answer]], "CUTYPE": ["INDIVIDUAL"], "ROLE": ["REQ-PARTICIPANT"]}
        yield ContentLine("ATTENDEE", f"mailto:{place.owner[0]}", params)


def _person(name: str, person: _Person) -> ContentLine | None:
    found = person.email_address
    address = (found.address or "").strip() if found is not None else ""
    if found is None or not address or address.startswith("/"):
        return None
    params = {"CN": [(found.name or "")[:1_000]]}
    if name == "ATTENDEE":
        kind = (person.type or "").lower()
        answer = (person.status.response or "").lower() if person.status is not None else ""
        params |= {
            "PARTSTAT": [_ANSWERS.get(answer, "")], "ROLE": [_ROLES.get(kind, "REQ-PARTICIPANT")],
            "CUTYPE": ["RESOURCE" if kind == "resource" else "INDIVIDUAL"],
        }  # fmt: skip
    return ContentLine(name, "mailto:" + address[:1_000].replace("%", "%25"), params)


def _utc(text: str | None) -> str:
    try:
        found = datetime.fromisoformat((text or "")[:40])
        return f"{found.astimezone(UTC):%Y%m%dT%H%M%SZ}" if found.tzinfo is not None else ""
    except (ValueError, OverflowError):
        return ""
