"""Answers as tables for people: the log, persons, and what was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from msgspec import Struct

from interactions.lengths import dated, every
from interactions.lengths import lasting as lasting_days
from interactions.queries.log import Entry, Log
from interactions.queries.people import Person
from interactions.queries.ties import Standing
from interactions.queries.told import Told
from kith.show.plain import plain, readable
from kith.show.reasons import reason
from kith.show.screen import Screen
from kith.show.table import Column, table
from kith.show.when import ago, lasting, when

ARROWS = {"out": "→", "in": "←", "both": "⇄"}
_KINDS = {"email": "mail", "meeting": "meeting", "call": "call", "note": "note"}
#: Names shown of one interaction before the rest are counted.
_NAMES = 2
_LOG = (
    Column("when", least=9),
    Column(""),
    Column("who", least=12, shrink=True),
    Column("what", least=16, shrink=True),
    Column("why", least=10, shrink=True, faint=True),
)
_PEOPLE = (
    Column("who", least=12, shrink=True),
    Column("last", least=10),
    Column("tie"),
    Column("→", right=True),
    Column("←", right=True),
    Column("⇄", right=True),
    Column("addresses", least=12, shrink=True, faint=True),
)
_ITEMS = (
    Column("item"),
    Column("when", least=9),
    Column("who", least=12, shrink=True),
    Column("what", least=12, shrink=True),
    Column("why", least=12, shrink=True, faint=True),
)


class Moment(Struct, frozen=True):
    """From where times are told."""

    now: int
    zone: tzinfo

    def when(self, at: int, *, all_day: bool = False, clock: bool = False) -> str:
        """See `kith.show.when`."""
        return when(at, self.now, self.zone, all_day=all_day, clock=clock)

    @property
    def today(self) -> date:
        """The owner's day."""
        return datetime.fromtimestamp(self.now, self.zone).date()

    def ago(self, at: float) -> str:
        """How long ago that was."""
        return ago(self.now - at)


def log_lines(screen: Screen, log: Sequence[Entry], moment: Moment, *, numbers: bool = False) -> list[str]:
    """Interactions as a table; with `numbers` their ids stand first."""
    columns = (Column("no", right=True), *_LOG) if numbers else _LOG
    rows = [_entry_cells(entry, moment) for entry in log]
    return table(
        screen, columns, [[str(entry.id), *row] for entry, row in zip(log, rows, strict=True)] if numbers else rows
    )


def log_sum(log: Log, *, planned: bool) -> str:
    """The line below the log."""
    what = "planned interaction" if planned else "interaction"
    found = f"{'more than ' if log.more else ''}{count(log.total, what)}"
    if log.people is not None:
        found += f" with {count(log.people, 'person', 'people')}"
    shown = f" · the first {len(log.entries):,} are shown (--limit)" if log.more or len(log.entries) < log.total else ""
    if planned or not log.dropped:
        return found + shown
    return f"{found}{shown} · {count(log.dropped, 'item was', 'items were')} judged no interaction (kith dropped)"


def people_lines(
    screen: Screen, people: Sequence[Person], moment: Moment, ties: Mapping[int, Standing] | None = None
) -> list[str]:
    """Persons as a table; with `ties` (by person id) a word on each."""
    if ties is None:
        columns = [column for column in _PEOPLE if column.title != "tie"]
        return table(screen, columns, [_person_cells(person, moment) for person in people])
    rows = []
    for person in people:
        who, last, *rest = _person_cells(person, moment)
        rows.append([who, last, stands.word if (stands := ties.get(person.id)) else "", *rest])
    return table(screen, _PEOPLE, rows)


def item_lines(screen: Screen, items: Sequence[Told], moment: Moment, indent: str = "   ") -> list[str]:
    """Stored items as a table."""
    rows = [
        [
            f"i{item.id}",
            "" if item.at is None else moment.when(item.at),
            item.name or item.address,
            item.title or item.kind,
            reason(item.rule, item.evidence) or item.state,
        ]
        for item in items
    ]
    return table(screen, _ITEMS, rows, indent)


def count(number: int, one: str, several: str = "") -> str:
    """ "1 person", "1,204 people"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def person_head(person: Person, moment: Moment, organisations: Sequence[str] = ()) -> list[str]:
    """Who somebody is and what passed between them and the owner."""
    shown = (readable(address) for address in person.addresses)
    lines = [plain(person.name), *(f"  {plain(address)}" for address in shown if address not in ("", person.name))]
    if organisations:
        lines.append(f"  at {', '.join(map(plain, organisations))}")
    if person.in_book:
        lines.append("  in your address book")
    if not person.total:
        return [*lines, "  nothing in the log yet"]
    assert person.first_at is not None
    assert person.last_at is not None
    kinds = ", ".join(count(number, _KINDS.get(kind, kind)) for kind, number in person.kinds.items())
    lines.append(f"  {count(person.total, 'interaction')}: {kinds} · {_ways(person)}")
    since = moment.when(person.first_at, clock=False)
    lines.append(f"  first {since} · last {moment.when(person.last_at)}, {moment.ago(person.last_at)}")
    return lines


def tie_lines(stands: Standing | None, today: date) -> list[str]:
    """How a tie stands and how it came to be, where there is anything to say."""
    if stands is None or stands.silence is None:
        return []
    quiet = f"quiet for {lasting_days(stands.silence)}" if stands.silence > 1 else "in touch just now"
    told = [] if stands.word == "quiet" else [stands.word or "one way so far"]
    told.append(quiet)
    if stands.cadence is not None and stands.word:
        told.append(f"usually {every(stands.cadence)}")
    on: dict[date, list[str]] = {}
    for name, at in stands.steps.items():
        on.setdefault(at, []).append(name)
    steps = [f"{dated(at, today)} {', '.join(names)}" for at, names in sorted(on.items())]
    return [f"  {' · '.join(told)}", f"  {' → '.join(steps)}"]


def _ways(person: Person) -> str:
    ways = ((ARROWS["out"], person.outward), (ARROWS["in"], person.inward), (ARROWS["both"], person.both))
    return "  ".join(f"{arrow} {number:,}" for arrow, number in ways if number)


def _entry_cells(entry: Entry, moment: Moment) -> list[str]:
    return [
        moment.when(entry.at, all_day=entry.all_day, clock=entry.planned),
        ARROWS.get(entry.direction, ""),
        who(entry),
        what(entry),
        reason(entry.rule, entry.evidence),
    ]


def who(entry: Entry) -> str:
    """The first names, and how many more."""
    names = [person.name for person in entry.people]
    more = f" +{len(names) - _NAMES}" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def what(entry: Entry) -> str:
    """The kind, how long it took, and what it was about."""
    kind = _KINDS.get(entry.kind, entry.kind)
    if entry.ends_at is not None and entry.ends_at > entry.at:
        kind = f"{kind} {'all day' if entry.all_day else lasting(entry.ends_at - entry.at)}"
    return f"{kind}  {entry.title}" if entry.title else kind


def _person_cells(person: Person, moment: Moment) -> list[str]:
    last = "" if person.last_at is None else moment.ago(person.last_at)
    numbers = [f"{number:,}" if number else "" for number in (person.outward, person.inward, person.both)]
    shown = (readable(address) for address in person.addresses)
    return [person.name, last, *numbers, ", ".join(one for one in shown if one not in ("", person.name))]
