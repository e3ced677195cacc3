"""The owner's calendars: series with their moved and cancelled occurrences, meetings, and entries of her own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from sandbox import cast
from sandbox.chance import bursts, dice, hours, local
from sandbox.model import Calendar, Circle, Event, Guest, Mailbox, Person, Rule, Year
from sandbox.series import instant, length_of, nth_weekday, starts

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

_ROOM = Guest(Mailbox("Big table (8)", "c_bigtable@resource.calendar.example"), "ACCEPTED", "ROOM")
_OF_CIRCLE = {Circle.WORK: WORK, Circle.CHOIR: MAIN, Circle.ALLOTMENT: GARDEN, Circle.FAMILY: FAMILY}


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


def plan_all(seed: int, year: Year, owner: Person, people: Sequence[Person]) -> tuple[Event, ...]:
    """Every event of the year and what is planned beyond it, in a fixed order."""
    planner = Planner(seed, year, owner, people)
    _studio_series(planner)
    _other_series(planner)
    _meetings(planner)
    _open_door(planner)
    _elsewhere(planner)
    _all_day(planner)
    _own_entries(planner)
    return tuple(planner.events)


def _series(
    planner: Planner, calendars: tuple[str, ...], summary: str, first: datetime, minutes: int, rule: Rule,
    organizer: Mailbox | None = None, guests: tuple[Guest, ...] = (), kind: str = "default",
) -> Event:  # fmt: skip
    event = Event(
        planner.uid(), calendars, summary, first, first + timedelta(minutes=minutes),
        organizer, guests, rule, zone=str(first.tzinfo), kind=kind,
    )  # fmt: skip
    return planner.add(event)


def _weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _studio_series(planner: Planner) -> None:
    year, own = planner.year, Guest(planner.own())
    team = planner.guests(["priya", "lena", "kwame", "sofia", "ben", "tomasz", "dmytro"])
    priya = planner.people["priya"].mailbox()
    monday = _weekday(year.day(0.01), 0)
    weekly = _series(
        planner, (WORK,), "Team weekly", local(monday, 9, 30, HOME), 45, Rule("WEEKLY", by_day=((0, 0),)),
        priya, (own, *team, _ROOM),
    )  # fmt: skip
    weekly = planner.drop(weekly, [5, 27])
    planner.change(weekly, 8, shift=timedelta(days=1, hours=2))
    planner.change(weekly, 20, shift=timedelta(hours=4))
    planner.change(weekly, 33, shift=timedelta(days=-3))
    planner.change(weekly, 14, status="CANCELLED")
    planner.change(weekly, 40, status="CANCELLED")
    planner.change(weekly, 17, guests=(own._replace(answer="DECLINED"), *team, _ROOM))
    planner.change(weekly, 44, guests=(own._replace(answer="DECLINED"), *team))
    planner.change(weekly, 53, shift=timedelta(hours=1))
    thursday = _weekday(year.day(0.01), 3)
    alone = _series(
        planner, (WORK,), "Priya / Nora", local(thursday, 14, 0, HOME), 30, Rule("WEEKLY", 2), priya,
        (own, *planner.guests(["priya"])),
    )  # fmt: skip
    for number, days in ((4, 1), (11, -2), (18, 1)):
        planner.change(alone, number, shift=timedelta(days=days))
    planner.change(alone, 22, guests=(own, *planner.guests(["priya"], "DECLINED")))
    standup = local(_weekday(year.day(0.1), 1), 9, 0, HOME)
    until = local(_weekday(year.day(0.5), 4), 9, 0, HOME)
    _series(
        planner, (WORK,), "Stand-up harbour exhibition", standup, 15,
        Rule("WEEKLY", by_day=((0, 1), (0, 4)), until=until),
        planner.own(), (own, *planner.guests(["lena", "kwame", "ben"])),
    )  # fmt: skip
    focus = local(_weekday(year.day(0.2), 3), 9, 0, HOME)
    _series(planner, (WORK,), "Focus time", focus, 120, Rule("WEEKLY"), planner.own(), (own,), kind="focusTime")


def _other_series(planner: Planner) -> None:
    year, own = planner.year, planner.own(Circle.FAMILY)
    month = year.day(0.02)
    museum = local(nth_weekday(month + timedelta(days=31), 2, 2), 11, 0, HOME)
    museum_guests = planner.guests(["ingrid", "matthias"])
    fixed = _series(
        planner, (WORK, MAIN), "Museum jour fixe", museum, 60, Rule("MONTHLY", by_day=((2, 2),), count=10),
        planner.own(), (Guest(planner.own()), *museum_guests),
    )  # fmt: skip
    planner.change(fixed, 3, shift=timedelta(days=7))
    # Ten in the morning in New York, whatever the clocks in Berlin do.
    york = local(_weekday(year.day(0.4), 2), 10, 0, "America/New_York")
    call = _series(
        planner, (WORK,), "Call: touring show NY", york, 30, Rule("WEEKLY", count=16),
        planner.people["daniel"].mailbox(), (Guest(planner.own()), *planner.guests(["daniel", "lena"])),
    )  # fmt: skip
    planner.change(call, 6, status="CANCELLED")
    _print_status(planner)
    rehearsal = local(_weekday(year.day(0.01), 1), 19, 30, HOME)
    choir = _series(planner, (CHOIR,), "Rehearsal", rehearsal, 120, Rule("WEEKLY"))
    choir = planner.drop(choir, [6, 7, 30, 31, 32])
    planner.change(choir, 12, shift=timedelta(days=1))
    planner.change(choir, 25, status="CANCELLED")
    altos = local(nth_weekday(month + timedelta(days=31), 3, 3), 19, 0, HOME)
    sectional = _series(
        planner, (CHOIR,), "Altos: sectional rehearsal", altos, 90, Rule("MONTHLY", by_day=((3, 3),)),
        planner.people["ewa"].mailbox(),
        (Guest(own), *planner.guests(["anna-choir", "eleni", "helene", "joanna"])),
    )  # fmt: skip
    planner.change(sectional, 2, shift=timedelta(days=-7, hours=1))
    _garden_and_family(planner, month, own)


def _print_status(planner: Planner) -> None:
    """A series split in the middle ("this and following"): two masters, two UIDs."""
    first = local(_weekday(planner.year.day(0.05), 2), 15, 0, HOME)
    split = local(_weekday(planner.year.day(0.35), 2), 15, 0, HOME)
    guests = (Guest(planner.own()), *planner.guests(["anna-print"]))
    rule = Rule("WEEKLY", 2, until=split - timedelta(days=1))
    before = _series(planner, (WORK,), "Print status", first, 30, rule, planner.own(), guests)
    later = split.replace(hour=16)
    after = replace(
        before, uid=before.uid.replace("@", f"_R{instant(split):%Y%m%dT%H%M%S}@"), start=later,
        end=later + timedelta(minutes=30), rule=Rule("WEEKLY", 2, count=9), created=None,
    )  # fmt: skip
    planner.add(after)


def _garden_and_family(planner: Planner, month: date, own: Mailbox) -> None:
    saturday = local(nth_weekday(month + timedelta(days=31), 1, 5), 10, 0, HOME)
    # The allotment's calendar itself organizes: an address that is nobody's.
    board = Mailbox(GARDEN, "c_kleingarten4711@group.calendar.example")
    gardeners = planner.guests(["willi", "gulay", "mai", "samuel", "zoran"])
    work = _series(
        planner, (GARDEN,), "Work morning", saturday, 180, Rule("MONTHLY", by_day=((1, 5),)), board,
        (Guest(own), *gardeners),
    )  # fmt: skip
    planner.change(work, 1, status="CANCELLED")
    planner.change(work, 5, shift=timedelta(days=7))
    planner.change(work, 7, guests=(Guest(own, "DECLINED"), *gardeners))
    sunday = local(nth_weekday(month, -1, 6), 17, 0, HOME)
    call = _series(
        planner, (FAMILY,), "Call with Mum and Mareike", sunday, 45, Rule("MONTHLY", by_day=((-1, 6),)), own,
        (Guest(own), *planner.guests(["ingeborg", "mareike"])),
    )  # fmt: skip
    planner.change(call, 4, shift=timedelta(hours=2))


_TITLES = {
    Circle.WORK: ("Project review", "Walk-through {t}", "{w}: planning", "Call with {w}", "Quick sync {w} / Nora"),
    Circle.FAMILY: ("Lunch with {w}", "Walk with {w}", "{w} visits"),
}
_PRIVATE_TITLES = ("Coffee with {w}", "Dinner with {w}", "Walk with {w}", "Call with {w}", "Museum with {w}")
#: What becomes of a meeting that was not simply held.
_FATES = (("declined", 7), ("tentative", 6), ("cancelled", 6), ("all_declined", 4), ("unanswered", 3), ("held", 74))


def _meetings(planner: Planner) -> None:
    """Meetings outside series: with one person, at work sometimes with two or three."""
    for person in planner.people.values():
        rng = dice(planner.seed, f"meetings {person.id}")
        since, until = person.since + (0.03 if person.since else 0.0), min(person.until - 0.02, 1.0)
        for moment in bursts(rng, planner.year, round(person.tie.meets * 1.25), since, until):
            _meeting(planner, rng, person, moment)
    rng = dice(planner.seed, "planned")
    for id in ("priya", "lena", "ingrid", "lotte", "rosa", "mareike", "eleni", "gulay", "jonas", "siobhan", "chloe"):
        moment = planner.year.end + timedelta(days=rng.uniform(1, 45))
        _meeting(planner, rng, planner.people[id], moment, "held")


def _meeting(planner: Planner, rng: Random, person: Person, moment: datetime, fate: str = "") -> None:
    at_work = person.circle == Circle.WORK
    day = moment.date()
    day = _weekday(day, 0) if at_work and day.weekday() > 4 else day
    if not fate and day >= planner.year.end.date():
        return
    start = local(day, rng.randrange(9, 17) if at_work else rng.choice((12, 18, 19, 20)), rng.choice((0, 0, 30)), HOME)
    fate = fate or rng.choices([name for name, _ in _FATES], [weight for _, weight in _FATES])[0]
    guests = [person, *_more_guests(planner, rng, person, moment)]
    own, mine = planner.own(person.circle), rng.random() < 0.5
    answers = {"declined": "DECLINED", "tentative": "TENTATIVE", "unanswered": "NEEDS-ACTION"}
    own_answer = "ACCEPTED" if mine else answers.get(fate, "ACCEPTED")
    if mine and fate in answers:
        fate = "held"
    their = "DECLINED" if fate == "all_declined" else "ACCEPTED"
    title = rng.choice(_TITLES.get(person.circle, _PRIVATE_TITLES)).format(w=person.name.split()[0], t="harbour hall")
    room = (_ROOM,) if at_work and rng.random() < 0.3 else ()
    calendar = _OF_CIRCLE.get(person.circle, MAIN)
    both = (calendar, MAIN) if calendar != MAIN and rng.random() < 0.06 else (calendar,)
    planner.add(
        Event(
            planner.uid(), both, title, start, start + timedelta(minutes=rng.choice((30, 45, 60, 60, 90))),
            own if mine else person.mailbox(),
            (Guest(own, own_answer), *(Guest(one.mailbox(), their) for one in guests), *room),
            status="CANCELLED" if fate == "cancelled" else "CONFIRMED",
            location=rng.choice(("", "Studio", "Café Anker", "Online", "Stadtmuseum")),
            created=instant(start) - hours(rng, 90),
        )
    )  # fmt: skip


def _more_guests(planner: Planner, rng: Random, person: Person, moment: datetime) -> list[Person]:
    if person.circle != Circle.WORK or rng.random() < 0.6:
        return []
    companies = {person.company, cast.STUDIO} - {""}
    others = [
        one
        for one in planner.people.values()
        if one.company in companies and one.tie.meets and not one.since and one is not person and one.until >= 1
    ]
    return rng.sample(others, rng.choice((1, 1, 2)))


def _open_door(planner: Planner) -> None:
    """Meetings at which the owner sits with the florist and the hiring manager, among others."""
    ids = [cast.DOOR_OPENER, cast.HIRING_MANAGER, "miriam", "abdul", "svetlana"]
    own = planner.own(Circle.VOLUNTEERS)
    for fraction, summary, answer in ((0.22, "Spring lunch: planning", "ACCEPTED"), (0.6, "Summer lunch", "TENTATIVE")):
        start = local(_weekday(planner.year.day(fraction), 3), 18, 0, HOME)
        guests = (Guest(own, answer), *planner.guests(ids))
        organizer = planner.people["miriam"].mailbox()
        end = start + timedelta(hours=2)
        planner.add(Event(planner.uid(), (MAIN,), summary, start, end, organizer, guests, location="Lumen Archive"))


def _elsewhere(planner: Planner) -> None:
    """What the studio's shared calendar shows: other people's meetings, and twice one of the owner's own."""
    rng = dice(planner.seed, "elsewhere")
    for number in range(14):
        day = _weekday(planner.year.day(rng.uniform(0.02, 0.97)), rng.randrange(5))
        start = local(day, rng.randrange(9, 17), 0, HOME)
        ids = rng.sample(["lena", "kwame", "sofia", "ben", "hanna", "dmytro"], 3)
        organizer = planner.people[ids[0]].mailbox()
        summary = f"{rng.choice(('Layout', 'Light test', 'Texts', 'Crates'))} {number + 1}"
        end = start + timedelta(hours=1)
        planner.add(Event(planner.uid(), (ROOMS,), summary, start, end, organizer, planner.guests(ids)))
    for fraction in (0.31, 0.66):
        start = local(_weekday(planner.year.day(fraction), 1), 13, 0, HOME)
        guests = (Guest(planner.own()), *planner.guests(["hanna", "grace"]))
        end = start + timedelta(hours=1)
        organizer = planner.people["grace"].mailbox()
        planner.add(Event(planner.uid(), (WORK, ROOMS), "Budget round", start, end, organizer, guests))


