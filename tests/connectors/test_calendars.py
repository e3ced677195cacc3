"""Calendar files as hostile or broken as programs make them (RFC 5545)."""

from __future__ import annotations

import builtins
import io
import os
import tracemalloc
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.components import Component, ComponentReader
from connectors.contentline import LINE_MAX, Utf8, logical_lines
from connectors.icalendar import CALENDAR_PROPERTIES, EVENT_PROPERTIES, ZONE_PROPERTIES, Calendar, event_of
from interactions.items import NAME_MAX, PEOPLE_MAX, TEXT_MAX, Attendee, Event, Mailbox, Unreadable
from tests.connectors.limits import answers_in_time

WANTED = {"VEVENT": EVENT_PROPERTIES, "VTIMEZONE": ZONE_PROPERTIES, "": CALENDAR_PROPERTIES}
START = "DTSTART:20240105T100000Z"


def items(text: str | bytes) -> list[Event | Unreadable]:
    """Everything a calendar file yields, in time."""
    data = text if isinstance(text, bytes) else text.encode()
    calendar, found = Calendar("a.ics"), []
    with answers_in_time():
        for part in ComponentReader(Utf8(io.BytesIO(data)), WANTED, frozenset({"VTIMEZONE"})):
            if not isinstance(part, Component):
                calendar.take(part)
            elif part.name == "VTIMEZONE":
                calendar.zones.learn(part)
            else:
                found.append(event_of(part, calendar))
    for item in found:
        repr(item).encode("utf-8")
    return found


def file_of(*lines: str, before: str = "") -> str:
    """A calendar with one event."""
    body = "\r\n".join(("BEGIN:VEVENT", "UID:u1", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{before}{body}\r\nEND:VCALENDAR\r\n"


def event(*lines: str, before: str = "") -> Event:
    """The one event of a calendar."""
    (found,) = items(file_of(*lines, before=before))
    assert isinstance(found, Event), found
    for moment in (found.start, found.end, found.updated, *found.rdates, *found.exdates):
        assert not isinstance(moment, datetime) or moment.utcoffset() is not None
    return found


def refused(*lines: str) -> Unreadable:
    """The reason that stands for the one event of a calendar."""
    (found,) = items(file_of(*lines))
    assert isinstance(found, Unreadable), found
    assert found.reason.endswith(".")
    assert found.place == "a.ics, line 3"
    return found


def test_an_ordinary_meeting_is_read_whole() -> None:
    found = event(
        "DTSTART;TZID=Europe/Berlin:20240105T100000",
        "DTEND;TZID=Europe/Berlin:20240105T110000",
        "SUMMARY:Allotment\\, plan \\n and",
        "  seeds",
        "LOCATION:Shed",
        "ORGANIZER;CN=Ann:mailto:ann@example.org",
        'ATTENDEE;PARTSTAT=ACCEPTED;CUTYPE=INDIVIDUAL;ROLE=CHAIR;CN="B, Bob":MAILTO:bob@example.org',
        "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org",
        "RRULE:FREQ=WEEKLY;UNTIL=20240301T100000;BYDAY=FR",
        "EXDATE;TZID=Europe/Berlin:20240112T100000",
        "STATUS:TENTATIVE",
        "CLASS:CONFIDENTIAL",
        "TRANSP:TRANSPARENT",
        "SEQUENCE:3",
        "LAST-MODIFIED:20240101T000000Z",
        before="X-WR-CALNAME:Garden\r\n",
    )
    assert (found.id, found.uid, found.calendar) == ("a.ics/u1", "u1", "Garden")
    assert (found.start, found.end) == (datetime(2024, 1, 5, 9, tzinfo=UTC), datetime(2024, 1, 5, 10, tzinfo=UTC))
    assert (found.timezone, found.summary, found.location) == ("Europe/Berlin", "Allotment, plan and seeds", "Shed")
    assert found.organizer == Mailbox("ann@example.org", "Ann")
    assert found.attendees == (
        Attendee(Mailbox("bob@example.org", "B, Bob"), "accepted", "individual", "chair"),
        Attendee(Mailbox("room@example.org"), "", "room"),
    )
    assert found.rrule == "FREQ=WEEKLY;UNTIL=20240301T090000Z;BYDAY=FR"
    assert found.exdates == (datetime(2024, 1, 12, 9, tzinfo=UTC),)
    assert (found.status, found.visibility, found.transparent) == ("tentative", "confidential", True)
    assert (found.sequence, found.updated, found.guests) == (3, datetime(2024, 1, 1, tzinfo=UTC), 2)
    assert found.flags == ()


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6;BYMINUTE=0,1,2,3",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=300",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=x",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 500),
        "RSCALE=HEBREW;FREQ=YEARLY",
        "MP1 1+ WE #0",
    ],
)
def test_a_rule_that_may_take_long_to_work_out_is_not_kept(rule: str) -> None:
    found = event(START, f"RRULE:{rule}")
    assert (found.rrule, found.flags) == ("", ("not-expanded",))


