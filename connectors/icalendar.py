"""VEVENTs read into `Event`s (RFC 5545 §3.6.1), headers of a meeting only: no description, attachment or conference."""

from __future__ import annotations

import re
from datetime import date, datetime
from hashlib import sha256
from urllib.parse import unquote

from msgspec import Struct, field

from connectors.address_list import is_addr_spec
from connectors.components import Component
from connectors.contentline import ContentLine, unescaped
from connectors.icalendar_time import Moment, Zones, duration, moment, moments
from connectors.recurrence import EndlessRule, bounded_rule
from connectors.text import clean
from interactions.items import ADDRESS_MAX, NAME_MAX, PEOPLE_MAX, TEXT_MAX, Attendee, Event, Mailbox, Unreadable

EVENT_PROPERTIES = frozenset(
    [
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RECURRENCE-ID",
        "SUMMARY",
        "LOCATION",
        "ORGANIZER",
        "ATTENDEE",
        "STATUS",
        "CLASS",
        "TRANSP",
        "RRULE",
        "RDATE",
        "EXDATE",
        "EXRULE",
        "SEQUENCE",
        "LAST-MODIFIED",
        "CATEGORIES",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    ]
)
ZONE_PROPERTIES = frozenset({"TZID", "X-LIC-LOCATION", "TZOFFSETTO"})
CALENDAR_PROPERTIES = frozenset({"X-WR-CALNAME", "X-WR-TIMEZONE", "NAME", "METHOD"})
#: A longer UID is replaced by its hash.
_UID_MAX = 255
_SEQUENCE_MAX = 2**31 - 1
_STATUSES = frozenset({"confirmed", "tentative", "cancelled"})
_WORD = re.compile(r"\w+")
#: The calendar that Google and others make of the contacts' birthdays, in their interface's language.
_BIRTHDAYS = frozenset(
    [
        "birthday",
        "birthdays",
        "geburtstag",
        "geburtstage",
        "anniversaire",
        "anniversaires",
        "cumpleaños",
        "compleanno",
        "compleanni",
        "aniversário",
        "aniversários",
        "verjaardag",
        "verjaardagen",
    ]
)
#: What may stand beside such a word: "Contacts' birthdays and events", "Birthdays of friends".
_BESIDE = frozenset(
    [
        "contacts",
        "contact",
        "friends",
        "facebook",
        "s",
        "of",
        "and",
        "events",
        "my",
        "kontakte",
        "freunde",
        "und",
        "von",
        "meine",
        "de",
        "des",
        "mes",
    ]
)


class Calendar(Struct):
    """What a calendar file says of itself before its events."""

    #: The container's id: it begins the id of each of its events.
    id: str
    name: str = ""
    method: str = ""
    zones: Zones = field(default_factory=Zones)

    def take(self, line: ContentLine) -> None:
        """Take over one of the calendar's own properties."""
        if line.name in ("X-WR-CALNAME", "NAME"):
            self.name = self.name or clean(unescaped(line.value), NAME_MAX)
        elif line.name == "METHOD":
            self.method = line.value.strip().upper()[:20]
        elif line.name == "X-WR-TIMEZONE":
            zone = self.zones.of(line.value.strip())
            self.zones.default = None if zone.guessed else zone


class _Times(Struct):
    start: Moment
    end: datetime | date | None
    recurrence_id: datetime | date | None


def event_of(component: Component, calendar: Calendar) -> Event | Unreadable:
    """The event of one VEVENT; `Unreadable` with the reason when there is none in it. Never raises."""
    uid = _uid(component)
    if component.problem:
        return _unreadable(component, calendar, uid, component.problem)
    flags: dict[str, None] = {}
    try:
        times = _times(component, calendar.zones, flags)
        return _event(component, calendar, uid, times, flags)
    except EndlessRule as error:
        return _unreadable(component, calendar, uid, str(error))
    except (ValueError, OverflowError):
        return _unreadable(component, calendar, uid, _no_time(component))