def _all_day(planner: Planner) -> None:
    """All-day events: with guests, without, somebody's birthday, a holiday, an absence."""
    year, own = planner.year, planner.own(Circle.FAMILY)
    # Both weekends around a change of clocks are full of all-day events somewhere; these stay dates.
    spring = nth_weekday(date(year.end.year - (year.end.month < 4), 3, 1), -1, 6)
    weekend = planner.guests(["mareike", "kofi", "ingeborg", "jan"])
    for start, days, summary, calendar, guests in (
        (spring - timedelta(days=1), 2, "Family at the lake", FAMILY, weekend),
        (_weekday(year.day(0.55), 5), 1, "Open garden day", GARDEN, planner.guests(["gulay", "mai", "samuel"])),
        (_weekday(year.day(0.72), 4), 3, "Choir weekend", CHOIR, planner.guests(["ewa", "anna-choir", "eleni"])),
    ):
        end = start + timedelta(days=days)
        planner.add(Event(planner.uid(), (calendar,), summary, start, end, own, (Guest(own), *guests)))
    for fraction, days in ((0.12, 8), (0.6, 16)):
        start = year.day(fraction)
        end = start + timedelta(days=days)
        planner.add(Event(planner.uid(), (WORK,), "Out of office", start, end, kind="outOfOffice"))
    friday = _weekday(year.day(0.3), 4)
    planner.add(
        Event(
            planner.uid(), (WORK,), "Home", friday, friday + timedelta(days=1), rule=Rule("WEEKLY"),
            kind="workingLocation", transparent=True,
        )
    )  # fmt: skip
    _long_night(planner)
    _birthdays_and_holidays(planner)


