"""Recurrence rules (RFC 5545 §3.3.10): kept only where working them out is certain to end soon."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

_RULE_MAX = 500
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PARTS = frozenset(
    [
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYDAY",
        "BYMONTH",
        "BYMONTHDAY",
        "BYSETPOS",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
    ]
)
#: More than this many starts a day is no meeting.
_STARTS_A_DAY = 24
#: Times in a year, for the widest BYSETPOS and ordinals.
_WIDEST = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?")
#: Before it a daily series has more steps than are worth it.
_EARLIEST_YEAR = 1900


class EndlessRule(ValueError):
    """The rule repeats without moving on (INTERVAL=0): no calendar can mean that."""


def bounded_rule(rule: str, start: date | datetime, zone: tzinfo) -> str:
    """The rule in capitals with UNTIL as `start` needs it; "" when it may take long to work out. Raises EndlessRule."""
    if len(rule) > _RULE_MAX:
        return ""
    parts = {
        name: value
        for name, _, value in (part.partition("=") for part in "".join(rule.split()).upper().split(";"))
        if name
    }
    if parts.get("INTERVAL", "1").lstrip("+0") == "":
        raise EndlessRule("Its recurrence has an interval of nothing.")
    try:
        if not _is_bounded(parts, start):
            return ""
        if "UNTIL" in parts:
            parts["UNTIL"] = _until(parts["UNTIL"], start, zone)
    except (ValueError, OverflowError):
        return ""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _is_bounded(parts: dict[str, str], start: date | datetime) -> bool:
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES or not _PARTS.issuperset(parts) or start.year < _EARLIEST_YEAR:
        return False
    if not 1 <= int(parts.get("INTERVAL", "1")) <= 10_000 or not 1 <= int(parts.get("COUNT", "1")) <= 100_000:
        return False
    if parts.get("WKST", "MO") not in ("MO", "TU", "WE", "TH", "FR", "SA", "SU"):
        return False
    return _times_fit(parts) and _days_fit(parts, frequency) and _year_fits(parts, frequency)


def _numbers(parts: dict[str, str], name: str, limit: int) -> list[int]:
    """The list of one BY part; raises ValueError when a number is out of its range."""
    numbers = [int(number) for number in parts[name].split(",")] if name in parts else []
    if any(not -limit <= number <= limit for number in numbers):
        raise ValueError(name)
    return numbers


def _times_fit(parts: dict[str, str]) -> bool:
    starts = 1
    for name, limit in (("BYHOUR", 23), ("BYMINUTE", 59), ("BYSECOND", 59)):
        numbers = _numbers(parts, name, limit)
        if any(number < 0 for number in numbers):
            return False
        starts *= max(len(numbers), 1)
    return starts <= _STARTS_A_DAY


def _days_fit(parts: dict[str, str], frequency: str) -> bool:
    months, days = _numbers(parts, "BYMONTH", 12), _numbers(parts, "BYMONTHDAY", 31)
    if any(month < 1 for month in months) or 0 in days:
        return False
    # 30 February never comes: looking for it would not end before the year 9999.
    if months and days and not any(abs(day) <= _DAYS[month - 1] for month in months for day in days):
        return False
    weekdays = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    found = [_WEEKDAY.fullmatch(day) for day in weekdays]
    ordinals = [int(day[1]) for day in found if day is not None and day[1] is not None]
    if None in found or (ordinals and frequency in ("DAILY", "WEEKLY")) or 0 in ordinals:
        return False
    in_month = frequency == "MONTHLY" or bool(months)
    if any(abs(number) > (5 if in_month else 53) for number in ordinals) or (ordinals and days):
        return False
    # Every second day and only on Mondays may never meet.
    return not (frequency == "DAILY" and int(parts.get("INTERVAL", "1")) > 1 and (months or days or weekdays))


def _year_fits(parts: dict[str, str], frequency: str) -> bool:
    year_days, weeks = _numbers(parts, "BYYEARDAY", 366), _numbers(parts, "BYWEEKNO", 53)
    if 0 in year_days or 0 in weeks:
        return False
    if (year_days or weeks) and (frequency != "YEARLY" or "BYMONTH" in parts or "BYMONTHDAY" in parts):
        return False
    if year_days and (weeks or "BYDAY" in parts):
        return False
    positions = _numbers(parts, "BYSETPOS", _WIDEST[frequency])
    if not positions:
        return True
    sets = max(
        len(parts.get(name, "").split(",")) if name in parts else 0 for name in ("BYDAY", "BYMONTHDAY", "BYYEARDAY")
    )
    return 0 not in positions and all(abs(position) <= max(5 * sets, 1) for position in positions)


def _until(text: str, start: date | datetime, zone: tzinfo) -> str:
    """UNTIL as a date for an all-day series, else in UTC; a bare date includes the whole of that day."""
    found = _UNTIL.match(text)
    if found is None:
        raise ValueError("UNTIL")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if not isinstance(start, datetime):
        return f"{day:%Y%m%d}"
    if found[4] is None:
        moment = datetime.combine(day, time(23, 59, 59), zone)
    else:
        clock = time(int(found[4]), int(found[5]), min(int(found[6]), 59))
        moment = datetime.combine(day, clock, UTC if found[7] else zone)
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
