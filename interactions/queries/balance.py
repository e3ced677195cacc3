"""Where the owner gives and where they receive: overall, in each circle, and, when asked, with one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.queries.circles import named, names_and_members
from interactions.queries.introductions import introduced
from interactions.queries.names import members_of, persons_of
from interactions.queries.people import Person
from interactions.queries.tend import Coverage, coverage
from interactions.schema import exchanges, replies, ties
from interactions.store import exchanges as counting
from interactions.store import introduced as introductions
from interactions.store.database import Database, among
from interactions.ties import balance as weighing
from interactions.ties.balance import DAY

_EPOCH = date(1970, 1, 1)
#: What each side did, as columns have it; theirs end in _them.
PARTS = ("began", "asked", "answered", "hosted", "reached", "helped")


class Side(Struct, frozen=True):
    """One side's part in two years."""

    began: int = 0
    #: Mails of the other side that asked, and those that were answered.
    asked: int = 0
    answered: int = 0
    hosted: int = 0
    #: Conversations begun again after long silence.
    reached: int = 0
    introduced: int = 0
    #: As the owner noted it.
    helped: int = 0
    #: Hours until half of the answers are there; None where there is too little to say.
    hours: float | None = None
    #: Name of a part → numbers of the interactions behind it; of one person alone.
    evidence: dict[str, list[int]] = {}


class Balance(Struct, frozen=True):
    """The two sides, and in a word which gives more."""

    mine: Side
    theirs: Side
    #: giving, even, receiving, "too little data"
    word: str
    #: What is felt of both sides today, in answers.
    given: float
    received: float
    people: int


class InCircle(Struct, frozen=True):
    """The balance with the people of one circle."""

    key: str
    name: str
    balance: Balance


class Balances(Struct, frozen=True):
    """The answer."""

    overall: Balance
    circles: tuple[InCircle, ...]
    #: From this day on things count.
    since: date
    coverage: Coverage


def balances(db: Database, owner_id: int, now: int, *, circle: str = "") -> Balances:
    """Overall and in each circle, or in those that `circle` means, up to `now` (seconds since 1970 UTC).

    What is not counted yet is counted first.
    """
    prepare(db, owner_id, now)
    day = now // DAY
    since = weighing.window(day)
    with db.reading() as conn:
        told = _told(conn, owner_id, since)
        known = named(conn, owner_id, circle) if circle else names_and_members(conn, owner_id)
        inside = {key: one for key, one in known.items() if one[0]}
        people = {one for _, members in inside.values() for one in members}
        rows, lengths = _rows(conn, people), _lengths(conn, people)
        circles = [
            InCircle(key, name, _together(members, rows, lengths, told, day)) for key, (name, members) in inside.items()
        ]
        overall = _overall(conn, owner_id, told, day)
        seen = coverage(conn, owner_id)
    told_circles = sorted(circles, key=lambda one: (-one.balance.given - one.balance.received, one.name, one.key))
    return Balances(overall, tuple(told_circles), date.fromordinal(_EPOCH.toordinal() + since), seen)


