"""The rules of calendar events, in order: what is no meeting falls; what is left is one, planned or held."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property

from interactions.address import canonical
from interactions.entries import fold_title
from interactions.items import Attendee, Event, Mailbox
from interactions.rules import robots
from interactions.verdict import Known, Party, Verdict
from interactions.word import NOISE, PERSON

#: Titles of time that is only kept free.
_HOLD = re.compile(
    r"\s*[\[(]?(?:hold|holding|placeholder|platzhalter|blocker|blocked|geblockt|reserviert)\b\s*(?:[:\])–-]|$)", re.I
)
_FOCUS = re.compile(r"\s*(?:focus time|fokuszeit|deep work|no meetings?|lunch break|mittagspause)\s*$", re.I)
_TITLED = {"hold": _HOLD, "focus_time": _FOCUS}
#: A conference link or a telephone number and nothing else.
_BARE_CALL = re.compile(
    r"\s*(?:https?://\S+|(?:tel:|phone:|telefon:|tel\.?)?\s*\+?[\d\s()/.-]{6,25}|(?:microsoft )?teams(?:[ -]meeting"
    r"|-besprechung)?|zoom(?: meeting)?"
    r"|google meet|skype(?: meeting)?|webex|facetime|phone|telefon|telephone|jitsi|video ?call|call)\s*",
    re.I,
)
_CALL_TITLE = re.compile(
    r"\b(?:call(?!\s+for)|phone|telephone|telefon\w*|tel(?=\.?\s+\D)|telko|anruf|звонок|zoom|skype|facetime|video-?(?:call|chat|conference"
    r"|konferenz)"
    r"|hangout|webex|appel|visio|llamada|chiamata|belafspraak|dial-?in|teleconference|conference call)\b",
    re.I,
)


class Gathering:
    """One event as the calendar rules look at it: the owner's part, and the other people's."""

    def __init__(self, event: Event, known: Known) -> None:
        self.event, self.known = event, known
        organizer = event.organizer
        self.organizer_key = canonical(organizer.address) if organizer is not None else ""
        self.organizes = self.organizer_key in known.own

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The owner's answers, one for each own address that was invited."""
        found = [one.partstat for one in self.event.attendees if canonical(one.mailbox.address) in self.known.own]
        return tuple(answer or "needs-action" for answer in found)

    @cached_property
    def guests(self) -> dict[str, Attendee]:
        """Everybody else who was invited, each once: never a room, a calendar, a list or a robot."""
        found: dict[str, Attendee] = {}
        for one in self.event.attendees:
            key = canonical(one.mailbox.address)
            if key not in self.known.own and one.cutype in ("", "individual", "unknown") and self._is_person(key):
                before = found.setdefault(key, one)
                if before.partstat in ("", "needs-action") and one.partstat:
                    found[key] = one
        return found

    @cached_property
    def others(self) -> dict[str, Party]:
        """Everybody else who has not declined, the organizer first."""
        found: dict[str, Party] = {}
        organizer = self.event.organizer
        key = self.organizer_key
        if organizer is not None and self._organizes_in_person and not self._declined(key):
            found[key] = Party(organizer, "organizer")
        for key, one in self.guests.items():
            if one.partstat != "declined":
                found.setdefault(key, Party(one.mailbox, "attendee"))
        return found

    @property
    def _organizes_in_person(self) -> bool:
        return (
            bool(self.organizer_key)
            and self.organizer_key not in self.known.own
            and self._is_person(self.organizer_key)
        )

    @property
    def is_alone(self) -> bool:
        """Whether nobody else has a part in it."""
        return not self.guests and not self._organizes_in_person

    @property
    def has_no_guests(self) -> bool:
        """Whether not even a room or a list is invited: who was there is only known from its title."""
        return self.is_alone and len(self.event.attendees) <= len(self.own)

    def _declined(self, key: str) -> bool:
        return key in self.guests and self.guests[key].partstat == "declined"

    def _is_person(self, key: str) -> bool:
        said = self.known.words.get(key)
        return "@" in key and (said == PERSON or (said != NOISE and not robots.is_robot(key)))

    def evidence(self) -> dict[str, str]:
        """The owner's part, how many others there were, and what they said."""
        people = dict.fromkeys([*self.guests, *([self.organizer_key] if self._organizes_in_person else [])])
        answers = [self.guests[key].partstat if key in self.guests else "accepted" for key in people]
        if self._organizes_in_person and self.organizer_key in self.guests:
            mine = list(people).index(self.organizer_key)
            answers[mine] = answers[mine] if answers[mine] == "declined" else "accepted"
        told = {"you": self.you, "others": str(len(people)), "accepted": str(answers.count("accepted"))}
        if "declined" in answers:
            told["declined"] = str(answers.count("declined"))
        told["guests"] = str(max(self.event.guests, len(self.event.attendees)))
        return told

    @property
    def you(self) -> str:
        """The owner's part in a word: the answer that counts most, or organizer."""
        for answer in ("accepted", "tentative"):
            if answer in self.own:
                return answer
        if self.own and all(answer == "declined" for answer in self.own):
            # An organizer who declines does not come either.
            return "declined"
        if self.organizes:
            return "organizer"
        return self.own[0] if self.own else ""


