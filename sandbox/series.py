"""Recurrence: a rule as text (RFC 5545 §3.3.10) and as the occurrences it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sandbox.model import Event, Rule

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

When = datetime | date


def rule_text(rule: Rule) -> str:
    """The RRULE's value."""
    parts = [f"FREQ={rule.freq}"]
    if rule.until:
        parts.append(f"UNTIL={rule.until.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    if rule.count:
        parts.append(f"COUNT={rule.count}")
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.by_day:
        parts.append("BYDAY=" + ",".join(f"{which or ''}{_WEEKDAYS[day]}" for which, day in rule.by_day))
    return ";".join(parts)


def starts(event: Event, until: datetime) -> Iterator[When]:
    """Original starts of `event`, oldest first, those before `until` only; EXDATEs are not left out.

    A wall-clock time stays what it is when the clocks change (RFC 5545 §3.8.5.3).
    """
    rule = event.rule
    if rule is None:
        if instant(event.start) < until:
            yield event.start
        return
    for number, day in enumerate(_days(rule, as_date(event.start))):
        start = _on(event.start, day)
        if instant(start) >= until or (rule.until and instant(start) > rule.until):
            return
        if rule.count and number >= rule.count:
            return
        yield start


def instant(when: When) -> datetime:
    """A UTC instant to compare by: an all-day date counts as its UTC midnight."""
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return datetime(when.year, when.month, when.day, tzinfo=UTC)


def length_of(event: Event) -> timedelta:
    """From start to end as the clock on the wall counts."""
    start, end = event.start, event.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return as_date(end) - as_date(start)


def as_date(when: When) -> date:
    """The wall-clock date."""
    return when.date() if isinstance(when, datetime) else when


def _on(first: When, day: date) -> When:
    return datetime.combine(day, first.time(), first.tzinfo) if isinstance(first, datetime) else day


def _days(rule: Rule, first: date) -> Iterator[date]:
    if rule.freq == "WEEKLY":
        yield from _weekly(rule, first)
    elif rule.freq == "MONTHLY":
        yield from _monthly(rule, first)
    else:
        for year in range(first.year, first.year + 200):
            yield first.replace(year=year)


def _weekly(rule: Rule, first: date) -> Iterator[date]:
    weekdays = sorted(day for _, day in rule.by_day) or [first.weekday()]
    monday = first - timedelta(days=first.weekday())
    while True:
        for weekday in weekdays:
            day = monday + timedelta(days=weekday)
            if day >= first:
                yield day
        monday += timedelta(weeks=rule.interval)


def _monthly(rule: Rule, first: date) -> Iterator[date]:
    (which, weekday) = rule.by_day[0]
    month = first.replace(day=1)
    while True:
        day = nth_weekday(month, which, weekday)
        if day >= first:
            yield day
        for _ in range(rule.interval):
            month = (month + timedelta(days=32)).replace(day=1)


def nth_weekday(month: date, which: int, weekday: int) -> date:
    """The first, second … (`which` ≥ 1) or last (-1) `weekday` (0 is Monday) of the month of `month`."""
    if which > 0:
        first = month.replace(day=1)
        return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=which - 1)
    last = (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)