def test_a_daily_rule_from_long_before_our_time_is_not_kept() -> None:
    assert event("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY").flags == ("not-expanded",)
    assert event("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY").flags == ("not-expanded",)


def test_an_interval_of_nothing_is_refused() -> None:
    assert "interval" in refused(START, "RRULE:FREQ=DAILY;INTERVAL=0").reason


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("freq=weekly; byday=mo, tu", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        ("FREQ=DAILY;UNTIL=20240301", "FREQ=DAILY;UNTIL=20240301T235959Z"),
    ],
)
def test_everyday_rules_are_kept(rule: str, kept: str) -> None:
    assert event(START, f"RRULE:{rule}").rrule == kept


def test_of_two_hundred_thousand_attendees_a_thousand_are_kept_and_all_counted() -> None:
    lines = "\r\n".join(f"ATTENDEE:mailto:a{n}@b.cc" for n in range(200_000))
    found = event(START, lines)
    assert (len(found.attendees), found.guests, found.flags) == (PEOPLE_MAX, 200_000, ("capped",))


def test_of_many_dates_a_thousand_are_kept() -> None:
    dates = ",".join(
        f"2024{1 + n // 28 % 12:02}{1 + n % 28:02}T{n % 24:02}{n // 336 % 60:02}00Z" for n in range(20_000)
    )
    found = event(START, f"RDATE:{dates}", "EXDATE:" + "20240105T100000Z," * 60_000)
    assert len(found.rdates) == 1_000
    assert found.exdates == (datetime(2024, 1, 5, 10, tzinfo=UTC),)
    assert found.flags == ("capped",)


def test_alarms_are_passed_over() -> None:
    alarm = ("BEGIN:VALARM", "REPEAT:2147483647", "SUMMARY:no", "ATTENDEE:mailto:no@b.cc", "END:VALARM")
    found = event(*alarm, START, *alarm, "SUMMARY:yes")
    assert (found.summary, found.attendees) == ("yes", ())


def test_thousands_of_nested_components_are_refused() -> None:
    deep = [f"BEGIN:X{n}" for n in range(3_000)] + [f"END:X{n}" for n in reversed(range(3_000))]
    assert "nested" in refused(START, *deep).reason


