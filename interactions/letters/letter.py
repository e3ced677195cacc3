"""The week in sentences: kind, about the owner, each with the interactions it rests on; names as whoever asks wants
them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo

from msgspec import Struct

from interactions.lengths import every, lasting, month
from interactions.letters.clean import clean
from interactions.queries.introductions import Introduced
from interactions.queries.log import Entry
from interactions.queries.names import Who
from interactions.queries.tend import Coverage
from interactions.queries.week import Answer, Back, Water, Week

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: People told of one meeting.
_NAMES = 4
#: Seconds from which on a meeting is told in days.
_LONG = 36 * 3_600


class Called(Struct, frozen=True):
    """A person within a sentence."""

    name: str


class Line(Struct, frozen=True):
    """One sentence, and the interactions behind it."""

    parts: tuple[str | Called, ...]
    interactions: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The sentence as one text."""
        return "".join(part if isinstance(part, str) else part.name for part in self.parts)

    @property
    def numbers(self) -> str:
        """Where to look, "(12, 47)"; "" where it rests on none."""
        return f"({', '.join(map(str, self.interactions))})" if self.interactions else ""


class Section(Struct, frozen=True):
    """Sentences under a heading."""

    heading: str
    lines: tuple[Line, ...]


class Letter(Struct, frozen=True):
    """A week, told."""

    title: str
    #: The same for every letter of one owner's calendar week.
    key: str
    #: The moment it was told.
    at: datetime
    sections: tuple[Section, ...]
    #: What Kith sees, and what it cannot.
    coverage: str


def letter(week: Week, zone: tzinfo, *, whole: bool = False) -> Letter:
    """The week in the owner's `zone`, with first names alone; `whole`: with whole names, and titles of meetings."""
    people = list({who.person_id: who for who in _people(week)}.values())
    names = {who.person_id: clean(who.name) or "somebody" for who in people} if whole else _first_names(people)
    told = _Telling(names, zone, whole)
    year, number, _ = week.day.isocalendar()
    sections = (
        Section("What you gave", told.given(week)),
        Section("Back in touch", tuple(map(told.back, week.revived))),
        Section("To water", told.to_water(week)),
        Section("Ahead", tuple(map(told.meeting, week.ahead))),
    )
    return Letter(
        title=f"Your week to {_WEEKDAYS[week.day.weekday()]} {week.day.day} {month(week.day)}",
        key=f"kith-week-{week.owner_id}-{year}-W{number:02}",
        at=datetime.fromtimestamp(week.end, zone),
        sections=tuple(one for one in sections if one.lines),
        coverage=covered(week.coverage, zone),
    )


def covered(seen: Coverage, zone: tzinfo) -> str:
    """What all of it rests on."""
    kinds = [
        f"{name} since {month(datetime.fromtimestamp(at, zone).date())}"
        for name, at in (("mail", seen.mail), ("meetings", seen.meetings))
        if at is not None
    ]
    if not kinds:
        return "Nothing is seen yet: connect an account or import an archive."
    return f"Kith sees {' and '.join(kinds)}. A talk over the fence is not in here:  kith mark NAME talked"


def _first_names(people: Iterable[Who]) -> dict[int, str]:
    # Comparing names takes tables that whole names do without.
    from interactions.letters.first_names import first_names

    return first_names(people)


def _people(week: Week) -> Iterator[Who]:
    """Everybody who may be named."""
    for one in week.introduced:
        yield from (who for who in one.whom if who is not None)
    yield from (one.who for one in week.answered)
    yield from (one.who for one in week.revived)
    yield from (one.told.who for one in week.water)
    for entry in (*week.helped, *week.ahead):
        yield from entry.people


