"""Google Calendar read by sync token (Calendar API guides, "Synchronize resources efficiently"; RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from interactions.items import Event
from interactions.store.database import Database
from tests.workers.google import ANN, World, world

CAL = "google.calendar"
BOB = "bob@choir.example"
TEAM = "team@group.calendar.google.com"
Json = dict[str, Any]


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[World]:
    with world(db, tmp_path, redis_url) as made:
        with db.writing() as conn:
            conn.execute(text("UPDATE owners SET horizon = '2026-11-20'"))
        yield made


def at(day: int, hour: int = 10) -> Json:
    """A time in November 2026, in Berlin's winter time."""
    return {"dateTime": f"2026-11-{day:02}T{hour:02}:00:00+01:00", "timeZone": "Europe/Berlin"}


def event(id: str, day: int = 2, *, guests: tuple[str, ...] = (BOB,), **more: Any) -> Json:
    """A meeting that Ann organizes."""
    people = [{"email": ANN, "self": True, "organizer": True, "responseStatus": "accepted"}]
    people += [{"email": one, "responseStatus": "accepted", "displayName": one.split("@")[0]} for one in guests]
    return {
        "id": id, "status": "confirmed", "iCalUID": f"{id}@google.com", "summary": f"Meeting {id}", "start": at(day),
        "end": at(day, 11), "organizer": {"email": ANN, "self": True}, "attendees": people, "eventType": "default",
        "sequence": 0, "updated": "2026-11-01T00:00:00.000Z", **more,
    }  # fmt: skip


def put(here: World, *events: Json, calendar: str = ANN) -> None:
    for one in events:
        here.account.calendars.put(calendar, one)


def weekly(id: str = "series") -> Json:
    return event(id, 2, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])


def starts(here: World) -> list[str]:
    """When the interactions of the log begin, UTC."""
    with here.db.reading() as conn:
        rows = conn.execute(text("SELECT at FROM interactions ORDER BY at")).scalars()
        return [f"{datetime.fromtimestamp(at, UTC):%d %H:%M}" for at in rows]


def test_meetings_come_into_the_log_and_what_is_never_read_does_not(here: World) -> None:
    put(here, event("one", description="secret", conferenceData={"notes": "secret"}, hangoutLink="https://secret"))
    here.pull(CAL)
    assert here.log() == [("meeting", "both", "Meeting one")]
    with here.db.reading() as conn:
        assert "secret" not in "".join(conn.execute(text("SELECT body FROM payloads")).scalars())


def test_an_empty_page_with_a_token_is_paged_past(here: World) -> None:
    put(here, *(event(f"e{number}") for number in range(5)))
    here.google.faults.add("empty", "calendar.events", count=1)
    here.pull(CAL)
    assert len(here.live(CAL)) == 5


def test_a_listing_of_many_pages_is_whole(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, page_items=3) as here:
        put(here, *(event(f"e{number}", 1 + number) for number in range(10)))
        here.pull(CAL)
        assert len(here.live(CAL)) == 10
        put(here, event("e3", 28), event("new", 27))
        here.look(CAL)
        assert len(here.live(CAL)) == 11


def test_a_dead_token_means_a_listing_that_removes_what_is_gone(here: World) -> None:
    put(here, event("a"), event("b", 3))
    here.pull(CAL)
    book = here.account.calendars.books[ANN]
    del book.events["a"], book.changed["a"]
    put(here, event("c", 4))
    here.account.calendars.forget_sync_tokens()
    here.look(CAL)
    assert here.live(CAL) == {f"{ANN}/b", f"{ANN}/c"}
    assert [title for _, _, title in here.log()] == ["Meeting b", "Meeting c"]


def test_a_request_with_a_sync_token_has_the_same_parameters_and_no_others(here: World) -> None:
    put(here, event("a"))
    here.pull(CAL)
    here.look(CAL)
    lines = [one for one in here.google.recording.copy() if one.path.endswith("/events")]
    assert len(lines) == 2
    words = [{name: value for name, value in one.query.items() if name != "syncToken"} for one in lines]
    assert words[0] == words[1]
    assert not {"timeMin", "timeMax", "orderBy", "q", "updatedMin", "showDeleted", "maxAttendees"} & words[0].keys()


def test_a_cancelled_occurrence_falls_and_the_others_stay(here: World) -> None:
    put(here, weekly())
    here.pull(CAL)
    assert starts(here) == ["02 09:00", "09 09:00", "16 09:00", "23 09:00"]
    here.account.calendars.cancel_occurrence(ANN, "series", at(9))
    here.look(CAL)
    assert starts(here) == ["02 09:00", "16 09:00", "23 09:00"]


