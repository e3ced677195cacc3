"""The calendars as written, expanded by a library that knows nothing of this one, against the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

Properties = dict[str, list[tuple[str, str]]]


def _events(text: str) -> Iterator[Properties]:
    """Every VEVENT: name → [(parameters, value)]."""
    lines = text.replace("\r\n ", "").split("\r\n")
    event: Properties | None = None
    for line in lines:
        if line == "BEGIN:VEVENT":
            event = defaultdict(list)
        elif line == "END:VEVENT" and event is not None:
            yield event
            event = None
        elif event is not None:
            head, _, value = line.partition(":")
            name, _, parameters = head.partition(";")
            event[name].append((parameters, value))


def _time(parameters: str, value: str) -> datetime | date:
    if "VALUE=DATE" in parameters:
        return datetime.strptime(value, "%Y%m%d").date()
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(parameters.removeprefix("TZID=")))


def _told(when: datetime | date) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(when, datetime) else when.isoformat()


@pytest.fixture(scope="module")
def calendars(archive: Path) -> dict[str, list[Properties]]:
    folder = archive / "Takeout/Calendar"
    return {file.stem: list(_events(file.read_bytes().decode())) for file in folder.glob("*.ics")}


def _expanded(event: Properties, until: str) -> set[str]:
    start = _time(*event["DTSTART"][0])
    if "RRULE" not in event:
        return {_told(start)}
    rule, all_day = event["RRULE"][0][1], not isinstance(start, datetime)
    # An all-day date is walked through as a time without zone and comes back as a date.
    first = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
    limit = datetime.fromisoformat(until.replace("Z", "+00:00"))
    found = set()
    for moment in rrulestr(rule, dtstart=first):
        if (moment.replace(tzinfo=UTC) if all_day else moment) >= limit:
            break
        found.add(_told(moment.date() if all_day else moment))
    return found


def test_every_occurrence_of_every_file_is_in_the_truth_and_the_reverse(
    calendars: dict[str, list[Properties]], told: dict[str, Any]
) -> None:
    written = defaultdict(set)
    for name, events in calendars.items():
        for event in events:
            if "RECURRENCE-ID" not in event:
                for original in _expanded(event, told["window"]["end"]):
                    written[event["UID"][0][1], original].add(name)
    assert len(told["occurrences"]) == len(written)
    for one in told["occurrences"]:
        assert written[one["uid"], one["original"]] == set(one["calendars"])


def test_every_changed_occurrence_stands_for_one_that_is_there(
    calendars: dict[str, list[Properties]], told: dict[str, Any]
) -> None:
    known = {(one["uid"], one["original"]): one for one in told["occurrences"]}
    changed = [event for events in calendars.values() for event in events if "RECURRENCE-ID" in event]
    assert len(changed) >= 20
    for event in changed:
        one = known[event["UID"][0][1], _told(_time(*event["RECURRENCE-ID"][0]))]
        assert one["start"] == _told(_time(*event["DTSTART"][0]))
        if event["STATUS"][0][1] == "CANCELLED":
            assert one["reason"] == "cancelled"
    assert sum(one["start"] != one["original"] for one in told["occurrences"]) >= 12


def test_left_out_occurrences_are_cancelled(calendars: dict[str, list[Properties]], told: dict[str, Any]) -> None:
    reasons = {(one["uid"], one["original"]): one["reason"] for one in told["occurrences"]}
    gone = [
        reasons[event["UID"][0][1], _told(_time(*value))]
        for events in calendars.values()
        for event in events
        for value in event.get("EXDATE", [])
    ]
    assert len(gone) >= 5
    assert set(gone) == {"cancelled"}


def test_a_meeting_in_two_calendars_is_one(told: dict[str, Any]) -> None:
    keys = [(one["uid"], one["original"]) for one in told["occurrences"]]
    assert len(keys) == len(set(keys))
    assert sum(len(one["calendars"]) == 2 and one["in_log"] for one in told["occurrences"]) >= 5


def test_a_series_keeps_its_wall_clock_when_the_clocks_change(told: dict[str, Any]) -> None:
    weekly = defaultdict(set)
    for one in told["occurrences"]:
        if "T" in one["original"]:
            weekly[one["uid"]].add(one["original"][11:])
    assert sum(len(times) == 2 for times in weekly.values()) >= 4


def test_an_evening_spans_the_end_of_summer_time(calendars: dict[str, list[Properties]]) -> None:
    spans = [
        (_time(*event["DTSTART"][0]), _time(*event["DTEND"][0]))
        for event in calendars["Nora Brandt"]
        if event["DTSTART"][0][0].startswith("TZID")
    ]
    shifted = [
        (start, end)
        for start, end in spans
        if isinstance(start, datetime) and isinstance(end, datetime) and start.utcoffset() != end.utcoffset()
    ]
    assert len(shifted) == 1


def test_every_zone_named_is_defined(archive: Path) -> None:
    """RFC 5545 §3.2.19: a TZID needs its VTIMEZONE in the same object."""
    for file in (archive / "Takeout/Calendar").glob("*.ics"):
        text = file.read_bytes().decode().replace("\r\n ", "")
        named = {line.split("TZID=")[1].split(":")[0] for line in text.split("\r\n") if ";TZID=" in line}
        defined = {line.removeprefix("TZID:") for line in text.split("\r\n") if line.startswith("TZID:")}
        assert named == defined


def test_planned_meetings_lie_ahead_and_end_within_a_year(told: dict[str, Any]) -> None:
    planned = [one for one in told["occurrences"] if one["planned"]]
    assert len(planned) == told["expected"]["planned"] > 50
    assert all(told["year"]["end"][:10] <= one["start"] <= told["window"]["end"] for one in planned)
    held = [one for one in told["occurrences"] if one["reason"] == "held"]
    assert all(one["start"] < told["year"]["end"] for one in held)


def test_everybody_counted_as_met_is_a_known_person(told: dict[str, Any]) -> None:
    ids = {one["id"] for one in told["people"]}
    for one in told["occurrences"]:
        assert set(one["people"]) | set(one["declined"]) <= ids
        assert not one["in_log"] or one["people"]


def test_the_window_is_five_years_back_and_one_ahead(told: dict[str, Any]) -> None:
    since, until = (datetime.fromisoformat(told["window"][key].replace("Z", "+00:00")) for key in ("start", "end"))
    assert timedelta(days=6 * 365) <= until - since <= timedelta(days=6 * 365 + 2)
