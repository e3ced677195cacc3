"""Recurring events unfolded into occurrences (RFC 5545 §3.8.5), bounded whatever the rule says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from msgspec import Struct

from interactions.items import Event, Moment

#: Most occurrences of one series in a window: one a day for six years fits.
OCCURRENCES_MAX = 2_500
#: Longest rule read, in characters.
_RULE_MAX = 500
#: Most times of day one rule may name.
_TIMES_MAX = 24
#: Results looked at before the window starts: one a day for three centuries, or 24 a day for twelve years.
_BEFORE_MAX = 110_000
#: The Gregorian calendar repeats, weekdays included, every 400 years.
_CYCLE = 400
_PART = re.compile(
    r"(FREQ|INTERVAL|COUNT|UNTIL|WKST|BY(?:MONTHDAY|MONTH|YEARDAY|WEEKNO|DAY|HOUR|MINUTE|SECOND|SETPOS))"
    r"=([A-Z0-9,+-]+)"
)
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


class Window(Struct, frozen=True):
    """The days over which series are unfolded, both included."""

    start: date
    end: date


class Occurrence(Struct, frozen=True):
    """One time of a series: `original` is its RECURRENCE-ID (UTC, or a date), whatever becomes of it."""

    original: Moment
    start: Moment
    end: Moment | None


def occurrences(event: Event, window: Window) -> list[Occurrence]:
    """Every occurrence in the window; an event that does not recur is its only one, inside or not.

    A rule that cannot be read, or that asks for more than a few a day, leaves the event as its only occurrence.
    """
    if not event.rrule and not event.rdates:
        return [_occurrence(event, event.start)]
    starts = {original_start(event, start): start for start in _starts(event, window)}
    for excluded in event.exdates:
        starts.pop(original_start(event, excluded), None)
    return [_occurrence(event, starts[original]) for original in sorted(starts, key=_sortable)]


def original_start(event: Event, start: Moment) -> Moment:
    """What names an occurrence: its start as a date in an all-day series, else as an instant in UTC."""
    if not isinstance(event.start, datetime):
        return start.date() if isinstance(start, datetime) else start
    if isinstance(start, datetime):
        return in_zone(start, UTC)
    # A date where an instant is due (seen in EXDATE): the occurrence of that day.
    zone = _zone(event)
    return in_zone(datetime.combine(start, in_zone(event.start, zone).time(), zone), UTC)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """`moment` in another zone; at the very ends of the calendar, where there is no such time, its clock time there."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)


def _starts(event: Event, window: Window) -> Iterator[Moment]:
    parts = _parts(event.rrule)
    if event.rrule and parts is None:
        yield event.start
        return
    if not event.rrule:
        yield event.start
    for start in event.rdates:
        if window.start <= _day(start) <= window.end:
            yield start
    if parts:
        yield from islice(_unfolded(event, parts, window), OCCURRENCES_MAX)


def _unfolded(event: Event, parts: dict[str, str], window: Window) -> Iterator[Moment]:
    """The rule run on local wall time, in the last 400-year cycle dateutil can count in.

    dateutil gives up only at the year 9999, and walks there day by day for a rule that never comes true
    (30 February). Begun late enough, that walk is short.
    """
    all_day = not isinstance(event.start, datetime)
    zone = _zone(event)
    local = _local(event.start, zone)
    shift = (datetime.max.year - 1 - max(window.end.year, local.year)) // _CYCLE * _CYCLE
    until = _until(parts.get("UNTIL", ""), zone, all_day)
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    try:
        rule = rrulestr(text, dtstart=local.replace(year=local.year + shift))
        for found in islice(rule, _BEFORE_MAX):
            start = found.replace(year=found.year - shift)
            if start.date() > window.end or (until is not None and start > until):
                return
            if start.date() >= window.start:
                yield start.date() if all_day else start.replace(tzinfo=zone)
    except (ValueError, OverflowError, KeyError, TypeError):
        # What passes the grammar and still makes no sense to the library (BYMONTH=13) does not recur.
        yield event.start


def _parts(rule: str) -> dict[str, str] | None:
    """The rule's parts, or None when it is no rule we follow."""
    if not rule or len(rule) > _RULE_MAX:
        return None
    parts: dict[str, str] = {}
    for part in rule.upper().strip().rstrip(";").split(";"):
        match = _PART.fullmatch(part)
        if match is None or match[1] in parts:
            return None
        parts[match[1]] = match[2]
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= parts.get(name, "").count(",") + 1
    interval = parts.get("INTERVAL", "1")
    if parts.get("FREQ") not in _FREQUENCIES or times > _TIMES_MAX:
        return None
    if not interval.isdigit() or len(interval) > 5 or int(interval) == 0:
        return None
    return parts


def _until(text: str, zone: tzinfo, all_day: bool) -> datetime | None:
    """UNTIL as local wall time, inclusive; a date includes that whole day."""
    match = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", text)
    if match is None:
        return None
    try:
        day = datetime.strptime(match[1], "%Y%m%d")
        if match[2] is None or all_day:
            return day + timedelta(days=1, microseconds=-1)
        moment = datetime.combine(day, datetime.strptime(match[2], "%H%M%S").time())
    except (ValueError, OverflowError):
        return None
    return in_zone(moment.replace(tzinfo=UTC), zone).replace(tzinfo=None) if match[3] else moment


def _occurrence(event: Event, start: Moment) -> Occurrence:
    return Occurrence(original_start(event, start), _utc(start), _end(event, start))


def _end(event: Event, start: Moment) -> Moment | None:
    """The end as far behind this start as the event's own end is behind its own, in wall time."""
    try:
        return _ending(event, start)
    except OverflowError:
        return None


def _ending(event: Event, start: Moment) -> Moment | None:
    if event.end is None:
        return None
    if not isinstance(start, datetime):
        if isinstance(event.end, datetime) or isinstance(event.start, datetime):
            return None
        return start + (event.end - event.start)
    zone = _zone(event)
    length = _local(event.end, zone) - _local(event.start, zone)
    return _utc((_local(start, zone) + max(length, timedelta())).replace(tzinfo=zone))


def _local(moment: Moment, zone: tzinfo) -> datetime:
    """Wall time in `zone`, without zone."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return in_zone(moment, zone).replace(tzinfo=None)


def _utc(moment: Moment) -> Moment:
    return in_zone(moment, UTC) if isinstance(moment, datetime) else moment


def _zone(event: Event) -> tzinfo:
    """The zone the series recurs in; an event's `timezone` was checked when it was read."""
    return ZoneInfo(event.timezone) if event.timezone else UTC


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _sortable(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
