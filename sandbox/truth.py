"""What a reader of the archive should find, as plain JSON.

The document (format 1):
- `format`, `seed`; `year`: {start, end} (UTC; before `end` things have happened, from it on they are planned);
  `window`: {start, end}, between which series are expanded (five years back to one year ahead of `end`).
- `owner`: {name, addresses}.
- `people`: [{id, name, circle, addresses, company, role, knows: [id], card: whether a card holds the addresses}].
- `mails`: one for every mail: {id: Gmail id, thread, message_id, at: Date in UTC, from, class, direction: "in"|"out",
  in_log, people: [id] of the others in From, To, Cc, Bcc (of a robot's mail: whose act it passes on), story}.
- `occurrences`: one for every single event and every occurrence of a series in the window, whatever calendars show it:
  {uid, original: original start, UTC "…Z" or an all-day date, start: where it is now, calendars, in_log, planned,
  reason, people: [id] of the guests who did not decline, declined: [id]}.
  Reasons, in the order they are tried: cancelled, birthday, focus, out_of_office, working_location, private,
  guestless, not_invited, declined, all_declined, then held or planned, which alone are in the log.
- `cards`: [{id, name, emails, person}], each once; `namesakes`: [[id, id]]; `aliases`: {id: addresses} of people with
  more than one address.
- `introductions`: [{by, whom, mail: Gmail id, at, answered}]; `quiet`: [{person, last: last act in the log}];
  `guestless`: ids of people who only stand in entries without guests; `open_door`: {to, through}.
- `never`: addresses that must not turn up as anybody in the log: newsletters, receipts, notices, robots, calendars.
- `expected`: {mails, mails_by_class, mails_in_log, occurrences_in_log, planned, interactions, vevents, cards}.

A mail is in the log when it is a human act between the owner and somebody else: `human_direct` always, `human_list`
when the owner wrote it or stands in To or Cc herself, nothing else ever.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox import cast, machines
from sandbox.model import Event, Life, Mail, MailClass
from sandbox.series import When, instant, starts

_NOT_MEETINGS = {
    "birthday": "birthday",
    "focusTime": "focus",
    "outOfOffice": "out_of_office",
    "workingLocation": "working_location",
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of an event: `event` is what holds for it, the override where there is one."""

    event: Event
    original: When
    calendars: tuple[str, ...]
    reason: str
    people: tuple[str, ...]
    declined: tuple[str, ...]

    @property
    def in_log(self) -> bool:
        """Whether it is an interaction, past or planned."""
        return self.reason in ("held", "planned")


def window(life: Life, years_back: int = 5, years_ahead: int = 1) -> tuple[datetime, datetime]:
    """Between which instants series are expanded; a 29 February counts as the 28th."""
    end = life.year.end
    day = min(end.day, 28) if end.month == 2 else end.day
    return end.replace(year=end.year - years_back, day=day), end.replace(year=end.year + years_ahead, day=day)


def mail_in_log(life: Life, mail: Mail) -> bool:
    """Whether a mail is an interaction."""
    if mail.cls == MailClass.HUMAN_LIST:
        named = {box.address for box in (*mail.to, *mail.cc)}
        return mail.direction == "out" or bool(named & set(life.owner.addresses))
    return mail.cls == MailClass.HUMAN_DIRECT


def occurrences(life: Life, between: tuple[datetime, datetime] | None = None) -> Iterator[Occurrence]:
    """Every single event, and every occurrence of a series whose original start lies in the window, each once."""
    since, until = between or window(life)
    overrides = {(event.uid, instant(event.recurrence_id)): event for event in life.events if event.recurrence_id}
    people = {address: one.id for one in life.people for address in one.addresses}
    for master in life.events:
        if master.recurrence_id:
            continue
        exdates = {instant(when) for when in master.exdates}
        # The window bounds series; what happens once is there whenever it is.
        single = master.rule is None
        for original in [master.start] if single else starts(master, until):
            if not single and instant(original) < since:
                continue
            event = overrides.get((master.uid, instant(original)), master)
            cancelled = instant(original) in exdates
            yield _occurrence(life, event, original, cancelled, people)


def _occurrence(life: Life, event: Event, original: When, cancelled: bool, people: dict[str, str]) -> Occurrence:
    guests = {people[one.mailbox.address]: one.answer for one in event.guests if one.mailbox.address in people}
    if event.organizer and event.organizer.address in people:
        guests.setdefault(people[event.organizer.address], "ACCEPTED")
    coming = tuple(id for id, answer in guests.items() if answer != "DECLINED")
    declined = tuple(id for id, answer in guests.items() if answer == "DECLINED")
    reason = "cancelled" if cancelled else _reason(life, event, original, coming, declined)
    return Occurrence(event, original, event.calendars, reason, coming, declined)


def _reason(life: Life, event: Event, original: When, coming: tuple[str, ...], declined: tuple[str, ...]) -> str:
    own = life.owner.addresses
    answer = next((guest.answer for guest in event.guests if guest.mailbox.address in own), None)
    organizes = event.organizer is not None and event.organizer.address in own
    if event.status == "CANCELLED":
        return "cancelled"
    if event.kind in _NOT_MEETINGS:
        return _NOT_MEETINGS[event.kind]
    if event.visibility in ("PRIVATE", "CONFIDENTIAL"):
        return "private"
    if not coming and not declined:
        return "guestless"
    if answer is None and not organizes:
        return "not_invited"
    if answer == "DECLINED":
        return "declined"
    if not coming:
        return "all_declined"
    start = event.start if event.recurrence_id or not event.rule else original
    return "held" if instant(start) < life.year.end else "planned"


