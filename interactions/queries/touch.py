"""What passed between the owner and somebody within a stretch of time that had been waited for: answers, and contact
after a long silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, Integer, cast, func, select

from interactions.queries.among import among
from interactions.schema import addresses, facts, participants, person_addresses, ties
from interactions.store import corrections
from interactions.store.exchanges import by_person, turns_of
from interactions.ties.balance import Turn, may_be_answered_by, says_it_answers
from interactions.ties.cadence import cadence, usual
from interactions.ties.tie import Day, Tie, tie, value
from interactions.ties.weights import ASKED, CONTACT, UNIT

_DAY = 86_400
#: Days after which an answer is one to a mail that had waited, and after which nothing waits any more.
WAITED, TOO_LATE = 2, 60
#: Days of silence, and how many times what is usual, after which two are back in touch.
SILENT, TIMES = 60, 2.0


class Answered(Struct, frozen=True):
    """A mail that had waited, and what the owner wrote then."""

    person_id: int
    #: Whole days that it waited.
    days: int
    #: Their mail and the owner's, and when the owner wrote (seconds since 1970 UTC).
    asked: int
    answer: int
    at: int


class Revived(Struct, frozen=True):
    """The first contact after a long silence."""

    person_id: int
    #: Days it had been silent; days that usually pass, None where there were too few to tell.
    silent: int
    usual: float | None
    #: Who came first: out, in, both (they met or talked).
    direction: str
    #: The last contact before, the first now, and when that was (seconds since 1970 UTC).
    before: int | None
    first: int
    at: int


class _Part(Struct, frozen=True):
    """One person's part in one interaction."""

    person_id: int
    address_id: int
    interaction: int
    at: int
    direction: str
    kind: str
    role: str
    weight: int


def answered(conn: Connection, owner_id: int, start: int, end: int) -> list[Answered]:
    """Mails to the owner and few others that the owner answered from `start` until before `end`, having let them wait.

    An answer says which mail it answers. Who met or talked in between was not waiting any more.
    """
    lately = _parts(conn, owner_id, start, end)
    wrote = {part.person_id for part in lately if _is_letter(part, "out")}
    rows = turns_of(conn, wrote, start - TOO_LATE * _DAY, end - 1)
    found = [one for person, turns in by_person(rows) for one in _answered(person, turns, start)]
    return sorted(found, key=lambda one: (one.at, one.answer))


def _answered(person: int, turns: Iterable[Turn], start: int) -> Iterator[Answered]:
    """What one person waited for until `start` or longer."""
    waiting: list[Turn] = []
    for one in sorted(turns, key=lambda one: (one.at, one.id)):
        if one.kind != "email":
            waiting.clear()
        elif one.direction == "in" and one.asks:
            waiting.append(one)
        elif one.direction == "out" and one.asks:
            said = set(says_it_answers(one))
            meant = [asked for asked in waiting if not said.isdisjoint(may_be_answered_by(asked))]
            waiting = [asked for asked in waiting if asked not in meant]
            days = (one.at - meant[0].at) // _DAY if meant else 0
            if one.at >= start and WAITED <= days <= TOO_LATE:
                yield Answered(person, days, meant[0].id, one.id, one.at)


def revived(conn: Connection, owner_id: int, start: int, end: int) -> list[Revived]:
    """People with whom the first contact from `start` until before `end` came after a long silence, the first first."""
    lately = _by_person(_parts(conn, owner_id, start, end))
    before = _ties_before(conn, lately, start)
    around = usual(conn.execute(
        select(ties.c.median_gap).where(
            ties.c.owner_id == owner_id, ties.c.gaps > 0, ties.c.last_out.isnot(None), ties.c.last_in.isnot(None)
        )
    ).scalars().all())  # fmt: skip
    found = []
    for person, several in lately.items():
        then, first = before.get(person), _first_contact(several)
        if then is None or then.last_day is None or first is None or not _both_acted(then, several):
            continue
        silent = first.at // _DAY - then.last_day
        if silent >= SILENT and silent > TIMES * cadence(then, around):
            own = cadence(then, around) if then.gaps else None
            found.append((person, silent, own, first, then.last_day))
    last = _last_before(conn, {person: day for person, _, _, _, day in found}, start)
    return [
        Revived(person, silent, own, first.direction, last.get(person), first.interaction, first.at)
        for person, silent, own, first, _ in sorted(found, key=lambda one: (one[3].at, one[3].interaction))
    ]