Rule = Callable[[Gathering], Verdict | None]


def _dropped(name: str, evidence: dict[str, str] | None = None) -> Verdict:
    return Verdict(False, "not_meeting", f"calendar.{name}", evidence or {})


def private(gathering: Gathering) -> Verdict | None:
    """Private and confidential entries are nobody's business, ours included (RFC 5545 §3.8.1.3)."""
    visibility = gathering.event.visibility
    return _dropped("private", {"class": visibility}) if visibility in ("private", "confidential") else None


def cancelled(gathering: Gathering) -> Verdict | None:
    """It was called off."""
    return _dropped("cancelled", {"status": "cancelled"}) if gathering.event.status == "cancelled" else None


def of_type(gathering: Gathering) -> Verdict | None:
    """Birthdays, focus time, absences and places of work, as the provider types them."""
    kind = gathering.event.event_type
    name = kind.replace("-", "_")
    return _dropped(name, {"type": kind}) if f"calendar.{name}" in _TYPED else None


def titled(gathering: Gathering) -> Verdict | None:
    """Holds and focus time that only their title tells."""
    title = gathering.event.summary[:200]
    for name, pattern in _TITLED.items():
        if pattern.match(title):
            return _dropped(name, {"title": title[:100]})
    return None


def settled(gathering: Gathering) -> Verdict | None:
    """An entry of a private calendar of which the owner said whom it means, whatever it looks like."""
    titles = gathering.known.titles
    if titles is None or not gathering.has_no_guests:
        return None
    who = titles.settled.get(fold_title(gathering.event.summary), ())
    return _entry(gathering, who, {"from": "your calendar", "your word": "yes"})


def from_title(gathering: Gathering) -> Verdict | None:
    """An entry of a private calendar with the full name of one person of the address book."""
    titles, event = gathering.known.titles, gathering.event
    if titles is None or not gathering.has_no_guests or not isinstance(event.start, datetime):
        return None
    meant = None if fold_title(event.summary) in titles.settled else titles.book.meant(event.summary)
    return _entry(gathering, (meant,), {"from": "your calendar", "name": meant.name}) if meant is not None else None


def _entry(gathering: Gathering, who: Sequence[Mailbox], evidence: dict[str, str]) -> Verdict | None:
    known = gathering.known
    parties = tuple(
        Party(one, "attendee") for one in who if one.address not in known.own and known.words.get(one.address) != NOISE
    )
    if not parties:
        return None
    kind = "call" if _is_call(gathering.event) else "meeting"
    return Verdict(True, "meeting", "calendar.from_title", evidence, kind, "both", parties)


def guestless(gathering: Gathering) -> Verdict | None:
    """Nobody else has a part in it; a room alone is nobody."""
    if not gathering.is_alone:
        return None
    rooms = len(gathering.event.attendees) - len(gathering.own)
    if rooms > 0:
        return _dropped("room_only", {"rooms and lists": str(rooms)})
    name = _unclear(gathering)
    return _dropped("guestless", {"guests": "0", **({"several are called": name} if name else {})})


def _unclear(gathering: Gathering) -> str:
    """The name for which it would count if one person alone were called so; else ""."""
    titles, event = gathering.known.titles, gathering.event
    if titles is None or not gathering.has_no_guests or not isinstance(event.start, datetime):
        return ""
    return "" if fold_title(event.summary) in titles.settled else titles.book.unclear(event.summary)


def not_invited(gathering: Gathering) -> Verdict | None:
    """Somebody else's: the owner neither organizes it nor is a guest."""
    if gathering.organizes or gathering.own:
        return None
    return _dropped("not_invited", {"guests": str(len(gathering.guests))})


def declined(gathering: Gathering) -> Verdict | None:
    """The owner said no."""
    return _dropped("declined", gathering.evidence()) if gathering.you == "declined" else None


def all_declined(gathering: Gathering) -> Verdict | None:
    """Everybody else said no."""
    return None if gathering.others else _dropped("all_declined", gathering.evidence())


def meeting(gathering: Gathering) -> Verdict:
    """What is left is a meeting or a call with those who did not decline. Always answers."""
    event = gathering.event
    kind = "call" if _is_call(event) else "meeting"
    parties = tuple(gathering.others.values())
    return Verdict(True, "meeting", f"calendar.{kind}", gathering.evidence(), kind, "both", parties)


def _is_call(event: Event) -> bool:
    location = event.location[:300]
    return bool((location and _BARE_CALL.fullmatch(location)) or _CALL_TITLE.search(event.summary[:200]))


RULES: tuple[Rule, ...] = (
    cancelled, settled, of_type, private, titled, from_title, guestless, not_invited, declined, all_declined, meeting,
)  # fmt: skip

_TYPED = ("calendar.birthday", "calendar.focus_time", "calendar.out_of_office", "calendar.working_location")
#: Every name the rules give.
NAMES: tuple[str, ...] = (
    "calendar.cancelled", *_TYPED, "calendar.private", "calendar.hold",
    "calendar.from_title", "calendar.guestless", "calendar.room_only",
    "calendar.not_invited", "calendar.declined", "calendar.all_declined", "calendar.meeting", "calendar.call",
)  # fmt: skip