def truth(life: Life, between: tuple[datetime, datetime] | None = None) -> dict[str, Any]:
    """The document described above, ready for JSON."""
    since, until = between or window(life)
    found = list(occurrences(life, (since, until)))
    return {
        "format": 1,
        "seed": life.seed,
        "year": {"start": _utc(life.year.start), "end": _utc(life.year.end)},
        "window": {"start": _utc(since), "end": _utc(until)},
        "owner": {"name": life.owner.name, "addresses": list(life.owner.addresses)},
        "people": _people(life),
        "mails": [_mail(life, mail) for mail in life.mails],
        "occurrences": [_occurrence_row(one) for one in found],
        "cards": [
            {"id": one.id, "name": one.name, "emails": [address for _, address in one.emails], "person": one.person}
            for one in life.cards
        ],
        "namesakes": _namesakes(life),
        "aliases": {one.id: list(one.addresses) for one in life.people if len(one.addresses) > 1},
        "introductions": [
            {"by": one.by, "whom": one.whom, "mail": one.mail, "at": _utc(one.at), "answered": one.answered}
            for one in life.introductions
        ],
        "quiet": _quiet(life, found),
        "guestless": [cast.ONLY_IN_ENTRIES],
        "open_door": {"to": cast.HIRING_MANAGER, "through": cast.DOOR_OPENER},
        "never": never(life),
        "expected": _expected(life, found),
    }


def write_truth(life: Life, file: Path) -> None:
    """Writes the truth as JSON, one mail or occurrence a line."""
    document = truth(life)
    parts = [f"{json.dumps(key)}: {_block(value)}" for key, value in document.items()]
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def never(life: Life) -> list[str]:
    """Addresses that are no person's: machines, robots that speak for people, rooms and calendars."""
    robots = {sender.address for sender in machines.MACHINES} | set(machines.PROXIES)
    spammers = {mail.sender.address for mail in life.mails if mail.cls in (MailClass.SPAM, MailClass.BOUNCE)}
    rooms = {guest.mailbox.address for event in life.events for guest in event.guests if guest.kind != "INDIVIDUAL"}
    return sorted(robots | spammers | rooms | {one.address for one in life.calendars if one.address})


def _block(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _utc(when: When) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(when, datetime) else when.isoformat()


def _people(life: Life) -> list[dict[str, Any]]:
    known = cast.knows(life.people)
    return [
        {
            "id": one.id,
            "name": one.name,
            "circle": one.circle.value,
            "addresses": list(one.addresses),
            "company": one.company,
            "role": one.role,
            "knows": list(known[one.id]),
            "card": one.in_book,
        }
        for one in life.people
    ]


def _mail(life: Life, mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "thread": mail.thread,
        "message_id": mail.message_id,
        "at": _utc(mail.sent_at),
        "from": mail.sender.address,
        "class": mail.cls.value,
        "direction": mail.direction,
        "in_log": mail_in_log(life, mail),
        "people": list(mail.people),
        "story": mail.story,
    }


def _occurrence_row(one: Occurrence) -> dict[str, Any]:
    event = one.event
    return {
        "uid": event.uid,
        "original": _utc(one.original),
        "start": _utc(event.start if event.recurrence_id or not event.rule else one.original),
        "calendars": list(one.calendars),
        "in_log": one.in_log,
        "planned": one.reason == "planned",
        "reason": one.reason,
        "people": list(one.people),
        "declined": list(one.declined),
    }


def _namesakes(life: Life) -> list[list[str]]:
    by_name: dict[str, list[str]] = {}
    for one in life.people:
        by_name.setdefault(one.name, []).append(one.id)
    return [ids for ids in by_name.values() if len(ids) > 1]


def _quiet(life: Life, found: list[Occurrence]) -> list[dict[str, str]]:
    """People who were there and then were not: their `until` lies within the year."""
    rows = []
    for person in life.people:
        if person.until < 1:
            acts = [mail.sent_at for mail in life.mails if person.id in mail.people and mail_in_log(life, mail)]
            acts += [instant(one.event.start) for one in found if one.in_log and person.id in one.people]
            rows.append({"person": person.id, "last": _utc(max(acts))})
    return rows


def _expected(life: Life, found: list[Occurrence]) -> dict[str, Any]:
    mails = sum(mail_in_log(life, mail) for mail in life.mails)
    meetings = sum(one.in_log for one in found)
    return {
        "mails": len(life.mails),
        "mails_by_class": dict(sorted(Counter(mail.cls.value for mail in life.mails).items())),
        "mails_in_log": mails,
        "occurrences_in_log": meetings,
        "planned": sum(one.reason == "planned" for one in found),
        "interactions": mails + meetings,
        "vevents": sum(len(event.calendars) for event in life.events),
        "cards": len(life.cards),
    }