def _no_time(component: Component) -> str:
    if component.first("DTSTART") is None and component.first("RECURRENCE-ID") is None:
        return "It has no start."
    return "One of its times is no date of any calendar."


def _event(component: Component, calendar: Calendar, uid: str, times: _Times, flags: dict[str, None]) -> Event:
    rdates, short = moments(component.all("RDATE"), calendar.zones)
    exdates, short2 = moments(component.all("EXDATE"), calendar.zones)
    attendees = _attendees(component)
    if short or short2 or any(component.counts[n] > PEOPLE_MAX for n in ("ATTENDEE", "RDATE", "EXDATE")):
        flags["capped"] = None
    if calendar.method in ("REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"):
        flags["method-" + calendar.method.lower()] = None
    name = calendar.name
    rule = _rule(component, times.start, flags)
    return Event(
        id=_id(calendar.id, uid, times.recurrence_id),
        uid=uid,
        start=times.start.value,
        end=times.end,
        timezone=times.start.zone.name if isinstance(times.start.value, datetime) else "",
        recurrence_id=times.recurrence_id,
        summary=_text(component, "SUMMARY"),
        location=_text(component, "LOCATION"),
        organizer=_mailbox(component.first("ORGANIZER")),
        attendees=attendees,
        guests=component.counts["ATTENDEE"],
        status=_status(component, calendar.method),
        visibility=_visibility(component),
        transparent=component.value("TRANSP").upper() == "TRANSPARENT" or _busy(component) == "FREE",
        event_type=_event_type(component, name),
        rrule=rule,
        rdates=rdates,
        exdates=exdates,
        sequence=_sequence(component.value("SEQUENCE")),
        updated=_updated(component, calendar.zones),
        calendar=name,
        flags=tuple(flags),
    )


def _times(component: Component, zones: Zones, flags: dict[str, None]) -> _Times:
    recurrence = component.first("RECURRENCE-ID")
    recurrence_id = moment(recurrence.value, recurrence, zones).value if recurrence is not None else None
    if recurrence is not None and recurrence.param("RANGE").upper() == "THISANDFUTURE":
        flags["this-and-future"] = None
    # A cancelled occurrence may be sent without a start of its own.
    line = component.first("DTSTART") or recurrence
    if line is None:
        raise ValueError("no start")
    start = moment(line.value, line, zones)
    if start.floating:
        flags["floating"] = None
    if start.zone.guessed:
        flags["timezone"] = None
    return _Times(start, _end(component, start.value, zones, flags), recurrence_id)


def _end(component: Component, start: datetime | date, zones: Zones, flags: dict[str, None]) -> datetime | date | None:
    line = component.first("DTEND")
    end: datetime | date | None = None
    if line is not None:
        end = moment(line.value, line, zones).value
        if isinstance(end, datetime) and not isinstance(start, datetime):
            end = end.date()
        elif isinstance(start, datetime) and not isinstance(end, datetime):
            flags["end-is-date"] = None
            return None
    elif (length := duration(component.value("DURATION"))) is not None:
        end = start + length
    if end is not None and _before(end, start):
        flags["end-before-start"] = None
        return None
    return end


def _before(end: datetime | date, start: datetime | date) -> bool:
    if isinstance(end, datetime) and isinstance(start, datetime):
        return end < start
    return end.toordinal() < start.toordinal()


def _rule(component: Component, start: Moment, flags: dict[str, None]) -> str:
    rules = {line.value.strip() for line in component.all("RRULE") if line.value.strip()}
    if not rules:
        return ""
    rule = ""
    for text in sorted(rules):
        rule = bounded_rule(text, start.value, start.zone.tz)
    if len(rules) > 1 or component.first("EXRULE") is not None:
        rule = ""
    if not rule:
        flags["not-expanded"] = None
    return rule