def of_person(db: Database, owner_id: int, person: Person, now: int) -> tuple[Balance, Coverage]:
    """With one person, each part with the interactions behind it."""
    prepare(db, owner_id, now)
    since = weighing.window(now // DAY)
    with db.reading() as conn:
        told = [one for one in _told(conn, owner_id, since) if person.id in one[1:4]]
        usual = conn.execute(select(ties.c.median_gap).where(ties.c.person_id == person.id)).scalar() or 0.0
        ids = members_of(conn, [person.id])[person.id]
        turns = [turn for _, turn in counting.turns_of(conn, {*ids, person.id}, (since - 400) * DAY, now)]
        found = weighing.exchange(counting.once(turns), since * DAY, now, usual)
        seen = coverage(conn, owner_id)
    mine, theirs = _side(found.mine), _side(found.theirs)
    gave, got = _introduced(told, {person.id})
    mine, theirs = _with(mine, [one[0] for one in gave]), _with(theirs, [one[0] for one in got])
    given = found.mine.felt + _felt(gave)
    received = found.theirs.felt + _felt(got)
    return _balance(mine, theirs, given, received, now // DAY, 1), seen


def prepare(db: Database, owner_id: int, now: int) -> None:
    """Count what is not counted yet."""
    counting.settle(db, owner_id)
    with db.reading() as conn:
        fresh = introductions.is_fresh(conn, owner_id)
    if fresh:
        return

    rows: list[introductions.Row] = []
    for one in introduced(db, owner_id, now):
        first, second = sorted(who.person_id if who else 0 for who in one.whom)
        rows.append((one.interaction, one.by.person_id if one.by else 0, first, second, one.at, one.state))
    db.write(lambda conn: introductions.keep(conn, owner_id, rows))


def _told(conn: Connection, owner_id: int, since: int) -> list[introductions.Row]:
    """Introductions from a day on, by who people are now."""
    kept = introductions.kept(conn, owner_id, since * DAY)
    now_is = persons_of(conn, {person for one in kept for person in one[1:4]})
    return [
        (act, now_is[by], min(now_is[one], now_is[other]), max(now_is[one], now_is[other]), at, state)
        for act, by, one, other, at, state in kept
    ]


_Row = Mapping[str, float]


def _rows(conn: Connection, people: Iterable[int]) -> dict[int, _Row]:
    rows = conn.execute(select(exchanges).where(among(conn, exchanges.c.person_id, people))).mappings().all()
    return {row["person_id"]: dict(row) for row in rows}


def _lengths(conn: Connection, people: Iterable[int]) -> dict[int, dict[bool, dict[int, tuple[int, int]]]]:
    rows = conn.execute(select(replies).where(among(conn, replies.c.person_id, people))).all()
    found: dict[int, dict[bool, dict[int, tuple[int, int]]]] = {}
    for person, mine, length, answered, still in rows:
        found.setdefault(person, {False: {}, True: {}})[bool(mine)][length] = (answered, still)
    return found


def _together(
    members: Iterable[int],
    rows: Mapping[int, _Row],
    lengths: Mapping[int, Mapping[bool, Mapping[int, tuple[int, int]]]],
    told: Sequence[introductions.Row],
    day: int,
) -> Balance:
    there = [one for one in members if one in rows]
    summed = {name: sum(rows[one][name] for one in there) for name in _SUMMED}
    took = {mine: weighing.merged(lengths[one][mine] for one in there if one in lengths) for mine in (False, True)}
    return _of(summed, took, _introduced(told, set(members)), day, len(there))


_SUMMED = (*PARTS, *(f"{name}_them" for name in PARTS), "given", "received")


def _overall(conn: Connection, owner_id: int, told: Sequence[introductions.Row], day: int) -> Balance:
    columns = [func.coalesce(func.sum(exchanges.c[name]), 0) for name in _SUMMED]
    row = conn.execute(select(func.count(), *columns).where(exchanges.c.owner_id == owner_id)).one()
    theirs = select(exchanges.c.person_id).where(exchanges.c.owner_id == owner_id)
    grouped = conn.execute(
        select(replies.c.mine, replies.c.length, func.sum(replies.c.answered), func.sum(replies.c.open))
        .where(replies.c.person_id.in_(theirs))
        .group_by(replies.c.mine, replies.c.length)
    ).all()
    took: dict[bool, dict[int, tuple[int, int]]] = {False: {}, True: {}}
    for mine, length, answered, still in grouped:
        took[bool(mine)][length] = (int(answered), int(still))
    return _of(dict(zip(_SUMMED, row[1:], strict=True)), took, _introduced(told, None), day, row[0])


def _introduced(
    told: Sequence[introductions.Row], people: set[int] | None
) -> tuple[list[introductions.Row], list[introductions.Row]]:
    """Confirmed ones: those the owner made with these people, and those these people made for the owner."""
    sure = [one for one in told if one[5] == "confirmed"]
    mine = [one for one in sure if one[1] == 0 and (people is None or people.intersection(one[2:4]))]
    theirs = [one for one in sure if one[1] != 0 and one[2] == 0 and (people is None or one[1] in people)]
    return mine, theirs


def _felt(told: Iterable[introductions.Row]) -> float:
    return sum(weighing.INTRODUCTION * weighing.felt(one[4]) for one in told)


def _of(
    summed: Mapping[str, float],
    took: Mapping[bool, Mapping[int, tuple[int, int]]],
    told: tuple[list[introductions.Row], list[introductions.Row]],
    day: int,
    people: int,
) -> Balance:
    def side(end: str, made: int, hours: float | None) -> Side:
        began, asked, answered, hosted, reached, helped = (int(summed[f"{name}{end}"]) for name in PARTS)
        return Side(began, asked, answered, hosted, reached, made, helped, hours)

    mine = side("", len(told[0]), weighing.median(took[True]))
    theirs = side("_them", len(told[1]), weighing.median(took[False]))
    return _balance(mine, theirs, summed["given"] + _felt(told[0]), summed["received"] + _felt(told[1]), day, people)


def _balance(mine: Side, theirs: Side, given: float, received: float, day: int, people: int) -> Balance:
    """Of sums that are carried to the landmark."""
    gave, got = weighing.felt_on(given, day), weighing.felt_on(received, day)
    return Balance(mine, theirs, weighing.word(gave, got), round(gave, 3), round(got, 3), people)


def _side(one: weighing.Side) -> Side:
    lists = {
        "began": one.began, "asked": one.asked, "answered": one.answered, "answers": one.answers,
        "hosted": one.hosted, "reached": one.reached, "helped": one.helped,
    }  # fmt: skip
    evidence = {name: sorted(numbers) for name, numbers in lists.items() if numbers}
    began, asked, answered, hosted, reached, helped = (len(lists[name]) for name in PARTS)
    return Side(began, asked, answered, hosted, reached, 0, helped, weighing.median(one.lengths), evidence)


def _with(one: Side, made: list[int]) -> Side:
    evidence = {**one.evidence, **({"introduced": made} if made else {})}
    return Side(one.began, one.asked, one.answered, one.hosted, one.reached, len(made), one.helped, one.hours, evidence)
