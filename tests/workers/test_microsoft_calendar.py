"""Calendars of a Microsoft account, year by year (learn.microsoft.com/graph/delta-query-events)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connectors.microsoft import calendar as calendar_module
from connectors.microsoft.global_id import uid_of
from interactions.items import Event
from interactions.queries.support import instant, supported
from interactions.schema import interactions
from interactions.store.database import Database
from sandbox.life import make_life
from sandbox.microsoft.global_id import global_id
from sandbox.microsoft.world import Microsoft
from sandbox.truth import write_truth
from tests.workers.microsoft import ANN, CALENDAR, MicrosoftWorld, world

BO = "bo@choir.example"
THIS = datetime.now(UTC).year


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[MicrosoftWorld]:
    with world(db, tmp_path, redis_url, page_items=20, microsoft_calendar_years=1) as made:
        yield made


def met(organizer: str = BO, guests: Sequence[str] = (ANN, BO), answer: str = "accepted") -> dict[str, Any]:
    return {
        "organizer": {"emailAddress": {"name": organizer.partition("@")[0].title(), "address": organizer}},
        "attendees": [
            {"emailAddress": {"name": one.partition("@")[0].title(), "address": one}, "type": "required",
             "status": {"response": "accepted"}}
            for one in guests if one != organizer
        ],
        "responseStatus": {"response": answer},
    }  # fmt: skip


def weekly(count: int = 6, day: int = 5) -> list[str]:
    first = datetime(THIS, 3, day, 9, tzinfo=UTC)
    return [(first + timedelta(weeks=number)).isoformat() for number in range(count)]


def starts(here: MicrosoftWorld) -> list[datetime]:
    with here.db.reading() as conn:
        found = conn.execute(select(interactions.c.at).order_by(interactions.c.at)).scalars()
        return [datetime.fromtimestamp(one, UTC) for one in found]


def test_the_whole_life_is_read_and_every_meeting_is_in_the_log(db: Database, tmp_path: Path, redis_url: str) -> None:
    microsoft, life = Microsoft(), make_life(1)
    microsoft.add_life(life)
    write_truth(life, tmp_path / "truth.json")
    truth = json.loads((tmp_path / "truth.json").read_text())
    with world(db, tmp_path, redis_url, microsoft) as here:
        here.pull(CALENDAR)
        found = supported(db, here.owner_id).meetings
        wanted = {(one["uid"], instant(one["start"])) for one in truth["occurrences"] if one["in_log"]}
        assert not {one for one in wanted - found if one[1] < datetime(THIS + 2, 1, 1, tzinfo=UTC).timestamp()}
        never = {(one["uid"], instant(one["start"])): one["reason"] for one in truth["occurrences"]
                 if not one["in_log"]}  # fmt: skip
        assert [never[one] for one in found & never.keys()] == []
        assert here.stream(CALENDAR).sentence == "up to date"
        assert microsoft.throttle.peak <= 4


def test_bare_occurrences_are_told_by_their_master_whether_it_comes_along_or_not(here: MicrosoftWorld) -> None:
    here.microsoft.masters_missing = True
    for number in range(25):
        here.account.calendars.put(f"Standup {number}", weekly()[0], 15, starts=weekly(2), **met())
    here.pull(CALENDAR)
    assert len(here.log()) == 50
    assert {title for _, _, title in here.log()} == {f"Standup {number}" for number in range(25)}
    assert 2 <= len(here.asked("$batch")) <= 5, "25 masters, those of a page in one request"
    assert not here.asked("instances")


def test_an_occurrence_that_is_deleted_vanishes_though_nothing_says_so(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    series = calendars.put("Standup", weekly()[0], 15, starts=weekly(), **met())
    here.pull(CALENDAR)
    assert len(here.log()) == 6
    calendars.delete_occurrence(series, weekly()[2])
    here.look(CALENDAR)
    assert len(here.log()) == 5
    assert datetime.fromisoformat(weekly()[2]) not in starts(here)


@pytest.mark.parametrize("alone", [False, True], ids=["with all of its series", "by itself"])
def test_a_moved_occurrence_is_the_same_meeting_at_another_time(here: MicrosoftWorld, alone: bool) -> None:
    here.microsoft.only_changed_occurrence = alone
    calendars = here.account.calendars
    series = calendars.put("Standup", weekly()[0], 15, starts=weekly(), **met())
    here.pull(CALENDAR)
    moved = datetime.fromisoformat(weekly()[1]) + timedelta(days=1)
    calendars.move_occurrence(series, weekly()[1], moved)
    here.look(CALENDAR)
    assert len(here.log()) == 6
    assert moved in starts(here)
    assert datetime.fromisoformat(weekly()[1]) not in starts(here)


def test_a_cancelled_occurrence_leaves_and_a_cancelled_meeting_too(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    series = calendars.put("Standup", weekly()[0], 15, starts=weekly(), **met())
    single = calendars.put("Lunch", weekly()[0], **met())
    here.pull(CALENDAR)
    assert len(here.log()) == 7
    calendars.cancel_occurrence(series, weekly()[0])
    calendars.update(single, isCancelled=True)
    here.look(CALENDAR)
    assert len(here.log()) == 5


@pytest.mark.parametrize("master_only", [False, True])
def test_a_deleted_series_takes_all_its_occurrences_along(here: MicrosoftWorld, master_only: bool) -> None:
    here.microsoft.only_master_removed = master_only
    calendars = here.account.calendars
    series = calendars.put("Standup", weekly()[0], 15, starts=weekly(), **met())
    kept = calendars.put("Lunch", weekly()[0], **met())
    here.pull(CALENDAR)
    calendars.delete(series)
    here.look(CALENDAR)
    assert [title for _, _, title in here.log()] == ["Lunch"]
    calendars.delete(kept)
    here.look(CALENDAR)
    assert here.log() == []


def test_what_is_said_to_be_gone_outside_the_window_changes_nothing_inside(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    calendars.put("Lunch", weekly()[0], **met())
    elsewhere = calendars.put("Long ago", f"{THIS - 9}-03-05T09:00:00+00:00", **met())
    here.pull(CALENDAR)
    calendars.delete(elsewhere)
    here.look(CALENDAR)
    assert [title for _, _, title in here.log()] == ["Lunch"]


def test_when_a_new_year_comes_its_window_is_opened_and_nothing_is_listed_again(
    here: MicrosoftWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendars = here.account.calendars
    for year in range(THIS - 1, THIS + 3):
        calendars.put(f"Party {year}", f"{year}-12-31T20:00:00+00:00", 600, **met())
    here.pull(CALENDAR)
    assert [title for _, _, title in here.log()] == [f"Party {year}" for year in range(THIS - 1, THIS + 2)]

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime(THIS + 1, 1, 1, 0, 5, tzinfo=UTC)

    monkeypatch.setattr(calendar_module, "datetime", Later)
    here.microsoft.recording.clear()
    here.look(CALENDAR)
    assert [title for _, _, title in here.log()] == [f"Party {year}" for year in range(THIS - 1, THIS + 3)]
    asked = [line for line in here.microsoft.recording.copy() if "calendarView" in line.path]
    fresh = [line.query["startDateTime"][0][:4] for line in asked if "startDateTime" in line.query]
    assert fresh == [str(THIS + 2)]
    assert len(here.states(CALENDAR)) == 7, "one that spans two years stands in both windows, and counts once"


def test_a_dead_link_lists_one_year_of_one_calendar_anew(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    kept, lost = (calendars.put(name, weekly()[0], **met()) for name in ("Kept", "Lost"))
    here.pull(CALENDAR)
    book = calendars.book()
    book.entries.pop(lost)
    here.microsoft.forget_tokens()
    here.look(CALENDAR)
    assert [title for _, _, title in here.log()] == ["Kept"]
    assert kept in {id.rpartition("/")[2] for id in here.live(CALENDAR)}


def test_a_listing_broken_off_goes_on_where_it_was_and_loses_nothing(here: MicrosoftWorld) -> None:
    for number in range(60):
        here.account.calendars.put(f"Lunch {number}", weekly()[number % 6], **met())
    here.microsoft.faults.add("500", "graph.calendarView", after=2, count=1)
    here.pull(CALENDAR, until_rest=False)
    assert 0 < len(here.live(CALENDAR)) < 60
    here.look(CALENDAR)
    assert len(here.live(CALENDAR)) == 60


def test_a_whole_day_stays_the_day_it_is(here: MicrosoftWorld) -> None:
    here.account.calendars.put("Fair", f"{THIS}-03-29T00:00:00+00:00", 2 * 1440, all_day=True, **met())
    here.pull(CALENDAR)
    item = here.item(next(iter(here.live(CALENDAR))))
    assert isinstance(item, Event)
    assert (str(item.start), str(item.end)) == (f"{THIS}-03-29", f"{THIS}-03-31")


def test_times_in_a_windows_zone_are_understood_where_the_preference_is_not_honoured() -> None:
    from connectors.microsoft.event import Entry, Place, When, event_from

    def read(zone: str) -> Event:
        when = When(f"{THIS}-07-01T09:00:00.0000000", zone)
        found = event_from(Entry("x", type="singleInstance", start=when, end=when), None, Place("c", "C", "y/"))
        assert isinstance(found, Event)
        return found

    assert read("W. Europe Standard Time").start == datetime(THIS, 7, 1, 7, tzinfo=UTC)
    assert read("Pacific Standard Time").start == datetime(THIS, 7, 1, 16, tzinfo=UTC)
    assert read("Europe/Berlin").start == datetime(THIS, 7, 1, 7, tzinfo=UTC)
    assert "timezone" in read("tzone://Microsoft/Custom").flags


def test_the_uid_is_the_one_the_meeting_has_everywhere() -> None:
    foreign = "7kukuqrfedlm2f9t0a9pv4lr1s@google.com"
    day = datetime(2026, 3, 5, tzinfo=UTC)
    assert uid_of(global_id(foreign)) == uid_of(global_id(foreign, day)) == foreign
    own = global_id("a@x")
    assert uid_of(own) == uid_of(global_id("a@x", day)) == own
    assert uid_of("plain-uid@example.com") == "plain-uid@example.com"
    for broken in ("040000008200E00074C5B7101A82E008", "040000008200E00074C5B7101A82E008zz", "", own[:70]):
        assert uid_of(broken) == broken


def test_the_owner_invited_by_way_of_a_group_met_with_the_answer_of_their_own_calendar(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    calendars.put("All hands", weekly()[0], **met(guests=("everybody@work.example",)))
    calendars.put("Not for me", weekly()[1], **met(guests=("everybody@work.example",), answer="declined"))
    here.pull(CALENDAR)
    assert [title for _, _, title in here.log()] == ["All hands"]


def test_rooms_private_meetings_and_free_time_make_nobody_up(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    room = {"emailAddress": {"name": "Big room", "address": "room@work.example"}, "type": "resource",
            "status": {"response": "accepted"}}  # fmt: skip
    calendars.put("Alone with a room", weekly()[0], **{**met(ANN), "attendees": [room]})
    calendars.put("Secret", weekly()[1], sensitivity="private", **met())
    here.pull(CALENDAR)
    assert here.log() == []
    assert "Secret" not in str([here.item(id) for id, state in here.states(CALENDAR).items() if state == "kept"])


def test_calendars_of_others_are_left_alone_and_lost_ones_take_their_events_along(here: MicrosoftWorld) -> None:
    calendars = here.account.calendars
    calendars.add_calendar("Team", "boss@work.example")
    calendars.add_calendar("Choir")
    calendars.put("Theirs", weekly()[0], calendar="Team", **met())
    calendars.put("Mine", weekly()[0], calendar="Choir", **met())
    here.pull(CALENDAR)
    assert [title for _, _, title in here.log()] == ["Mine"]
    calendars.remove_calendar("Choir")
    here.look(CALENDAR)
    assert here.log() == []


def test_one_part_of_a_batch_that_is_refused_is_asked_for_again_after_its_own_time_and_no_other(
    here: MicrosoftWorld,
) -> None:
    here.microsoft.masters_missing = True
    for number in range(5):
        here.account.calendars.put(f"Standup {number}", weekly()[0], 15, starts=weekly(2), **met())
    here.microsoft.faults.add("part.rate", "batch", count=1)
    here.pull(CALENDAR)
    assert len(here.log()) == 10
    assert len(here.asked("/me/events/")) == 6, "five, and one of them once more"


def test_a_part_missing_from_a_batch_is_asked_for_again(here: MicrosoftWorld) -> None:
    here.microsoft.masters_missing = True
    for number in range(5):
        here.account.calendars.put(f"Standup {number}", weekly()[0], 15, starts=weekly(2), **met())
    here.microsoft.faults.add("part.missing", "batch", count=1)
    here.pull(CALENDAR, until_rest=False)
    assert here.stream(CALENDAR).state == "failing"
    here.look(CALENDAR)
    assert len(here.log()) == 10


def test_no_body_description_or_link_is_ever_asked_for_or_stored(here: MicrosoftWorld) -> None:
    from sandbox.model import CANARY

    here.account.calendars.put("Lunch", weekly()[0], **met())
    here.account.calendars.put("Standup", weekly()[0], starts=weekly(3), **met())
    here.microsoft.masters_missing = True
    here.pull()
    asked = " ".join(str(line.query) for line in here.microsoft.recording.copy())
    assert not [word for word in ("body", "bodyPreview", "onlineMeeting", "attachments", "webLink") if word in asked]
    with here.db.reading() as conn:
        from sqlalchemy import text

        bodies = [row[0] for row in conn.execute(text("SELECT body FROM payloads"))]
    assert bodies
    assert not [one for one in bodies if CANARY in str(one)]