def _attendees(component: Component) -> tuple[Attendee, ...]:
    found: list[Attendee] = []
    for line in component.all("ATTENDEE")[:PEOPLE_MAX]:
        mailbox = _mailbox(line)
        if mailbox is not None:
            partstat, cutype, role = (clean(line.param(name), 40).lower() for name in ("PARTSTAT", "CUTYPE", "ROLE"))
            found.append(Attendee(mailbox, partstat, cutype, role))
    return tuple(found)


def _mailbox(line: ContentLine | None) -> Mailbox | None:
    """The mailbox of an ATTENDEE or ORGANIZER; None when it names no mail address (a URL, a directory entry)."""
    if line is None:
        return None
    value = line.value[: ADDRESS_MAX * 3].strip()
    if value[:7].lower() == "mailto:":
        value = value[7:]
    value = unquote(value) if "%" in value else value
    for address in (value.strip(), line.param("EMAIL").strip()):
        if is_addr_spec(address):
            return Mailbox(clean(address, ADDRESS_MAX), clean(line.param("CN"), NAME_MAX))
    return None


def _status(component: Component, method: str) -> str:
    status = component.value("STATUS").lower()
    if method == "CANCEL" or status == "canceled":
        return "cancelled"
    return status if status in _STATUSES else "confirmed"


def _visibility(component: Component) -> str:
    visibility = component.value("CLASS").lower() or "public"
    # RFC 5545 §3.8.1.3: what is not understood is private.
    return visibility if visibility in ("public", "confidential") else "private"


def _busy(component: Component) -> str:
    return component.value("X-MICROSOFT-CDO-BUSYSTATUS").upper()


def _event_type(component: Component, calendar: str) -> str:
    if _busy(component) == "OOF":
        return "out-of-office"
    for name in (calendar, *component.value("CATEGORIES")[:TEXT_MAX].split(",")):
        words = set(_WORD.findall(name.lower()))
        if words & _BIRTHDAYS and words <= _BIRTHDAYS | _BESIDE:
            return "birthday"
    return "default"


def _sequence(text: str) -> int:
    return min(int(text), _SEQUENCE_MAX) if text.isascii() and text.isdigit() and len(text) <= 10 else 0


def _updated(component: Component, zones: Zones) -> datetime | None:
    line = component.first("LAST-MODIFIED")
    if line is None:
        return None
    try:
        value = moment(line.value, line, zones).value
    except ValueError:
        return None
    return value if isinstance(value, datetime) else None


def _text(component: Component, name: str) -> str:
    line = component.first(name)
    return clean(unescaped(line.value[: TEXT_MAX * 8]), TEXT_MAX) if line is not None else ""


def _uid(component: Component) -> str:
    uid = clean(component.value("UID"), _UID_MAX * 4)
    if not uid:
        text = "\n".join(f"{line.name}:{line.value}" for line in component.lines)
        return "hash-" + sha256((text or component.sha256).encode("utf-8", "replace")).hexdigest()[:32]
    if len(uid) > _UID_MAX:
        return "hash-" + sha256(uid.encode("utf-8", "replace")).hexdigest()[:32]
    return uid


def _id(calendar: str, uid: str, recurrence_id: datetime | date | None) -> str:
    if recurrence_id is None:
        return f"{calendar}/{uid}"
    basic = "%Y%m%dT%H%M%SZ" if isinstance(recurrence_id, datetime) else "%Y%m%d"
    return f"{calendar}/{uid}/{recurrence_id.strftime(basic)}"


def _unreadable(component: Component, calendar: Calendar, uid: str, reason: str) -> Unreadable:
    suffix = clean(component.value("RECURRENCE-ID"), 40)
    id = f"{calendar.id}/{uid}" + (f"/{suffix}" if suffix else "")
    return Unreadable(id, reason, f"{calendar.id}, line {component.number}", component.length, component.sha256)