def test_a_cancelled_occurrence_of_which_only_its_id_is_told_is_understood_in_a_first_listing(here: World) -> None:
    put(here, weekly())
    here.account.calendars.cancel_occurrence(ANN, "series", at(9))
    # The exception stands before its series.
    book = here.account.calendars.books[ANN]
    book.events = dict(reversed(book.events.items()))
    here.pull(CAL)
    assert starts(here) == ["02 09:00", "16 09:00", "23 09:00"]


def test_a_deleted_series_goes_with_its_exceptions_and_an_undeleted_one_comes_back(here: World) -> None:
    put(here, weekly())
    here.account.calendars.move_occurrence(ANN, "series", at(9), at(10, 15), at(10, 16))
    here.pull(CAL)
    assert starts(here) == ["02 09:00", "10 14:00", "16 09:00", "23 09:00"]
    here.account.calendars.delete(ANN, "series")
    here.look(CAL)
    assert starts(here) == []
    here.account.calendars.undelete(ANN, "series")
    here.look(CAL)
    assert starts(here) == ["02 09:00", "10 14:00", "16 09:00", "23 09:00"]


def test_a_moved_occurrence_is_one_meeting_however_often_it_moves(here: World) -> None:
    put(here, weekly())
    here.pull(CAL)
    for hour in (12, 14, 16):
        here.account.calendars.move_occurrence(ANN, "series", at(9), at(9, hour), at(9, hour + 1))
        here.look(CAL)
    assert starts(here) == ["02 09:00", "09 15:00", "16 09:00", "23 09:00"]


def test_one_meeting_in_two_calendars_is_one_interaction(here: World) -> None:
    here.account.calendars.add_calendar(TEAM, "Team", "owner")
    put(here, event("one"))
    put(here, event("other", iCalUID="one@google.com"), calendar=TEAM)
    here.pull(CAL)
    assert len(here.live(CAL)) == 2
    assert len(here.log()) == 1


def test_guests_that_google_leaves_out_stay(here: World) -> None:
    put(here, event("one", guests=(BOB, "carla@sea.example")))
    here.pull(CAL)
    less = event("one", guests=(), attendeesOmitted=True)
    put(here, less)
    here.look(CAL)
    kept = here.item(f"{ANN}/one")
    assert isinstance(kept, Event)
    assert {one.mailbox.address for one in kept.attendees} == {ANN, BOB, "carla@sea.example"}


def test_rooms_group_calendars_and_marked_days_are_nobody(here: World) -> None:
    room = {"email": "c_1@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"}
    put(
        here,
        event("room", attendees=[{"email": ANN, "self": True, "responseStatus": "accepted"}, room]),
        event("birthday", guests=(), eventType="birthday"),
        event("focus", eventType="focusTime"),
        event("away", eventType="outOfOffice"),
        event("place", eventType="workingLocation"),
        event("group", guests=(), organizer={"email": TEAM}),
    )
    here.pull(CAL)
    assert here.log() == []
    assert here.states(CAL)[f"{ANN}/birthday"] == "dropped"


def test_private_events_leave_nothing_but_that_they_were_there(here: World) -> None:
    put(here, event("one", visibility="private"), event("two", visibility="confidential"))
    here.pull(CAL)
    with here.db.reading() as conn:
        assert conn.execute(text("SELECT count(*) FROM payloads")).scalar_one() == 0


def test_whole_days_stay_days_over_a_change_of_clocks(here: World) -> None:
    put(here, event("days", start={"date": "2026-10-24"}, end={"date": "2026-10-26"}))
    here.pull(CAL)
    kept = here.item(f"{ANN}/days")
    assert isinstance(kept, Event)
    assert (str(kept.start), str(kept.end)) == ("2026-10-24", "2026-10-26")
    with here.db.reading() as conn:
        row = conn.execute(text("SELECT all_day, at FROM interactions")).one()
        assert bool(row[0])
        assert row[1] == int(datetime(2026, 10, 24, tzinfo=UTC).timestamp())


