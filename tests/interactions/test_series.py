"""Recurring events unfold into the occurrences a calendar shows, and always soon."""

from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interactions.items import Event
from interactions.series import OCCURRENCES_MAX, Occurrence, Window, occurrences

BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = Window(date(2021, 3, 1), date(2027, 3, 1))


def series(rule: str, start: datetime | date, zone: str = "", **more: object) -> Event:
    return Event("1", "u", start, timezone=zone, rrule=rule, **more)  # type: ignore[arg-type]


def starts(rule: str, start: datetime | date, zone: str = "", window: Window = WINDOW, **more: object) -> list[object]:
    return [one.start for one in occurrences(series(rule, start, zone, **more), window)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_event_that_does_not_recur_is_never_cut() -> None:
    old = datetime(1999, 1, 1, 9, tzinfo=UTC)
    event = Event("1", "u", old, old + timedelta(hours=1))
    assert occurrences(event, WINDOW) == [Occurrence(old, old, old + timedelta(hours=1))]


def test_clock_time_stays_when_the_clocks_change() -> None:
    """RFC 5545 §3.3.10: local time, so the instant moves by an hour."""
    start = datetime(2026, 3, 23, 9, tzinfo=BERLIN)
    event = series("FREQ=WEEKLY;COUNT=2", start, "Europe/Berlin", end=start + timedelta(minutes=45))
    found = occurrences(event, WINDOW)
    assert [one.start for one in found] == [utc("2026-03-23T08:00"), utc("2026-03-30T07:00")]
    assert [one.end - one.start for one in found if isinstance(one.end, datetime)] == [timedelta(minutes=45)] * 2  # type: ignore[operator]


def test_a_time_that_the_clock_skips_is_taken_with_the_offset_before() -> None:
    """RFC 5545 §3.3.5: 02:30 on the night the clocks go forward is 01:30 UTC."""
    daily = starts("FREQ=DAILY;COUNT=3", datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN), "Europe/Berlin")
    assert daily == [utc("2026-03-28T01:30"), utc("2026-03-29T01:30"), utc("2026-03-30T00:30")]


def test_a_time_that_comes_twice_is_its_first() -> None:
    daily = starts("FREQ=DAILY;COUNT=3", datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN), "Europe/Berlin")
    assert daily == [utc("2026-10-24T00:30"), utc("2026-10-25T00:30"), utc("2026-10-26T01:30")]


def test_all_day_dates_do_not_move_with_the_clocks() -> None:
    days = occurrences(series("FREQ=DAILY;COUNT=3", date(2026, 3, 28), "Europe/Berlin", end=date(2026, 3, 29)), WINDOW)
    assert [one.start for one in days] == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert [one.end for one in days] == [date(2026, 3, 29), date(2026, 3, 30), date(2026, 3, 31)]
    assert all(not isinstance(one.start, datetime) for one in days)


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("20260316T080000Z", 3),  # 09:00 in Berlin: included
        ("20260316T075959Z", 2),
        ("20260316T090000", 3),  # local time, as some programs write it
        ("20260316", 3),  # a date includes its whole day
        ("20260315", 2),
        ("20200101", 0),
    ],
)
def test_until_is_the_last_instant_included(until: str, count: int) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=BERLIN)
    assert len(starts(f"FREQ=WEEKLY;UNTIL={until}", start, "Europe/Berlin")) == count


def test_count_counts_from_the_start_not_from_the_window() -> None:
    daily = starts("FREQ=DAILY;COUNT=10", date(2026, 2, 25), window=Window(date(2026, 3, 1), date(2026, 12, 31)))
    assert daily == [date(2026, 3, day) for day in range(1, 7)]


def test_exceptions_fall_and_extra_dates_come() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=BERLIN)
    found = starts(
        "FREQ=WEEKLY;COUNT=3",
        start,
        "Europe/Berlin",
        exdates=(utc("2026-03-09T08:00"), utc("2026-03-10T08:00")),
        rdates=(utc("2026-03-04T08:00"), utc("2026-03-02T08:00")),
    )
    assert found == [utc("2026-03-02T08:00"), utc("2026-03-04T08:00"), utc("2026-03-16T08:00")]


def test_a_date_in_exdate_takes_that_days_occurrence() -> None:
    start = datetime(2026, 3, 2, 0, 30, tzinfo=BERLIN)
    found = starts("FREQ=WEEKLY;COUNT=2", start, "Europe/Berlin", exdates=(date(2026, 3, 9),))
    assert found == [utc("2026-03-01T23:30")]


