"""What else stands in the calendars: others' meetings, whole days, birthdays, entries of the owner's own."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.chance import dice, local
from sandbox.model import Circle, Event, Guest, Rule
from sandbox.planner import (
    BIRTHDAYS,
    CHOIR,
    FAMILY,
    GARDEN,
    HOLIDAYS,
    HOME,
    MAIN,
    ROOMS,
    WORK,
    Planner,
    next_weekday,
)
from sandbox.series import nth_weekday


def elsewhere(planner: Planner) -> None:
    """What the studio's shared calendar shows: other people's meetings, and twice one of the owner's own."""
    rng = dice(planner.seed, "elsewhere")
    for number in range(14):
        day = next_weekday(planner.year.day(rng.uniform(0.02, 0.97)), rng.randrange(5))
        start = local(day, rng.randrange(9, 17), 0, HOME)
        ids = rng.sample(["lena", "kwame", "sofia", "ben", "hanna", "dmytro"], 3)
        organizer = planner.people[ids[0]].mailbox()
        summary = f"{rng.choice(('Layout', 'Light test', 'Texts', 'Crates'))} {number + 1}"
        end = start + timedelta(hours=1)
        planner.add(Event(planner.uid(), (ROOMS,), summary, start, end, organizer, planner.guests(ids)))
    for fraction in (0.31, 0.66):
        start = local(next_weekday(planner.year.day(fraction), 1), 13, 0, HOME)
        guests = (Guest(planner.own()), *planner.guests(["hanna", "grace"]))
        end = start + timedelta(hours=1)
        organizer = planner.people["grace"].mailbox()
        planner.add(Event(planner.uid(), (WORK, ROOMS), "Budget round", start, end, organizer, guests))


def all_day(planner: Planner) -> None:
    """All-day events: with guests, without, somebody's birthday, a holiday, an absence."""
    year, own = planner.year, planner.own(Circle.FAMILY)
    # Both weekends around a change of clocks are full of all-day events somewhere; these stay dates.
    spring = nth_weekday(date(year.end.year - (year.end.month < 4), 3, 1), -1, 6)
    weekend = planner.guests(["mareike", "kofi", "ingeborg", "jan"])
    for start, days, summary, calendar, guests in (
        (spring - timedelta(days=1), 2, "Family at the lake", FAMILY, weekend),
        (next_weekday(year.day(0.55), 5), 1, "Open garden day", GARDEN, planner.guests(["gulay", "mai", "samuel"])),
        (next_weekday(year.day(0.72), 4), 3, "Choir weekend", CHOIR, planner.guests(["ewa", "anna-choir", "eleni"])),
    ):
        end = start + timedelta(days=days)
        planner.add(Event(planner.uid(), (calendar,), summary, start, end, own, (Guest(own), *guests)))
    for fraction, days in ((0.12, 8), (0.6, 16)):
        start = year.day(fraction)
        end = start + timedelta(days=days)
        planner.add(Event(planner.uid(), (WORK,), "Out of office", start, end, kind="outOfOffice"))
    friday = next_weekday(year.day(0.3), 4)
    planner.add(
        Event(
            planner.uid(), (WORK,), "Home", friday, friday + timedelta(days=1), rule=Rule("WEEKLY"),
            kind="workingLocation", transparent=True,
        )
    )  # fmt: skip
    _long_night(planner)


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


def birthdays_and_holidays(planner: Planner) -> None:
    """What the provider's own calendars hold."""
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


def own_entries(planner: Planner) -> None:
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
        start = local(next_weekday(planner.year.day(fraction), 2), 17, 0, HOME)
        guests = (Guest(own), *planner.guests(ids)) if ids else ()
        end = start + timedelta(hours=1)
        organizer = own if ids else None
        planner.add(Event(planner.uid(), (MAIN,), summary, start, end, organizer, guests, visibility=visibility))
