"""The owner's meetings: series with their moved and cancelled occurrences, and single ones that were held or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from sandbox import cast
from sandbox.chance import bursts, dice, hours, local
from sandbox.entries import all_day, birthdays_and_holidays, elsewhere, own_entries
from sandbox.model import Circle, Event, Guest, Mailbox, Person, Rule, Year
from sandbox.planner import CHOIR, FAMILY, GARDEN, HOME, MAIN, WORK, Planner, next_weekday, series
from sandbox.series import instant, nth_weekday

_ROOM = Guest(Mailbox("Big table (8)", "c_bigtable@resource.calendar.example"), "ACCEPTED", "ROOM")
_OF_CIRCLE = {Circle.WORK: WORK, Circle.CHOIR: MAIN, Circle.ALLOTMENT: GARDEN, Circle.FAMILY: FAMILY}


def plan_all(seed: int, year: Year, owner: Person, people: Sequence[Person]) -> tuple[Event, ...]:
    """Every event of the year and what is planned beyond it, in a fixed order."""
    planner = Planner(seed, year, owner, people)
    _studio_series(planner)
    _other_series(planner)
    _meetings(planner)
    _open_door(planner)
    elsewhere(planner)
    all_day(planner)
    birthdays_and_holidays(planner)
    own_entries(planner)
    return tuple(planner.events)


def _studio_series(planner: Planner) -> None:
    year, own = planner.year, Guest(planner.own())
    team = planner.guests(["priya", "lena", "kwame", "sofia", "ben", "tomasz", "dmytro"])
    priya = planner.people["priya"].mailbox()
    monday = next_weekday(year.day(0.01), 0)
    weekly = series(
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
    thursday = next_weekday(year.day(0.01), 3)
    alone = series(
        planner, (WORK,), "Priya / Nora", local(thursday, 14, 0, HOME), 30, Rule("WEEKLY", 2), priya,
        (own, *planner.guests(["priya"])),
    )  # fmt: skip
    for number, days in ((4, 1), (11, -2), (18, 1)):
        planner.change(alone, number, shift=timedelta(days=days))
    planner.change(alone, 22, guests=(own, *planner.guests(["priya"], "DECLINED")))
    standup = local(next_weekday(year.day(0.1), 1), 9, 0, HOME)
    until = local(next_weekday(year.day(0.5), 4), 9, 0, HOME)
    series(
        planner, (WORK,), "Stand-up harbour exhibition", standup, 15,
        Rule("WEEKLY", by_day=((0, 1), (0, 4)), until=until),
        planner.own(), (own, *planner.guests(["lena", "kwame", "ben"])),
    )  # fmt: skip
    focus = local(next_weekday(year.day(0.2), 3), 9, 0, HOME)
    series(planner, (WORK,), "Focus time", focus, 120, Rule("WEEKLY"), planner.own(), (own,), kind="focusTime")


def _other_series(planner: Planner) -> None:
    year, own = planner.year, planner.own(Circle.FAMILY)
    month = year.day(0.02)
    museum = local(nth_weekday(month + timedelta(days=31), 2, 2), 11, 0, HOME)
    museum_guests = planner.guests(["ingrid", "matthias"])
    fixed = series(
        planner, (WORK, MAIN), "Museum jour fixe", museum, 60, Rule("MONTHLY", by_day=((2, 2),), count=10),
        planner.own(), (Guest(planner.own()), *museum_guests),
    )  # fmt: skip
    planner.change(fixed, 3, shift=timedelta(days=7))
    # Ten in the morning in New York, whatever the clocks in Berlin do.
    york = local(next_weekday(year.day(0.4), 2), 10, 0, "America/New_York")
    call = series(
        planner, (WORK,), "Call: touring show NY", york, 30, Rule("WEEKLY", count=16),
        planner.people["daniel"].mailbox(), (Guest(planner.own()), *planner.guests(["daniel", "lena"])),
    )  # fmt: skip
    planner.change(call, 6, status="CANCELLED")
    _print_status(planner)
    rehearsal = local(next_weekday(year.day(0.01), 1), 19, 30, HOME)
    choir = series(planner, (CHOIR,), "Rehearsal", rehearsal, 120, Rule("WEEKLY"))
    choir = planner.drop(choir, [6, 7, 30, 31, 32])
    planner.change(choir, 12, shift=timedelta(days=1))
    planner.change(choir, 25, status="CANCELLED")
    altos = local(nth_weekday(month + timedelta(days=31), 3, 3), 19, 0, HOME)
    sectional = series(
        planner, (CHOIR,), "Altos: sectional rehearsal", altos, 90, Rule("MONTHLY", by_day=((3, 3),)),
        planner.people["ewa"].mailbox(),
        (Guest(own), *planner.guests(["anna-choir", "eleni", "helene", "joanna"])),
    )  # fmt: skip
    planner.change(sectional, 2, shift=timedelta(days=-7, hours=1))
    _garden_and_family(planner, month, own)


def _print_status(planner: Planner) -> None:
    """A series split in the middle ("this and following"): two masters, two UIDs."""
    first = local(next_weekday(planner.year.day(0.05), 2), 15, 0, HOME)
    split = local(next_weekday(planner.year.day(0.35), 2), 15, 0, HOME)
    guests = (Guest(planner.own()), *planner.guests(["anna-print"]))
    rule = Rule("WEEKLY", 2, until=split - timedelta(days=1))
    before = series(planner, (WORK,), "Print status", first, 30, rule, planner.own(), guests)
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
    work = series(
        planner, (GARDEN,), "Work morning", saturday, 180, Rule("MONTHLY", by_day=((1, 5),)), board,
        (Guest(own), *gardeners),
    )  # fmt: skip
    planner.change(work, 1, status="CANCELLED")
    planner.change(work, 5, shift=timedelta(days=7))
    planner.change(work, 7, guests=(Guest(own, "DECLINED"), *gardeners))
    sunday = local(nth_weekday(month, -1, 6), 17, 0, HOME)
    call = series(
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
    day = next_weekday(day, 0) if at_work and day.weekday() > 4 else day
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
            # Nobody invites the owner before they know her.
            created=max(instant(start) - hours(rng, 90), planner.year.at(person.since + 0.02)),
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
        start = local(next_weekday(planner.year.day(fraction), 3), 18, 0, HOME)
        guests = (Guest(own, answer), *planner.guests(ids))
        organizer = planner.people["miriam"].mailbox()
        end = start + timedelta(hours=2)
        planner.add(Event(planner.uid(), (MAIN,), summary, start, end, organizer, guests, location="Lumen Archive"))