class _Telling:
    """Sentences, with the names and the zone they are told in."""

    def __init__(self, names: Mapping[int, str], zone: tzinfo, titles: bool) -> None:
        self._names, self._zone, self._titles = names, zone, titles

    def given(self, week: Week) -> tuple[Line, ...]:
        """Introductions, answers and help; where none is seen, that."""
        lines = [
            *map(self.brought, week.introduced), *map(self.answer, week.answered), *map(self.help, week.helped),
        ]  # fmt: skip
        return tuple(lines) or (
            Line(("Mail and calendars tell of nothing this week; what you gave elsewhere they do not see.",)),
        )

    def brought(self, one: Introduced) -> Line:
        """An introduction, and what came of it."""
        people = self._several([who for who in one.whom if who is not None])
        verb = "brought" if one.state == "confirmed" else "may have brought"
        taken = (one.taken_up,) if one.taken_up is not None else ()
        outcome = "they took it up" if taken else "what came of it is not seen yet"
        text = (f"You {verb} ", *people, f" together on {self._day(one.at)}; {outcome}.")
        return Line(text, (one.interaction, *taken))

    def answer(self, one: Answer) -> Line:
        """An answer to a mail that had been open."""
        told = one.told
        text = f" on {self._day(told.at)}: a mail that had been open for {lasting(told.days)}."
        return Line(("You answered ", self._called(one.who), text), (told.asked, told.answer))

    def help(self, entry: Entry) -> Line:
        """A help the owner noted."""
        people = self._several(entry.people) or ["somebody"]
        return Line(
            ("You helped ", *people, f" on {self._day(entry.at, entry.all_day)}{self._title(entry)}."),
            (entry.id,),
        )

    def back(self, one: Back) -> Line:
        """Somebody back after a long silence, and who came first."""
        told = one.told
        did = {"out": "you wrote", "in": "they wrote"}.get(told.direction, "you met or talked")
        usual = f"; before, it was about {every(told.usual)}" if told.usual is not None else ""
        text = f": {did} on {self._day(told.at)}, after {lasting(told.silent)}{usual}."
        before = (told.before,) if told.before is not None else ()
        return Line((self._called(one.who), text), (*before, told.first))

    def to_water(self, week: Week) -> tuple[Line, ...]:
        """Whom to be in touch with."""
        if week.first_look:
            said = "A first look waits for you, once: people you used to be in touch with. Begin with  kith tend"
            return (Line((said,)),)
        return tuple(map(self.water, week.water))

    def water(self, one: Water) -> Line:
        """One person, why, and one small thing to do."""
        stands = one.told.standing
        quiet = f"quiet for {lasting(stands.silence)}"
        if one.told.why == "new":
            text = f": new, and answered once; {quiet}. A second hello while the first is fresh."
        elif stands.open_since is not None:
            text = f": {self._usual(one)}{quiet}, and their last mail is open. Two lines will do."
        elif stands.waits == "planned":
            text = f": {self._usual(one)}{quiet}; you meet soon."
        else:
            text = f": {self._usual(one)}{quiet}. Say that you thought of them; that is reason enough."
        return Line((self._called(one.told.who), text), (one.last,) if one.last is not None else ())

    def meeting(self, entry: Entry) -> Line:
        """One meeting that is planned."""
        when = self._day(entry.at, entry.all_day)
        if not entry.all_day:
            when += f", {datetime.fromtimestamp(entry.at, self._zone):%H:%M}"
        people = self._several(entry.people)
        whom = (f"{',' * bool(_long(entry))} with ", *people) if people else ()
        return Line((f"{when}: {entry.kind}{_long(entry)}", *whom, f"{self._title(entry)}."), (entry.id,))

    def _usual(self, one: Water) -> str:
        return f"usually {every(one.told.standing.cadence)}, " if one.told.standing.own else ""

    def _called(self, who: Who) -> Called:
        return Called(self._names[who.person_id])

    def _several(self, people: Iterable[Who]) -> list[str | Called]:
        """ "Ada, Bo and 3 others"."""
        every_one = [self._called(who) for who in people]
        shown: list[str | Called] = list(every_one[:_NAMES])
        more = len(every_one) - len(shown)
        if more:
            shown.append(f"{more} {'other' if more == 1 else 'others'}")
        joined: list[str | Called] = []
        for number, one in enumerate(shown):
            joined += [("" if not number else " and " if number == len(shown) - 1 else ", "), one]
        return joined[1:]

    def _day(self, at: int, all_day: bool = False) -> str:
        """ "Tue 10 Mar": a letter is read later than it is told, so no day is called today."""
        there = datetime.fromtimestamp(at, UTC if all_day else self._zone).date()
        return _dated(there)

    def _title(self, entry: Entry) -> str:
        """What it was called; titles name people in full, so that a letter has none."""
        return f": “{clean(entry.title)}”" if self._titles and entry.title else ""


def _dated(there: date) -> str:
    return f"{_WEEKDAYS[there.weekday()]} {there.day} {month(there)[:3]}"


def _long(entry: Entry) -> str:
    if entry.ends_at is None or entry.ends_at <= entry.at:
        return ""
    seconds = entry.ends_at - entry.at
    if entry.all_day or seconds >= _LONG:
        days = max(1, round(seconds / 86_400))
        return ", all day" if days == 1 else f", {days} days"
    hours, minutes = divmod(round(seconds / 60), 60)
    told = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return f", {' '.join(told)}" if told else ""