def _parts(conn: Connection, owner_id: int, start: int, end: int, people: Collection[int] | None = None) -> list[_Part]:
    """What others had a part in from `start` until before `end`, oldest first; of `people` where they are given.

    Left out: offices and programs, the owner's own addresses, and whoever is muted or at rest.
    """
    person = func.coalesce(person_addresses.c.person_id, addresses.c.id)
    chosen = (
        select(
            person, participants.c.address_id, participants.c.interaction_id, participants.c.at,
            participants.c.direction, participants.c.kind, participants.c.role, participants.c.weight,
            addresses.c.canonical,
        )
        .join(addresses, addresses.c.id == participants.c.address_id)
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .outerjoin(facts, facts.c.address_id == addresses.c.id)
        .where(
            addresses.c.owner_id == owner_id, participants.c.at >= start, participants.c.at < end,
            participants.c.weight > 0, facts.c.own.isnot(True), ~addresses.c.role | facts.c.in_book.is_(True),
        )
        .order_by(participants.c.at, participants.c.interaction_id)
    )  # fmt: skip
    if people is not None:
        chosen = chosen.where(among(conn, person, people))
    rows = conn.execute(chosen).all()
    held = corrections.held(conn, owner_id, (corrections.MUTE, corrections.REST))
    said = {target for _, target in held}
    left_out = {row[0] for row in rows if row[-1] in said}
    return [_Part(*row[:-1]) for row in rows if row[0] not in left_out]


def _by_person(parts: Iterable[_Part]) -> dict[int, list[_Part]]:
    found: dict[int, list[_Part]] = defaultdict(list)
    for part in parts:
        found[part.person_id].append(part)
    return found


def _is_letter(part: _Part, direction: str) -> bool:
    """A mail to few, not a crowd."""
    return part.kind == "email" and part.direction == direction and part.weight >= int(ASKED * UNIT)


def _first_contact(parts: Sequence[_Part]) -> _Part | None:
    """The first of the first day that is a day of contact: a copy among many is none."""
    days: dict[tuple[int, str], list[_Part]] = defaultdict(list)
    for part in parts:
        days[part.at // _DAY, part.direction].append(part)
    touched = [
        several[0]
        for (day, direction), several in days.items()
        if value(Day(0, day, direction, sum(p.weight for p in several) / UNIT, max(p.weight for p in several) / UNIT))
        >= CONTACT
    ]
    return min(touched, key=lambda part: (part.at, part.interaction), default=None)


def _both_acted(then: Tie, lately: Sequence[_Part]) -> bool:
    ways = {part.direction for part in lately}
    out = then.last_out is not None or not ways.isdisjoint(("out", "both"))
    return out and (then.last_in is not None or not ways.isdisjoint(("in", "both")))


def _ties_before(conn: Connection, people: Collection[int], start: int) -> dict[int, Tie]:
    """What the ties of these people were before `start`."""
    person_of = _members(conn, people)
    day = cast((participants.c.at - participants.c.at % _DAY) / _DAY, Integer)
    rows = conn.execute(
        select(
            participants.c.address_id, day, participants.c.direction, func.sum(participants.c.weight),
            func.max(participants.c.weight),
        )
        .where(among(conn, participants.c.address_id, person_of), participants.c.at < start)
        .group_by(participants.c.address_id, day, participants.c.direction)
    )  # fmt: skip
    days: dict[int, list[Day]] = defaultdict(list)
    for address_id, number, direction, total, largest in rows:
        days[person_of[address_id]].append(Day(address_id, number, direction, int(total) / UNIT, int(largest) / UNIT))
    return {person: tie(several, start // _DAY) for person, several in days.items()}


def _members(conn: Connection, people: Collection[int]) -> dict[int, int]:
    """Every address of these people → the person."""
    rows = conn.execute(
        select(person_addresses.c.address_id, person_addresses.c.person_id).where(
            among(conn, person_addresses.c.person_id, people)
        )
    )
    return {one: one for one in people} | {row[0]: row[1] for row in rows}


def _last_before(conn: Connection, days: Mapping[int, int], start: int) -> dict[int, int]:
    """Person → the last interaction with them on the day that was their last before `start`."""
    person_of = _members(conn, days)
    found: dict[int, int] = {}
    for address_id, person in person_of.items():
        rows = conn.execute(
            select(participants.c.interaction_id, participants.c.at)
            .where(
                participants.c.address_id == address_id, participants.c.weight > 0, participants.c.at < start,
                participants.c.at >= days[person] * _DAY, participants.c.at < (days[person] + 1) * _DAY,
            )
            .order_by(participants.c.at, participants.c.interaction_id)
        )  # fmt: skip
        for number, _ in rows:
            found[person] = max(number, found.get(person, number))
    return found
