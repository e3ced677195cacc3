"""Dates, times, periods and durations of calendars (RFC 5545 §3.3.4-3.3.6, §3.3.9), zones resolved."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from connectors.components import Component
from connectors.contentline import ContentLine
from connectors.zones import UTC_ZONE, Zone, fixed, named

_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(?:\.\d{1,9})?(Z)?)?")
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.I
)
_ZONES_MAX = 500
#: The values of a line are cut here, before they are split.
_VALUES_MAX = 1_000


class Moment(Struct, frozen=True):
    """A date, or a time in UTC with the zone it was written in."""

    value: datetime | date
    zone: Zone = UTC_ZONE
    #: It had no zone at all (RFC 5545 §3.3.5, form 1).
    floating: bool = False


class Zones(Struct):
    """The zones one calendar file speaks of."""

    #: What its own VTIMEZONEs say, by TZID.
    own: dict[str, Zone] = {}
    #: X-WR-TIMEZONE: floating times are meant in it.
    default: Zone | None = None

    def learn(self, component: Component) -> None:
        """Take over a VTIMEZONE: by its name, its X-LIC-LOCATION, else the offset of its last STANDARD part."""
        tzid = component.value("TZID")
        if not tzid or len(self.own) >= _ZONES_MAX:
            return
        zone = named(tzid) or named(component.value("X-LIC-LOCATION")) or _standard(component)
        if zone is not None:
            self.own[tzid] = zone

    def of(self, tzid: str) -> Zone:
        """The zone of a TZID; UTC, marked as a guess, when nothing tells."""
        return self.own.get(tzid) or named(tzid) or Zone(UTC, guessed=True)


def _standard(component: Component) -> Zone | None:
    part, offset = "", ""
    for line in component.lines:
        if line.name == "BEGIN":
            part = line.value
        elif line.name == "TZOFFSETTO" and (part == "STANDARD" or not offset):
            offset = line.value
    return fixed(offset)


def moment(text: str, line: ContentLine, zones: Zones) -> Moment:
    """One DATE or DATE-TIME of `line`; raises ValueError when it is none or lies outside of the calendar."""
    found = _TIME.match(text.strip())
    if found is None:
        raise ValueError("no date")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if found[4] is None or line.param("VALUE").upper() == "DATE":
        return Moment(day)
    zone, floating = UTC_ZONE, False
    if found[7] is None:
        tzid = line.param("TZID")
        zone = zones.of(tzid) if tzid else zones.default or UTC_ZONE
        floating = not tzid and zones.default is None
    # A leap second is the last the datetime type knows.
    seconds = min(int(found[6] or 0), 59)
    local = datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), seconds, tzinfo=zone.tz)
    try:
        return Moment(local.astimezone(UTC), zone, floating)
    except OverflowError as error:
        raise ValueError("no date") from error


def moments(lines: list[ContentLine], zones: Zones) -> tuple[tuple[datetime | date, ...], bool]:
    """All dates of RDATE or EXDATE lines, each once, periods by their start; and whether some were left out."""
    found: dict[datetime | date, None] = {}
    left_out = False
    for line in lines:
        texts = line.value.split(",", _VALUES_MAX)
        left_out = left_out or len(texts) > _VALUES_MAX
        for text in texts[:_VALUES_MAX]:
            if not text.strip():
                continue
            try:
                value = moment(text.partition("/")[0], line, zones).value
            except ValueError:
                left_out = True
                continue
            if len(found) < _VALUES_MAX:
                found[value] = None
            else:
                left_out = left_out or value not in found
    return tuple(found), left_out


def duration(text: str) -> timedelta | None:
    """A DURATION; None when it is none."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length