def test_a_series_from_long_ago_is_unfolded_in_the_window_alone() -> None:
    """Contact programs put birthdays without a year into 1604."""
    found = starts("FREQ=YEARLY", date(1604, 2, 29), window=Window(date(2020, 1, 1), date(2029, 1, 1)))
    assert found == [date(2020, 2, 29), date(2024, 2, 29), date(2028, 2, 29)]


NEVER = [
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=300",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=30",
    "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1",
    "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=7",
    "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=5",
    "FREQ=DAILY;BYMONTH=13",
]


@pytest.mark.parametrize("start", [date(2026, 3, 2), date(1, 1, 1)])
@pytest.mark.parametrize("rule", NEVER)
def test_a_rule_that_never_comes_true_ends_soon(rule: str, start: date) -> None:
    began = clock.perf_counter()
    assert len(starts(rule, start)) <= 5
    assert clock.perf_counter() - began < 4


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=3",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=DAILY;COUNT=" + "9" * 490,
        "FREQ=DAILY;UNTIL=99999999",
        "nonsense",
        "FREQ=DAILY;FREQ=WEEKLY",
        "RRULE:FREQ=DAILY\nDTSTART:19700101",
        "FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 300),
    ],
)
def test_a_rule_that_is_none_leaves_the_event_as_its_only_occurrence(rule: str) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    began = clock.perf_counter()
    found = starts(rule, start)
    assert found[:1] == [start]
    assert len(found) <= OCCURRENCES_MAX
    if "UNTIL" not in rule:
        assert found == [start]
    assert clock.perf_counter() - began < 2


def test_an_endless_series_is_capped() -> None:
    hours = ",".join(str(hour) for hour in range(24))
    began = clock.perf_counter()
    assert len(starts(f"FREQ=DAILY;BYHOUR={hours}", datetime(2022, 1, 1, tzinfo=UTC))) == OCCURRENCES_MAX
    assert clock.perf_counter() - began < 2


WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)


@st.composite
def sane_rules(draw: st.DrawFn) -> str:
    """Rules as calendar programs write them."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts.append("BYDAY=" + ",".join(draw(WEEKDAYS)))
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if frequency == "MONTHLY":
        parts.append(
            draw(st.sampled_from(["BYMONTHDAY=31", "BYMONTHDAY=-1", "BYDAY=2TU", "BYDAY=-1FR", "BYMONTHDAY=15"]))
        )
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 300))}")
    return ";".join(parts)


@settings(max_examples=60, deadline=None)
@given(sane_rules(), st.datetimes(datetime(2015, 1, 1), datetime(2026, 12, 31)))
def test_sane_rules_unfold_as_dateutil_has_them(rule: str, first: datetime) -> None:
    first = first.replace(microsecond=0)
    plain = islice(rrulestr(rule, dtstart=first), 20_000)
    ends = datetime.combine(WINDOW.end, datetime.max.time())
    wanted = []
    for moment in plain:
        if moment > ends:
            break
        if moment.date() >= WINDOW.start:
            wanted.append(moment.replace(tzinfo=BERLIN).astimezone(UTC))
    found = starts(rule, first.replace(tzinfo=BERLIN), "Europe/Berlin")
    assert found == sorted(set(wanted))[:OCCURRENCES_MAX]


ANY_RULE = st.text("FREQ=DAILYWKMONTH;INTERVALBYSETPOSUNTIL0123456789,-", max_size=60)
ANY_START = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
)


EARLIEST = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
LATEST = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))


@settings(max_examples=150, deadline=None)
@example("FREQ=YEARLY", EARLIEST, "Pacific/Kiritimati")
@example("FREQ=DAILY;COUNT=2", LATEST, "Europe/Berlin")
@example("FREQ=DAILY;COUNT=2", date(9999, 12, 31), "")
@example("FREQ=DAILY;UNTIL=00010101T000000Z", datetime(2026, 1, 1, tzinfo=UTC), "America/New_York")
@given(ANY_RULE | sane_rules(), ANY_START | st.dates(), st.sampled_from(["", "Europe/Berlin", "Pacific/Kiritimati"]))
def test_nothing_a_calendar_holds_raises(rule: str, start: datetime | date, zone: str) -> None:
    event = series(rule, start, zone, end=start, exdates=(start,), rdates=(date(2026, 1, 1), start))
    found = occurrences(event, WINDOW)
    assert len(found) <= OCCURRENCES_MAX + 2
    assert len({one.original for one in found}) == len(found)
