"""Calendar files: iCalendar, and vCalendar 1.0 as far as it is alike."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import ClassVar

from connectors.components import Component, ComponentReader
from connectors.contentline import Utf8
from connectors.files.member import Member, reading
from connectors.files.stream import FileStream, Position, Step
from connectors.icalendar import CALENDAR_PROPERTIES, EVENT_PROPERTIES, ZONE_PROPERTIES, Calendar, event_of
from interactions.items import Unreadable

_WANTED = {"VEVENT": EVENT_PROPERTIES, "VTIMEZONE": ZONE_PROPERTIES, "": CALENDAR_PROPERTIES}
_FLAT = frozenset({"VTIMEZONE"})


class CalendarFiles(FileStream):
    """`file.ics`: every calendar file of an archive is a container."""

    stream: ClassVar[str] = "file.ics"

    def steps(self, member: Member, start: Position) -> Iterator[Step]:
        """Events in the order of the file. What precedes `start` is read again for its zones, not handed out."""
        calendar = Calendar(member.id)
        with reading(member.id), member.open() as file:
            reader = ComponentReader(Utf8(file), _WANTED, _FLAT)
            for part in reader:
                if not isinstance(part, Component):
                    calendar.take(part)
                elif part.name == "VTIMEZONE":
                    calendar.zones.learn(part)
                elif part.end > start.at:
                    yield Step(event_of(part, calendar), part.end, part.length)
            if not reader.begins:
                yield Step(not_one(member, "calendar"), member.size)


def not_one(member: Member, what: str) -> Unreadable:
    """What stands for a file in which nothing begins."""
    reason = "The file is empty." if member.size == 0 else f"This is no {what}: nothing in it begins one."
    digest = sha256(member.id.encode()).hexdigest()[:32]
    return Unreadable(f"{member.id}/none", reason, f"{member.id}, line 1", member.size, digest)
