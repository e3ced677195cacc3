"""Where the owner gives and where they receive: overall, in each circle, and, when asked, with one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.queries.circles import named, names_and_members
from interactions.queries.introductions import introduced
from interactions.queries.names import members_of, persons_of
from interactions.queries.people import Person
from interactions.queries.tend import Coverage, coverage
from interactions.schema import ties
from interactions.store import exchanges as counting
from interactions.store import introduced as introductions
from interactions.store.balances import Sum, together
from interactions.store.database import Database
from interactions.ties import balance as weighing
from interactions.ties.balance import DAY

_EPOCH = date(1970, 1, 1)
#: Interactions behind a number that are told: the newest.
EVIDENCE_MAX = 100
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
    #: Name of a part → numbers of the interactions behind it, the newest first, and how many more there are; of one
    #: person alone.
    evidence: dict[str, list[int]] = {}
    left_out: dict[str, int] = {}


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
        seen = coverage(conn, owner_id)
    inside = {key: one for key, one in known.items() if one[0]}
    sums = together(db, owner_id, {key: people for key, (_, people) in inside.items()})
    circles = [
        InCircle(key, name, _of(sums[key], _introduced(told, people), day)) for key, (name, people) in inside.items()
    ]
    told_circles = sorted(circles, key=lambda one: (-one.balance.given - one.balance.received, one.name, one.key))
    overall = _of(sums[""], _introduced(told, None), day)
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


def _introduced(
    told: Sequence[introductions.Row], people: Collection[int] | None
) -> tuple[list[introductions.Row], list[introductions.Row]]:
    """Confirmed ones: those the owner made with these people, and those these people made for the owner."""
    sure = [one for one in told if one[5] == "confirmed"]
    mine = [one for one in sure if one[1] == 0 and (people is None or any(who in people for who in one[2:4]))]
    theirs = [one for one in sure if one[1] != 0 and one[2] == 0 and (people is None or one[1] in people)]
    return mine, theirs


def _felt(told: Iterable[introductions.Row]) -> float:
    return sum(weighing.INTRODUCTION * weighing.felt(one[4]) for one in told)


def _of(found: Sum, told: tuple[list[introductions.Row], list[introductions.Row]], day: int) -> Balance:
    def side(end: str, made: int, hours: float | None) -> Side:
        began, asked, answered, hosted, reached, helped = (int(found.summed[f"{name}{end}"]) for name in PARTS)
        return Side(began, asked, answered, hosted, reached, made, helped, hours)

    mine = side("", len(told[0]), weighing.median(found.mine))
    theirs = side("_them", len(told[1]), weighing.median(found.theirs))
    given, received = found.summed["given"] + _felt(told[0]), found.summed["received"] + _felt(told[1])
    return _balance(mine, theirs, given, received, day, found.people)


def _balance(mine: Side, theirs: Side, given: float, received: float, day: int, people: int) -> Balance:
    """Of sums that are carried to the landmark."""
    gave, got = weighing.felt_on(given, day), weighing.felt_on(received, day)
    return Balance(mine, theirs, weighing.word(gave, got), round(gave, 3), round(got, 3), people)


def _side(one: weighing.Side) -> Side:
    lists = {
        "began": one.began, "asked": one.asked, "answered": one.answered, "answers": one.answers,
        "hosted": one.hosted, "reached": one.reached, "helped": one.helped,
    }  # fmt: skip
    began, asked, answered, hosted, reached, helped = (len(lists[name]) for name in PARTS)
    return _evidence(Side(began, asked, answered, hosted, reached, 0, helped, weighing.median(one.lengths)), lists)


def _with(one: Side, made: list[int]) -> Side:
    return _evidence(msgspec.structs.replace(one, introduced=len(made)), {"introduced": made})


def _evidence(one: Side, lists: Mapping[str, Sequence[int]]) -> Side:
    """The same with what is behind these parts: lists of numbers by rising time."""
    told = {name: list(reversed(numbers))[:EVIDENCE_MAX] for name, numbers in lists.items() if numbers}
    more = {name: len(numbers) - EVIDENCE_MAX for name, numbers in lists.items() if len(numbers) > EVIDENCE_MAX}
    return msgspec.structs.replace(one, evidence={**one.evidence, **told}, left_out={**one.left_out, **more})
