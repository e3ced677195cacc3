"""Days and lengths of days in words."""

from __future__ import annotations

from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def every(days: float) -> str:
    """ "every day", "every week", "every 3 weeks", "every 2 months"."""
    for size, most, name in ((1.0, 6.5, "day"), (7.0, 60.0, "week"), (30.44, 540.0, "month"), (365.25, 1e9, "year")):
        if days < most:
            number = max(1, round(days / size))
            return f"every {name}" if number == 1 else f"every {number} {name}s"
    raise AssertionError("unreachable")


def lasting(days: int) -> str:
    """ "9 days", "3 weeks", "5 months", "2 years"."""
    for size, most, name in ((1.0, 14, "day"), (7.0, 120, "week"), (30.44, 730, "month"), (365.25, 10**9, "year")):
        if days < most:
            number = int(days / size)
            return f"{number} {name}{'' if number == 1 else 's'}"
    raise AssertionError("unreachable")


def times(number: int) -> str:
    """ "once", "twice", "1,200 times"."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def dated(there: date, today: date) -> str:
    """ "2 Sep", and with its year where that is another one."""
    return f"{there.day} {month(there)}" if there.year != today.year else f"{there.day} {_MONTHS[there.month - 1]}"


def month(there: date) -> str:
    """ "Sep 2025"."""
    return f"{_MONTHS[there.month - 1]} {there.year}"
