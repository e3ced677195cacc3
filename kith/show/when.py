"""Instants in the owner's words: near ones by their distance, far ones by their date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = ((365.25 * 86_400, "year"), (30.44 * 86_400, "month"), (7 * 86_400, "week"), (86_400, "day"))
#: Days within which a weekday is named.
_NEAR = 300


def when(at: int, now: int, zone: tzinfo, *, all_day: bool = False, clock: bool = False) -> str:
    """ "today 09:10", "yesterday", "Fri 20 Nov", "20 Nov 2019"; `clock` adds the time of day wherever there is one."""
    there = moment(at, zone, all_day)
    today = datetime.fromtimestamp(now, zone).date()
    distance = (there.date() - today).days
    shown = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(distance) or _dated(there.date(), distance)
    if all_day or not (clock or 0 <= distance <= 6):
        return shown
    return f"{shown} {there:%H:%M}"


def moment(at: int, zone: tzinfo, all_day: bool = False) -> datetime:
    """The instant in the owner's zone; an all-day one stays on its date."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at) if all_day else _in_zone(at, zone)


def stamp(at: int, *, all_day: bool = False) -> str:
    """The instant for programs (RFC 3339, UTC), or the date of an all-day one."""
    there = moment(at, UTC, True)
    return there.date().isoformat() if all_day else there.replace(tzinfo=None).isoformat() + "Z"


def ago(seconds: float) -> str:
    """ "40 s ago", "2 min ago", "3 h ago", "12 days ago", "3 weeks ago"."""
    return f"{span(seconds)} ago"


def span(seconds: float) -> str:
    """How long that is, in one unit."""
    seconds = max(0.0, seconds)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    for size, name in _STEPS:
        if seconds >= 2 * size or size == 86_400:
            number = int(seconds / size)
            return f"{number} {name}{'s' if number != 1 else ''}"
    raise AssertionError("unreachable")


def lasting(seconds: int) -> str:
    """ "45 min", "90 min", "2 h", "2 h 30 min", "3 days"."""
    minutes = round(seconds / 60)
    if minutes <= 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours >= 36:
        return f"{round(hours / 24)} days"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _in_zone(at: int, zone: tzinfo) -> datetime:
    there = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    try:
        return there.astimezone(zone)
    except OverflowError:
        return there


def _dated(there: date, distance: int) -> str:
    if abs(distance) <= _NEAR:
        return f"{_DAYS[there.weekday()]} {there.day:2d} {_MONTHS[there.month - 1]}"
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"