def test_a_series_keeps_its_hour_over_a_change_of_clocks(here: World) -> None:
    start = {"dateTime": "2026-10-19T10:00:00+02:00", "timeZone": "Europe/Berlin"}
    end = {"dateTime": "2026-10-19T11:00:00+02:00", "timeZone": "Europe/Berlin"}
    put(here, event("s", start=start, end=end, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"]))
    here.pull(CAL)
    assert starts(here) == ["19 08:00", "26 09:00"]


@pytest.mark.parametrize("how", ["remove", "lose"])
def test_a_calendar_that_is_left_takes_its_events_and_no_others(here: World, how: str) -> None:
    calendars = here.account.calendars
    calendars.add_calendar(TEAM, "Team", "owner")
    put(here, event("mine"))
    put(here, event("theirs", 3), calendar=TEAM)
    here.pull(CAL)
    assert len(here.log()) == 2
    calendars.remove_calendar(TEAM) if how == "remove" else calendars.lose(TEAM)
    here.look(CAL)
    assert here.live(CAL) == {f"{ANN}/mine"}
    assert here.stream(CAL).state == "done"
    if how == "lose":
        calendars.lost.clear()
        here.look(CAL)
        assert here.live(CAL) == {f"{ANN}/mine", f"{TEAM}/theirs"}


def test_a_list_of_no_calendars_at_all_is_not_believed(here: World) -> None:
    put(here, event("mine"))
    here.pull(CAL)
    book = here.account.calendars.books.pop(ANN)
    here.look(CAL)
    assert len(here.log()) == 1
    assert here.stream(CAL).state == "failing"
    here.account.calendars.books[ANN] = book
    here.look(CAL)
    assert here.stream(CAL).state == "done"


def test_a_series_without_end_has_a_bounded_number_of_rows(here: World) -> None:
    put(here, event("daily", recurrence=["RRULE:FREQ=DAILY"]))
    here.pull(CAL)
    assert len(here.live(CAL)) == 1
    assert 300 < len(starts(here)) < 500


@pytest.mark.parametrize(
    "rule", ["RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;INTERVAL=0", "RRULE:nonsense", "EXDATE:20261102T090000Z", "X-Y"]
)
def test_an_odd_recurrence_costs_only_itself(here: World, rule: str) -> None:
    put(here, event("odd", recurrence=[rule]), event("fine", 3))
    here.pull(CAL)
    assert "Meeting fine" in [title for _, _, title in here.log()]
    assert here.stream(CAL).state == "done"


@pytest.mark.parametrize(
    "broken",
    [
        {"start": {"dateTime": "yesterday"}}, {"start": 7}, {"attendees": {"email": 1}}, {"sequence": "many"},
        {"start": {}}, {"summary": None},
    ],
)  # fmt: skip
def test_an_event_in_no_known_form_is_set_aside_and_the_page_goes_on(here: World, broken: Json) -> None:
    put(here, {**event("broken"), **broken}, event("fine", 3))
    here.pull(CAL)
    assert [title for _, _, title in here.log()] == ["Meeting fine"]
    assert sorted(here.states(CAL).values()) == ["kept", "quarantined"]


def test_of_anothers_calendar_only_what_the_owner_is_a_guest_of_counts(here: World) -> None:
    here.account.calendars.add_calendar(TEAM, "Team", "reader")
    theirs = {"email": BOB, "self": True, "responseStatus": "accepted"}
    other = {"email": "carla@sea.example", "responseStatus": "accepted"}
    mine = {"email": ANN, "responseStatus": "accepted"}
    put(here, event("without", 4, attendees=[theirs, other], organizer={"email": BOB, "self": True}), calendar=TEAM)
    put(here, event("with", 5, attendees=[theirs, other, mine], organizer={"email": BOB}), calendar=TEAM)
    here.pull(CAL)
    assert here.log() == [], "not read unless chosen"
    with here.db.writing() as conn:
        conn.execute(text("UPDATE containers SET included = true"))
    here.look(CAL)
    assert [title for _, _, title in here.log()] == ["Meeting with"]


def test_a_calendar_of_free_and_busy_alone_is_not_asked_for_events(here: World) -> None:
    here.account.calendars.add_calendar(TEAM, "Team", "freeBusyReader")
    put(here, event("mine"))
    here.pull(CAL)
    assert len(here.log()) == 1
    assert here.stream(CAL).state == "done"


def test_an_events_change_while_it_is_listed_is_not_missed(
    db: Database, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import workers.reading

    with world(db, tmp_path, redis_url, page_items=3) as here:
        put(here, *(event(f"e{number}", 1 + number) for number in range(9)))
        real = workers.reading.pages.save_page
        calls = iter(range(100))

        def changing(*args: object) -> object:
            if next(calls) == 1:
                put(here, event("e0", 28, summary="Changed"))
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(workers.reading.pages, "save_page", changing)
        here.pull(CAL)
        here.look(CAL)
        assert "Changed" in [title for _, _, title in here.log()]


def test_a_planned_meeting_is_in_the_log_before_it_is_held(here: World) -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    start = {"dateTime": soon.isoformat(timespec="seconds")}
    put(here, event("soon", start=start, end=start))
    here.pull(CAL)
    assert here.log() == [("meeting", "both", "Meeting soon")]