def _long_night(planner: Planner) -> None:
    """One evening that lasts an hour longer than the clock says: summer time ends in the middle of it."""
    end_of_year = planner.year.end.date()
    sunday = nth_weekday(date(end_of_year.year, 10, 1), -1, 6)
    if sunday >= end_of_year:
        sunday = nth_weekday(date(end_of_year.year - 1, 10, 1), -1, 6)
    start, end = local(sunday - timedelta(days=1), 21, 0, HOME), local(sunday, 3, 30, HOME)
    lotte, own = planner.people["lotte"].mailbox(), Guest(planner.own(Circle.FRIENDS))
    guests = (own, *planner.guests(["lotte", "ines"]))
    planner.add(Event(planner.uid(), (MAIN,), "Long night of the museums", start, end, lotte, guests, zone=HOME))


def _birthdays_and_holidays(planner: Planner) -> None:
    rng = dice(planner.seed, "birthdays")
    some_year = date(2001, 1, 1)
    for person in rng.sample([one for one in planner.people.values() if one.in_book], 24):
        day = some_year + timedelta(days=rng.randrange(365))
        day = day.replace(year=planner.year.start.year - 3)
        uid, title = f"BIRTHDAY_{planner.uid()}", f"{person.name}’s birthday"
        planner.add(
            Event(
                uid, (BIRTHDAYS,), title, day, day + timedelta(days=1), rule=Rule("YEARLY"), kind="birthday",
                transparent=True,
            )
        )  # fmt: skip
    fixed = ((1, 1, "New Year’s Day"), (5, 1, "Labour Day"), (10, 3, "Day of German Unity"), (12, 25, "Christmas Day"))
    for year in (planner.year.start.year, planner.year.start.year + 1, planner.year.start.year + 2):
        for month, day_of_month, name in fixed:
            day = date(year, month, day_of_month)
            end = day + timedelta(days=1)
            planner.add(Event(planner.uid(), (HOLIDAYS,), name, day, end, transparent=True, visibility="PUBLIC"))


