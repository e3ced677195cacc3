"""A life's calendars as the Calendar API tells them."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.canaries import COMMENT, CONFERENCE, DESCRIPTION, EVENT_ATTACHMENT, PROPERTY
from sandbox.google.calendars import Calendars, Json, instance_stamp
from sandbox.model import Calendar, Event, Guest, Life
from sandbox.planner import WORK
from sandbox.series import When, rule_text

_ANSWERS = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative", "NEEDS-ACTION": "needsAction",
}  # fmt: skip


def of_life(life: Life, part: str = "") -> Calendars:
    """Every calendar and event of the life (or a half of it); the first calendar is the primary one."""
    made = Calendars(life.owner.address)
    for number, calendar in enumerate(life.calendars):
        if part == "private" and calendar.name == WORK:
            continue
        id = calendar_id(life, calendar)
        made.add_calendar(id, calendar.name, calendar.access, calendar.zone, primary=number == 0)
        for event in life.events:
            if calendar.name in event.calendars:
                made.put(id, document(event, calendar, life, id))
    return made


def calendar_id(life: Life, calendar: Calendar) -> str:
    """The address of the account for its primary calendar, else one of the calendar's own."""
    if calendar is life.calendars[0]:
        return life.owner.address
    return calendar.address or f"{_hash(calendar.name)}@group.calendar.google.com"


def event_id(uid: str) -> str:
    """Letters a to v and digits, as Google's are."""
    return _hash(uid)


def document(event: Event, calendar: Calendar, life: Life, calendar_address: str) -> Json:
    """One event as JSON, with all that must never be read beside what may be."""
    id = event_id(event.uid)
    zone = event.zone or calendar.zone
    own = set(life.owner.addresses)
    found: Json = {
        "kind": "calendar#event", "etag": '"3181159875584000"', "id": id, "status": event.status.lower(),
        "htmlLink": "https://calendar.google.com/event?eid=x", "created": _utc(event.created or life.year.start),
        "updated": _utc(event.created or life.year.start), "summary": event.summary,
        "description": f"{DESCRIPTION} {event.description}",
        "creator": {"email": event.organizer.address if event.organizer else calendar_address},
        "organizer": _organizer(event, calendar, own, calendar_address), "start": _when(event.start, zone),
        "end": _when(event.end, zone), "iCalUID": event.uid, "sequence": event.sequence,
        "eventType": event.kind, "reminders": {"useDefault": True},
        "extendedProperties": {"private": {"note": PROPERTY}},
    }  # fmt: skip
    if event.location:
        found["location"] = event.location
    if event.visibility:
        found["visibility"] = event.visibility.lower()
    if event.transparent:
        found["transparency"] = "transparent"
    if event.guests:
        found["attendees"] = [_attendee(guest, event, own) for guest in event.guests]
        found["hangoutLink"] = f"https://meet.google.com/{CONFERENCE}"
        found["conferenceData"] = {"conferenceId": CONFERENCE, "notes": CONFERENCE}
        found["attachments"] = [{"fileUrl": f"https://drive.google.com/{EVENT_ATTACHMENT}", "title": EVENT_ATTACHMENT}]
    if event.rule:
        found["recurrence"] = [f"RRULE:{rule_text(event.rule)}", *_exdates(event, zone)]
    if event.recurrence_id:
        original = _when(event.recurrence_id, zone)
        found |= {
            "id": f"{id}_{instance_stamp(original)}", "recurringEventId": id, "originalStartTime": original,
        }  # fmt: skip
    return found


def _organizer(event: Event, calendar: Calendar, own: set[str], calendar_address: str) -> Json:
    organizer = event.organizer
    if organizer is None:
        # Of an entry in a calendar of its own the calendar is the organizer.
        return {"email": calendar_address, "displayName": calendar.name, "self": True}
    found: Json = {"email": organizer.address, "displayName": organizer.name}
    return {**found, "self": True} if organizer.address in own and calendar.access == "owner" else found


def _attendee(guest: Guest, event: Event, own: set[str]) -> Json:
    found: Json = {
        "email": guest.mailbox.address, "displayName": guest.mailbox.name, "responseStatus": _ANSWERS[guest.answer],
        "comment": COMMENT,
    }  # fmt: skip
    if guest.kind in ("ROOM", "RESOURCE"):
        found["resource"] = True
    if event.organizer and guest.mailbox.address == event.organizer.address:
        found["organizer"] = True
    if guest.mailbox.address in own:
        found["self"] = True
    return found


def _when(when: When, zone: str) -> Json:
    if not isinstance(when, datetime):
        return {"date": when.isoformat()}
    local = when.astimezone(ZoneInfo(zone)) if zone else when.astimezone(UTC)
    return {"dateTime": local.isoformat(timespec="seconds"), "timeZone": zone or "UTC"}


def _exdates(event: Event, zone: str) -> list[str]:
    found = []
    for when in event.exdates:
        if isinstance(event.start, datetime):
            found.append(f"EXDATE;TZID={zone}:{when.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}")
        else:
            found.append(f"EXDATE;VALUE=DATE:{when:%Y%m%d}")
    return found


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _hash(text: str) -> str:
    return base64.b32hexencode(hashlib.sha256(text.encode()).digest()[:15]).decode().lower().rstrip("=")
