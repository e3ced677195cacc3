"""What the log holds of one series: each occurrence once, settled from all copies, in whatever order they came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.decide import decide
from interactions.items import Attendee, Event, Mailbox
from interactions.meetings import Meeting, meetings
from interactions.series import Window
from interactions.verdict import Known, Verdict

ME, ADA, BEN = Mailbox("me@home.example"), Mailbox("ada@mill.example", "Ada"), Mailbox("ben@mill.example", "Ben")
KNOWN = Known(frozenset({ME.address}))
WINDOW = Window(date(2021, 3, 1), date(2027, 3, 1))
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
UPDATED = datetime(2026, 2, 1, tzinfo=UTC)


def guests(you: str = "accepted", *others: Mailbox) -> tuple[Attendee, ...]:
    return (Attendee(ME, you), *(Attendee(other, "accepted") for other in (ADA, *others)))


def event(id: str = "work/u", start: datetime | date = NINE, you: str = "accepted", **more: object) -> Event:
    length = HOUR if isinstance(start, datetime) else timedelta(days=1)
    more.setdefault("attendees", guests(you))
    more.setdefault("updated", UPDATED)
    return Event(id, "u", start, start + length, organizer=ADA, summary="Tea", **more)  # type: ignore[arg-type]


def master(id: str = "work/u", **more: object) -> Event:
    return event(id, rrule="FREQ=WEEKLY;COUNT=3", **more)  # type: ignore[arg-type]


def changed(original: datetime, start: datetime | None = None, id: str = "", **more: object) -> Event:
    return event(id or f"work/u/{original:%m%d}", start or original, recurrence_id=original, sequence=1, **more)  # type: ignore[arg-type]


def told(*events: Event) -> list[tuple[int, Event, Verdict]]:
    return [(number, one, decide(one, KNOWN)) for number, one in enumerate(events, start=1)]


def met(*events: Event) -> list[Meeting]:
    return meetings(told(*events), WINDOW)


def times(*events: Event) -> list[datetime]:
    return [meeting.at for meeting in met(*events)]


def test_a_single_event_is_one_meeting_wherever_it_lies() -> None:
    long_ago = datetime(1999, 3, 1, 9, tzinfo=UTC)
    (meeting,) = met(event(start=long_ago))
    assert meeting.key == "u|1999-03-01T09:00:00+00:00"
    assert (meeting.at, meeting.ends_at, meeting.all_day) == (long_ago, long_ago + HOUR, False)
    assert (meeting.kind, meeting.direction, meeting.title, meeting.item_ids) == ("meeting", "both", "Tea", (1,))
    assert [party.mailbox for party in meeting.parties] == [ADA]


def test_an_all_day_meeting_keeps_its_dates() -> None:
    (meeting,) = met(event(start=date(2026, 3, 29)))
    assert meeting.key == "u|2026-03-29"
    assert meeting.all_day
    assert (meeting.at, meeting.ends_at) == (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))


def test_each_occurrence_of_a_series_in_the_window_is_one_meeting() -> None:
    assert times(master()) == [NINE, NINE + WEEK, NINE + 2 * WEEK]
    early = datetime(2021, 2, 22, 9, tzinfo=UTC)
    assert times(master(start=early)) == [early + WEEK, early + 2 * WEEK]


def test_a_moved_occurrence_keeps_its_key_and_gets_its_new_time() -> None:
    moved = met(master(), changed(NINE + WEEK, NINE + WEEK + 3 * HOUR))
    assert [one.at for one in moved] == [NINE, NINE + WEEK + 3 * HOUR, NINE + 2 * WEEK]
    assert moved[1].key == f"u|{(NINE + WEEK).isoformat()}"
    assert [one.item_ids for one in moved] == [(1,), (2,), (1,)]


def test_a_cancelled_or_declined_occurrence_falls_alone() -> None:
    assert times(master(), changed(NINE + WEEK, status="cancelled")) == [NINE, NINE + 2 * WEEK]
    assert times(master(), changed(NINE + WEEK, you="declined")) == [NINE, NINE + 2 * WEEK]


def test_a_cancelled_series_falls_with_all_its_occurrences() -> None:
    assert times(master(status="cancelled"), changed(NINE + WEEK)) == []


def test_an_occurrence_accepted_in_a_declined_series_stands() -> None:
    assert times(master(you="declined"), changed(NINE + WEEK)) == [NINE + WEEK]


def test_a_changed_occurrence_stands_alone_where_its_series_is_missing() -> None:
    """A guest invited to one occurrence has no other (RFC 5546 §3.2.2)."""
    assert times(changed(NINE + WEEK, NINE + WEEK + HOUR)) == [NINE + WEEK + HOUR]


def test_an_instant_names_an_occurrence_in_whatever_zone_it_is_written() -> None:
    elsewhere = (NINE + WEEK).astimezone(datetime.fromisoformat("2026-01-01T00:00+05:30").tzinfo)
    assert times(master(), changed(elsewhere, status="cancelled")) == [NINE, NINE + 2 * WEEK]


def test_a_date_in_recurrence_id_names_that_days_occurrence() -> None:
    gone = event("work/u/x", NINE + WEEK, recurrence_id=(NINE + WEEK).date(), status="cancelled")
    assert times(master(), gone) == [NINE, NINE + 2 * WEEK]


def test_one_meeting_in_two_calendars_is_one_with_both_its_items() -> None:
    (meeting,) = met(event("work/u"), event("home/u"))
    assert sorted(meeting.item_ids) == [1, 2]


def test_the_later_version_speaks_for_the_meeting() -> None:
    (meeting,) = met(event("a/u", attendees=guests("accepted", BEN), sequence=1), event("b/u"))
    assert [party.mailbox for party in meeting.parties] == [ADA, BEN]
    assert met(event("a/u", status="cancelled", sequence=1), event("b/u")) == []


def test_a_no_of_the_owner_outweighs_a_copy_that_does_not_know_the_answer() -> None:
    later = UPDATED + HOUR
    assert met(event("a/u", you="declined"), event("b/u", you="needs-action", updated=later)) == []
    assert met(event("a/u", you="declined", sequence=1), event("b/u")) == []


def test_a_yes_given_later_outweighs_an_earlier_no() -> None:
    assert len(met(event("a/u", you="declined"), event("b/u", updated=UPDATED + HOUR))) == 1


def test_copies_without_the_owner_or_without_guests_say_nothing() -> None:
    bystander = event("b/u", attendees=(Attendee(ADA, "accepted"), Attendee(BEN, "accepted")), sequence=5)
    bare = Event("c/u", "u", NINE, NINE + HOUR, summary="Tea", sequence=9)
    (meeting,) = met(event("a/u"), bystander, bare)
    assert [party.mailbox for party in meeting.parties] == [ADA]
    assert met(bystander, bare) == []


CHOICES = [
    master(),
    master("home/u", updated=UPDATED + HOUR),
    master("old/u", sequence=0, you="needs-action", updated=None),
    master("same/u", attendees=guests("accepted", BEN)),
    master("same/u"),
    changed(NINE + WEEK, NINE + WEEK + HOUR),
    changed(NINE + WEEK, id="home/u/x", you="declined"),
    changed(NINE + 2 * WEEK, status="cancelled"),
    changed(NINE + 2 * WEEK, NINE + 3 * WEEK, id="home/u/y"),
    event("single/u"),
    changed(NINE + 9 * WEEK),
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(range(len(CHOICES))), max_size=6, unique=True).flatmap(
        lambda one: st.tuples(st.just(one), st.permutations(one))
    )
)
def test_the_order_in_which_items_came_does_not_matter(orders: tuple[list[int], list[int]]) -> None:
    first, second = ([(number, CHOICES[number], decide(CHOICES[number], KNOWN)) for number in one] for one in orders)
    assert meetings(first, WINDOW) == meetings(second, WINDOW)


def test_every_order_of_three_copies_tells_the_same() -> None:
    copies = told(master("a/u", you="declined"), master("b/u", you="needs-action"), changed(NINE, NINE + HOUR))
    assert len({str(meetings(order, WINDOW)) for order in permutations(copies)}) == 1


def test_keys_are_unique() -> None:
    keys = [one.key for one in met(*CHOICES)]
    assert len(keys) == len(set(keys)) > 0