def test_a_property_of_megabytes_is_passed_over() -> None:
    found = event("DESCRIPTION:" + "x" * 3_000_000, "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "A" * 3_000_000, START)
    assert "xxx" not in repr(found)


def test_a_line_without_an_end_is_read_in_constant_memory() -> None:
    lines = io.BytesIO(b"SUMMARY:" + b"x" * 100_000_000)
    tracemalloc.start()
    (line,) = logical_lines(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (line.cut, len(line.text)) == (True, LINE_MAX)
    assert peak < 4 << 20


def test_an_event_of_more_than_a_megabyte_of_kept_text_is_refused() -> None:
    attendees = [f'ATTENDEE;CN="{"n" * 60_000}":mailto:a{n}@b.cc' for n in range(20)]
    assert "1 MB" in refused(START, *attendees).reason


@pytest.mark.parametrize(
    "tzid", ["../../etc/passwd", "/etc/passwd", "Nowhere/Middle", "\x01", "x" * 10_000, "..", "a/b/c/d"]
)
def test_an_unknown_zone_is_utc_with_a_flag_and_opens_no_file(tzid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    event("DTSTART;TZID=Europe/Berlin:20240105T100000")
    opened: list[object] = []

    def record(*args: Any, **options: Any) -> Any:
        opened.append(args[0])
        raise AssertionError(args[0])

    monkeypatch.setattr(builtins, "open", record)
    monkeypatch.setattr(io, "open", record)
    monkeypatch.setattr(os, "open", record)
    found = event(f'DTSTART;TZID="{tzid}":20240105T100000')
    monkeypatch.undo()
    assert (found.start, found.timezone, found.flags) == (datetime(2024, 1, 5, 10, tzinfo=UTC), "", ("timezone",))
    assert opened == []


def test_a_zone_with_a_rule_for_every_second_is_read_by_its_offset() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Odd\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=SECONDLY\r\n"
    found = event(
        "DTSTART;TZID=Odd:20240705T100000",
        before=zone + "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n",
    )
    assert (found.start, found.timezone, found.flags) == (
        datetime(2024, 7, 5, 9, tzinfo=UTC),
        "Etc/GMT-1",
        ("timezone",),
    )


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Olson_20011030_5/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Europe_Berlin", "Europe/Berlin"),
        ("UTC", ""),
    ],
)
def test_zones_are_known_by_the_names_programs_give_them(tzid: str, name: str) -> None:
    found = event(f'DTSTART;TZID="{tzid}":20240105T100000')
    assert (found.timezone, found.flags) == (name, ())


def test_a_zone_is_known_by_where_its_definition_says_it_lies() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nX-LIC-LOCATION:Europe/Berlin\r\nEND:VTIMEZONE\r\n"
    assert event("DTSTART;TZID=Mine:20240705T100000", before=zone).timezone == "Europe/Berlin"


def test_a_time_without_a_zone_is_the_calendars_or_flagged() -> None:
    assert event("DTSTART:20240105T100000").flags == ("floating",)
    found = event("DTSTART:20240105T100000", before="X-WR-TIMEZONE:Asia/Tokyo\r\n")
    assert (found.start, found.timezone, found.flags) == (datetime(2024, 1, 5, 1, tzinfo=UTC), "Asia/Tokyo", ())


def test_an_end_before_the_start_is_left_out() -> None:
    found = event(START, "DTEND:20240105T090000Z")
    assert (found.end, found.flags) == (None, ("end-before-start",))
    assert event(START, "DURATION:-PT1H").flags == ("end-before-start",)


def test_a_meeting_of_a_hundred_years_is_kept() -> None:
    assert event(START, "DTEND:21240105T090000Z").end == datetime(2124, 1, 5, 9, tzinfo=UTC)
    assert event(START, "DURATION:P36500D").end == datetime(2123, 12, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART:00000101T000000Z",
        "DTSTART:20240230",
        "DTSTART:20240105T250000Z",
        "DTSTART:soon",
        "DTSTART:",
        "DTSTART;TZID=Asia/Tokyo:00010101T000000",
        "DTSTART:99999999",
    ],
)
def test_a_start_on_no_day_of_any_calendar_is_refused(start: str) -> None:
    assert "no date" in refused(start).reason


def test_an_event_without_a_start_is_refused() -> None:
    assert refused("SUMMARY:x").reason == "It has no start."


def test_an_end_beyond_all_calendars_is_refused() -> None:
    assert "no date" in refused(START, "DTEND:20241399").reason
    assert "no date" in refused("DTSTART:99991231T000000Z", "DURATION:P9W").reason


def test_all_day_events_over_a_change_of_clocks_stay_dates() -> None:
    found = event(
        "DTSTART;VALUE=DATE:20240330", "DTEND;VALUE=DATE:20240402", "RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z"
    )
    assert (found.start, found.end, found.timezone) == (date(2024, 3, 30), date(2024, 4, 2), "")
    assert found.rrule == "FREQ=YEARLY;UNTIL=20300101"


@pytest.mark.parametrize(
    "value", ["mailto:javascript:alert(1)", "javascript:alert(1)", "file:///etc/passwd", "mailto:", "x"]
)
def test_an_attendee_without_a_mail_address_is_counted_not_kept(value: str) -> None:
    found = event(START, f"ATTENDEE:{value}", f"URL:{value}", f"ATTACH:{value}")
    assert (found.attendees, found.guests) == ((), 1)
    assert "javascript" not in repr(found)


def test_a_name_with_line_breaks_or_of_ten_kilobytes_is_one_short_line() -> None:
    found = event(
        START, f'ATTENDEE;CN="a^nBcc: x{"n" * 10_000}":mailto:a@b.cc', "SUMMARY:a\\nb\\r\x1b[31m" + "s" * 9_000
    )
    assert found.attendees[0].mailbox.name.startswith("a Bcc: xnnn")
    assert len(found.attendees[0].mailbox.name) == NAME_MAX
    assert found.summary.isprintable()
    assert len(found.summary) == TEXT_MAX


def test_a_line_break_in_an_address_makes_it_none() -> None:
    assert event(START, "ATTENDEE:mailto:a%0D%0ABcc:x@b.cc").attendees == ()