#: (summary, how often in the year, hour, minutes)
_ALONE = (
    ("Coffee with Oksana", 4, 16, 60),
    ("Dinner with Ines", 2, 19, 120),
    ("Call Mum", 5, 18, 30),
    ("Dentist", 3, 8, 45),
    ("Hairdresser", 4, 17, 60),
    ("Train to Hamburg", 3, 7, 150),
    ("Pilates", 8, 18, 60),
    ("Pick up the bike", 2, 12, 15),
    ("Vet", 2, 9, 30),
    ("Write application?", 2, 20, 60),
    ("Water the garden", 5, 19, 60),
    ("Choir concert", 2, 19, 150),
)


def _own_entries(planner: Planner) -> None:
    """Entries nobody is invited to, and what is nobody's business (CLASS, RFC 5545 §3.8.1.3)."""
    rng = dice(planner.seed, "alone")
    for summary, count, hour, minutes in _ALONE:
        for _ in range(count):
            start = local(planner.year.day(rng.uniform(0.01, 1.03)), hour, rng.choice((0, 15, 30)), HOME)
            kind = "fromGmail" if summary.startswith("Train") else "default"
            end = start + timedelta(minutes=minutes)
            calendar = CHOIR if summary.startswith("Choir") else MAIN
            planner.add(Event(planner.uid(), (calendar,), summary, start, end, kind=kind))
    own = planner.own()
    for fraction, summary, visibility, ids in (
        (0.5, "Talk about my contract", "PRIVATE", ["grace"]),
        (0.69, "Interview", "CONFIDENTIAL", ["jonas"]),
        (0.86, "Surprise for Elias", "PRIVATE", ["mareike", "lotte"]),
        (0.4, "Therapy", "PRIVATE", []),
    ):
        start = local(_weekday(planner.year.day(fraction), 2), 17, 0, HOME)
        guests = (Guest(own), *planner.guests(ids)) if ids else ()
        end = start + timedelta(hours=1)
        organizer = own if ids else None
        planner.add(Event(planner.uid(), (MAIN,), summary, start, end, organizer, guests, visibility=visibility))
