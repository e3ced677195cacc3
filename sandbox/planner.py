"""The owner's calendars and the hand that writes into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sandbox import cast
from sandbox.chance import dice
from sandbox.model import Calendar, Circle, Event, Guest, Mailbox, Person, Rule, Year
from sandbox.series import instant, length_of, starts

MAIN, WORK, CHOIR, GARDEN, FAMILY = "Nora Brandt", "Work", "Choir", "Allotment", "Family"
BIRTHDAYS, HOLIDAYS, ROOMS = "Birthdays", "Holidays in Germany", "Studio schedule"
HOME = cast.HOME

CALENDARS: tuple[Calendar, ...] = (
    Calendar(MAIN, HOME),
    Calendar(WORK, HOME),
    Calendar(CHOIR, HOME),
    Calendar(GARDEN, HOME, address="c_kleingarten4711@group.calendar.example"),
    Calendar(FAMILY, HOME),
    Calendar(BIRTHDAYS, HOME, "reader"),
    Calendar(HOLIDAYS, HOME, "reader"),
    Calendar(ROOMS, HOME, "reader", address="c_schedule0815@group.calendar.example"),
)


class Planner:
    """Makes events; knows who is who and what day it is."""

    def __init__(self, seed: int, year: Year, owner: Person, people: Sequence[Person]) -> None:
        self.seed, self.year, self.owner = seed, year, owner
        self.people = {one.id: one for one in people}
        self.events: list[Event] = []
        self._rng = dice(seed, "planner")

    def uid(self) -> str:
        """A UID in Google Calendar's manner."""
        return "".join(self._rng.choices("0123456789abcdefghijklmnopqrstuv", k=26)) + "@google.com"

    def own(self, circle: Circle = Circle.WORK) -> Mailbox:
        """The owner's mailbox as that circle invites her."""
        return self.owner.mailbox(self.owner.addresses[1 if circle == Circle.WORK else 0])

    def guests(self, ids: Sequence[str], answer: str = "ACCEPTED") -> tuple[Guest, ...]:
        """Those people as guests, all with one answer."""
        return tuple(Guest(self.people[id].mailbox(), answer) for id in ids)

    def add(self, event: Event) -> Event:
        """Keeps `event`. What has no time of creation was made a week ahead."""
        created = event.created or instant(event.start) - timedelta(days=7, hours=3)
        event = replace(event, created=min(created, self.year.end - timedelta(hours=9)))
        self.events.append(event)
        return event

    def change(
        self, master: Event, number: int, shift: timedelta = timedelta(), status: str = "CONFIRMED",
        guests: tuple[Guest, ...] = (),
    ) -> Event:  # fmt: skip
        """One occurrence of a series, the `number`th that there is, made different (RFC 5545 §3.8.4.4)."""
        original = self._occurrence(master, number)
        start = original + shift
        return self.add(
            replace(
                master, start=start, end=start + length_of(master), rule=None, exdates=(), recurrence_id=original,
                status=status, guests=guests or master.guests, sequence=master.sequence + 1,
                created=instant(original) - timedelta(days=3),
            )
        )  # fmt: skip

    def drop(self, master: Event, numbers: Sequence[int]) -> Event:
        """Leaves occurrences out of a series (EXDATE)."""
        gone = replace(master, exdates=tuple(self._occurrence(master, number) for number in numbers))
        self.events[self.events.index(master)] = gone
        return gone

    def _occurrence(self, master: Event, number: int) -> datetime:
        original = list(starts(master, self.year.end + timedelta(days=120)))[number]
        assert isinstance(original, datetime)
        return original


def series(
    planner: Planner, calendars: tuple[str, ...], summary: str, first: datetime, minutes: int, rule: Rule,
    organizer: Mailbox | None = None, guests: tuple[Guest, ...] = (), kind: str = "default",
) -> Event:  # fmt: skip
    """A new series that recurs by the wall clock of `first`."""
    event = Event(
        planner.uid(), calendars, summary, first, first + timedelta(minutes=minutes),
        organizer, guests, rule, zone=str(first.tzinfo), kind=kind,
    )  # fmt: skip
    return planner.add(event)


def next_weekday(day: date, weekday: int) -> date:
    """The first such weekday (0 is Monday) from `day` on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