def test_the_same_uid_in_another_calendar_is_another_item() -> None:
    one = event(START)
    other = Calendar("b.ics")
    parts = [p for p in ComponentReader(io.BytesIO(file_of(START).encode()), WANTED) if isinstance(p, Component)]
    two = event_of(parts[0], other)
    assert isinstance(two, Event)
    assert (one.uid, one.id, two.id) == (two.uid, "a.ics/u1", "b.ics/u1")


def test_a_cancelling_message_cancels_its_own_item_only() -> None:
    found = event("RECURRENCE-ID:20240105T100000Z", "SEQUENCE:99999999999", before="METHOD:CANCEL\r\n")
    assert (found.id, found.status) == ("a.ics/u1/20240105T100000Z", "cancelled")
    assert (found.start, found.sequence) == (datetime(2024, 1, 5, 10, tzinfo=UTC), 0)


def test_descriptions_and_conference_data_are_not_kept() -> None:
    found = event(
        START,
        "DESCRIPTION:canary <b>x</b>",
        "X-ALT-DESC;FMTTYPE=text/html:canary",
        "COMMENT:canary",
        "CONFERENCE;VALUE=URI:https://canary",
        "X-GOOGLE-CONFERENCE:https://canary",
        "ATTACH:https://canary",
        "CONTACT:canary",
    )
    assert "canary" not in repr(found)


def test_a_changed_occurrence_has_an_id_of_its_own() -> None:
    assert event(START, "RECURRENCE-ID;VALUE=DATE:20240105").id == "a.ics/u1/20240105"


def test_an_event_without_a_uid_goes_by_its_content() -> None:
    one, again, other = (items(file_of(START, f"SUMMARY:{x}").replace("UID:u1\r\n", ""))[0] for x in ("a", "a", "b"))
    assert one.id == again.id != other.id
    assert one.id.startswith("a.ics/hash-")


def test_out_of_office_and_birthdays_are_told() -> None:
    assert event(START, "X-MICROSOFT-CDO-BUSYSTATUS:OOF").event_type == "out-of-office"
    assert event(START, before="X-WR-CALNAME:Contacts' birthdays and events\r\n").event_type == "birthday"
    assert event(START, "CATEGORIES:Birthday").event_type == "birthday"
    assert event(START, before="X-WR-CALNAME:Birthday party planning\r\n").event_type == "default"


def test_an_unknown_class_is_private() -> None:
    assert event(START, "CLASS:X-SECRET").visibility == "private"


def test_a_broken_event_does_not_cost_the_next() -> None:
    good = f"BEGIN:VEVENT\nUID:2\n{START}\nEND:VEVENT\n"
    found = items(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nno colon\n{good}{good.replace('UID:2', 'UID:3')}END:VCALENDAR\n"
    )
    assert [type(item).__name__ for item in found] == ["Unreadable", "Event", "Event"]
    assert [item.id for item in found] == ["a.ics/1", "a.ics/2", "a.ics/3"]


def test_tasks_and_journals_are_no_events() -> None:
    assert (
        items("BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nDTSTART:20240105\nEND:VTODO\nBEGIN:VFREEBUSY\nEND:VFREEBUSY\n")
        == []
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(newline: str) -> None:
    (found,) = items(file_of(START, "SUMMARY:a", " b").replace("\r\n", newline))
    assert isinstance(found, Event)
    assert found.summary == "ab"


def test_a_character_cut_by_a_fold_is_whole() -> None:
    data = file_of(START, "SUMMARY:caf#").encode().replace(b"#", b"\xc3\r\n \xa9")
    (found,) = items(data)
    assert isinstance(found, Event)
    assert found.summary == "café"


LINES = st.one_of(
    st.sampled_from(
        ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VTIMEZONE", "END:VTIMEZONE"]
    ),
    st.builds(
        lambda name, rest: f"{name}{rest}",
        st.sampled_from(
            ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "UID", "ATTENDEE", "SUMMARY", "TZID", "SEQUENCE"]
        ),
        st.one_of(
            st.text(';:=",\\^ TZDPWMHS0123456789FREQINTERVALUCOYDBMN\t', max_size=60),
            st.sampled_from(
                [":20240101", ";TZID=x:20240101T000000", ":FREQ=DAILY;INTERVAL=1", ":P1D", ";VALUE=DATE:20240101"]
            ),
        ),
    ),
    st.text(max_size=40),
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(LINES, max_size=14).map(lambda lines: "\r\n".join(lines).encode("utf-8", "replace")),
    )
)
def test_arbitrary_bytes_give_events_or_reasons(data: bytes) -> None:
    for item in items(b"BEGIN:VEVENT\r\n" + data):
        assert isinstance(item, Event | Unreadable)
