"""A life, or its half at work, as a Microsoft account holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox import halves, mbox
from sandbox.microsoft.calendars import Calendars, Entry, Occurrence, identifier
from sandbox.microsoft.contacts import Contacts
from sandbox.microsoft.mailbox import Mailbox, Message
from sandbox.microsoft.messages import of_headers
from sandbox.model import Event, Guest, Life, Mail
from sandbox.planner import WORK
from sandbox.series import When, length_of, starts

Json = dict[str, Any]
_FOLDERS = {"SENT": "sentitems", "DRAFT": "drafts", "SPAM": "junkemail", "TRASH": "deleteditems",
            "CHAT": "conversationhistory"}  # fmt: skip
_SYSTEM = frozenset({"INBOX", "UNREAD", "STARRED", "IMPORTANT"})
_BULK = frozenset({"CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL"})
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentativelyAccepted",
            "NEEDS-ACTION": "notResponded"}  # fmt: skip
#: Series are expanded so far ahead of the year's end.
_AHEAD = timedelta(days=800)


def address(life: Life, part: str) -> str:
    """What the account is called."""
    return life.owner.addresses[1 if part == "work" else 0]


def fill(mailbox: Mailbox, calendars: Calendars, contacts: Contacts, life: Life, part: str) -> None:
    """Everything of the life, or of a half of it."""
    for mail in life.mails:
        if halves.mail_in(life, mail, part):
            _mail(mailbox, mail)
    _calendars(calendars, life, part)
    for card in life.cards:
        if halves.card_in(life, card, part):
            _card(contacts, card)


def _mail(mailbox: Mailbox, mail: Mail) -> None:
    folder = next((name for label, name in _FOLDERS.items() if label in mail.labels), "")
    own = [one for one in mail.labels if one not in _SYSTEM and one not in _FOLDERS and not one.startswith("CATEGORY_")]
    if not folder and own:
        if own[0] not in {one.name for one in mailbox.folders.values()}:
            mailbox.add_folder(own[0])
        folder = own[0]
    fields = [(name, value.replace("\n ", " ").replace("\n", " ")) for name, value in mbox.headers(mail)]
    json = of_headers(fields, mail.received_at, received=mail.direction == "in", bulk=bool(_BULK & set(mail.labels)))
    json |= {"isDraft": folder == "drafts", "conversationId": f"AAQk{mail.thread}"}
    id = "AAkALgAA" + hashlib.sha512(mail.id.encode()).hexdigest()[:88]
    mailbox.add(Message(id, mailbox.folder(folder or "inbox"), json, mail.received_at))


def _calendars(calendars: Calendars, life: Life, part: str) -> None:
    names = [one for one in life.calendars if (one.name == WORK if part == "work" else True)]
    for number, calendar in enumerate(names):
        if number:
            calendars.add_calendar(calendar.name, "" if calendar.access == "owner" else "other@calendars.example")
        book = calendars.book(calendar.name if number else "")
        mine = [event for event in life.events if calendar.name in event.calendars]
        for event in mine:
            if event.recurrence_id is None:
                changes = [one for one in mine if one.uid == event.uid and one.recurrence_id is not None]
                entry = _entry(f"{book.id}/{event.uid}", event, changes, life)
                book.entries[entry.id] = entry
                book.feed.put(entry.id, 1)


def _entry(key: str, event: Event, changes: Sequence[Event], life: Life) -> Entry:
    start, length = _instant(event.start), length_of(event)
    all_day = not isinstance(event.start, datetime)
    entry = Entry(identifier(key), _told(event, life), start, start + length, all_day, event.uid)
    if event.rule is None:
        entry.end = _instant(event.end)
        return entry
    left_out = {_instant(one) for one in event.exdates}
    originals = [_instant(one) for one in starts(event, life.year.end + _AHEAD)]
    entry.occurrences = {one: Occurrence(one, one + length) for one in originals if one not in left_out}
    for change in changes:
        assert change.recurrence_id is not None
        found = entry.occurrences.get(_instant(change.recurrence_id))
        if found is not None:
            found.start, found.end, found.changed = _instant(change.start), _instant(change.end), _told(change, life)
    return entry


def _told(event: Event, life: Life) -> Json:
    own = set(life.owner.addresses)
    organizer = event.organizer
    mine = organizer is None or organizer.address in own
    answer = next((_ANSWERS[one.answer] for one in event.guests if one.mailbox.address in own), "none")
    shown = organizer if organizer is not None else life.owner.mailbox()
    away = {"outOfOffice": "oof", "workingLocation": "workingElsewhere"}.get(event.kind, "busy")
    return {
        "subject": event.summary, "location": {"displayName": event.location}, "isOrganizer": mine,
        "organizer": _box(shown.name, shown.address),
        # Whoever invites is no attendee, but for one who then stays away.
        "attendees": [_attendee(one) for one in event.guests
                      if one.mailbox.address != shown.address or one.answer == "DECLINED"],
        "responseStatus": {"response": "organizer" if mine else answer, "time": "0001-01-01T00:00:00Z"},
        "sensitivity": {"PRIVATE": "private", "CONFIDENTIAL": "confidential"}.get(event.visibility, "normal"),
        "showAs": "free" if event.transparent else away, "isCancelled": event.status == "CANCELLED",
    }  # fmt: skip


def _attendee(guest: Guest) -> Json:
    kind = "resource" if guest.kind in ("ROOM", "RESOURCE") else "required"
    status = {"response": _ANSWERS[guest.answer], "time": "2026-01-01T00:00:00Z"}
    return {**_box(guest.mailbox.name, guest.mailbox.address), "type": kind, "status": status}


def _card(contacts: Contacts, card: Any) -> None:
    phones = dict(card.phones)
    contacts.add(
        card.name, [one for _, one in card.emails], categories=[one for one in card.groups if one != "My Contacts"],
        givenName=card.given, surname=card.family, companyName=card.company or None, jobTitle=card.role or None,
        department="Stage", mobilePhone=phones.get("CELL"), homePhones=[phones["HOME"]] if "HOME" in phones else [],
        businessPhones=[phones["WORK"]] if "WORK" in phones else [],
    )  # fmt: skip


def _box(name: str, address: str) -> Json:
    return {"emailAddress": {"name": name or address, "address": address}}


def _instant(when: When) -> datetime:
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    assert isinstance(when, date)
    return datetime(when.year, when.month, when.day, tzinfo=UTC)
