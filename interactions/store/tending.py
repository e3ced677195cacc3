"""Whom to be in touch with this week: read from ties and the owner's word, and kept so that a week stays a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from interactions.schema import addresses, facts, person_addresses, proposals, ties
from interactions.store import corrections, spreads
from interactions.store.corrections import CADENCE, MUTE, REST, REVIEWED, SNOOZE, TEND
from interactions.store.database import Database, among, insert, now
from interactions.store.waiting import waiting
from interactions.ties import tending
from interactions.ties.cadence import drawn, usual
from interactions.ties.spread import Spread
from interactions.ties.tending import OUTSIDE, Case, Glance, Proposal

#: Of so many of the worthiest it is looked up first who is from outside work.
_FIRST = 100
#: Who was proposed is left in peace for so many weeks.
_PEACE = 3


class Proposed(Struct, frozen=True):
    """One proposal of this week."""

    proposal: Proposal
    #: Seconds since 1970 UTC.
    made_at: int
    #: They were in touch since.
    done: bool


class Week(Struct, frozen=True):
    """What a week proposes, or whom the first look is about."""

    #: Its Monday.
    monday: str
    proposed: tuple[Proposed, ...]
    #: Everybody else who could be, the worthiest first.
    others: tuple[Proposal, ...]
    #: The owner has not looked through them yet: nothing is proposed until then.
    first_look: bool
    #: People the owner let rest, and those put off.
    resting: int
    snoozed: int


def week(db: Database, owner_id: int, today: date, *, dormant: bool = False, keep: bool = True) -> Week:
    """This week's proposals, made when they are asked for first; with `dormant`, or without `keep`, nothing is kept.

    `today` is the owner's day.
    """
    all_ties = spreads.spread(db, owner_id, (today - date(1970, 1, 1)).days)
    with db.reading() as conn:
        made_at = int(now(conn))
        found, fresh = _week(conn, owner_id, today, made_at, dormant, all_ties)
    rows = [(owner_id, found.monday, one, made_at) for one in fresh]
    if rows and keep:
        columns = ("owner_id", "week", "person_id", "made_at")
        db.write(lambda conn: insert(conn, proposals, columns, rows, "ON CONFLICT DO NOTHING"))
    return found


def _week(
    conn: Connection, owner_id: int, today: date, made_at: int, dormant: bool, all_ties: Spread
) -> tuple[Week, list[int]]:
    """The week, and who is newly proposed in it."""
    monday = today - timedelta(days=today.weekday())
    number = (today - date(1970, 1, 1)).days
    said = _said(conn, owner_id)
    there = {} if dormant or not said.reviewed else _proposed(conn, owner_id, [monday])
    silent = _silent(said, number) | _offices(conn, owner_id)
    wanted = {*there, *said.wished}
    glances = _glances(conn, owner_id, wanted, all_ties.usual, number, dormant)
    cases = _cases(conn, said, [one for one in glances if one.person_id not in silent])
    able = tending.proposals(cases.values(), all_ties, number, dormant=dormant)
    able = sorted(able, key=lambda one: one.person_id not in said.kept)
    told = (len(said.resting), len(said.snoozed))
    if dormant:
        late = [one for one in able if one.standing.silence > tending.UNASKED_DAYS]
        return Week(monday.isoformat(), (), tuple(late), False, *told), []
    if not said.reviewed:
        return Week(monday.isoformat(), (), tuple(able), True, *told), []
    peace = _proposed(conn, owner_id, [monday - timedelta(weeks=back) for back in range(1, _PEACE + 1)])
    fresh = [one for one in able if one.person_id not in there and one.person_id not in peace]
    outside = len(there.keys() & cases.keys()) - len(at_work(conn, there.keys() & cases.keys()))
    chosen = _chosen(conn, fresh, tending.A_WEEK - len(there), max(0, OUTSIDE - outside))
    there.update((one.person_id, made_at) for one in chosen)
    shown = [_shown(cases[person], all_ties.usual, number, at) for person, at in there.items() if person in cases]
    others = [one for one in fresh if one.person_id not in there]
    worth = {one.person_id: number for number, one in enumerate(able)}
    proposed = tuple(
        sorted(
            (one for one in shown if one is not None),
            key=lambda one: (one.done, worth.get(one.proposal.person_id, len(worth)), one.proposal.person_id),
        )
    )
    return Week(monday.isoformat(), proposed, tuple(others), False, *told), [one.person_id for one in chosen]


def _chosen(conn: Connection, fresh: Sequence[Proposal], room: int, outside: int) -> list[Proposal]:
    """This week's, where so many of them shall be from outside work; as a rule the first few tell."""
    chosen: list[Proposal] = []
    for several in (fresh[:_FIRST], fresh):
        work = at_work(conn, [one.person_id for one in several])
        chosen = tending.week(several, work, room, outside)
        if len(chosen) == room and sum(one.person_id not in work for one in chosen) >= min(outside, room):
            break
    return chosen


def _shown(case: Case, around: float, today: int, made_at: int) -> Proposed | None:
    stands = tending.standing(case, around, today)
    if stands is None:
        return None
    last = case.tie.last_out
    done = last is not None and last >= made_at // 86_400
    why = "new" if case.tie.days < 3 and case.wished is None else "silent"
    return Proposed(Proposal(case.tie.person_id, why, 0.0, stands), made_at, done)


class _Said(Struct, frozen=True):
    """The owner's words that matter here, by address id."""

    resting: frozenset[int]
    snoozed: Mapping[int, date]
    wished: Mapping[int, float]
    kept: frozenset[int]
    reviewed: bool


def _said(conn: Connection, owner_id: int) -> _Said:
    held = corrections.held(conn, owner_id, (MUTE, REST, SNOOZE, CADENCE, TEND))
    by: dict[str, dict[str, str]] = defaultdict(dict)
    for (kind, target), value in held.items():
        by[kind][target] = value
    targets = {target for _, target in held}
    rows = conn.execute(
        select(addresses.c.canonical, addresses.c.id, person_addresses.c.person_id)
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, among(conn, addresses.c.canonical, targets))
    )
    person = {row[0]: row[2] or row[1] for row in rows}

    def people(kind: str) -> dict[int, str]:
        return {person[target]: value for target, value in by[kind].items() if target in person}

    return _Said(
        resting=frozenset(people(REST)) | frozenset(people(MUTE)),
        snoozed={one: date.fromisoformat(value) for one, value in people(SNOOZE).items()},
        wished={one: float(value) for one, value in people(CADENCE).items()},
        kept=frozenset(people(TEND)),
        reviewed=REVIEWED in by[TEND],
    )


def _glances(
    conn: Connection, owner_id: int, wanted: set[int], around: float, today: int, dormant: bool
) -> list[Glance]:
    """Those `wanted`, and everybody who is silent for long enough to be proposed, not too long unless `dormant`."""
    columns = (
        ties.c.person_id, ties.c.day, ties.c.sum_365, ties.c.median_gap, ties.c.gaps, ties.c.days, ties.c.first_day,
        ties.c.last_day, ties.c.last_out, ties.c.last_in, ties.c.next_at,
    )  # fmt: skip
    # What usually passes lies between their own median and that of all: most are ruled out by the lesser of the two.
    usual_gap = func.coalesce(ties.c.median_gap, around)
    least = case((usual_gap < around, usual_gap), else_=around)
    silence = today - ties.c.last_day
    waits = or_(silence > tending.DUE_FROM * least, silence > tending.DORMANT_DAYS)
    asked = or_(ties.c.days < tending.RHYTHM, waits)
    if not dormant:
        asked = and_(asked, silence <= tending.UNASKED_DAYS)
    chosen = or_(asked, among(conn, ties.c.person_id, wanted))
    found = [Glance(*row) for row in conn.execute(_tied(owner_id, *columns).where(chosen)).all()]
    return [one for one in found if one.person_id in wanted or one.may_wait(around, today)]


def _offices(conn: Connection, owner_id: int) -> set[int]:
    """Offices without a card: few, so that left out by these they need not be looked up for everybody."""
    rows = (
        select(addresses.c.id)
        .outerjoin(facts, facts.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, addresses.c.role, facts.c.in_book.isnot(True))
    )
    return set(conn.execute(rows).scalars())


def _silent(said: _Said, today: int) -> set[int]:
    """Those who rest and those put off."""
    put_off = {one for one, until in said.snoozed.items() if (until - date(1970, 1, 1)).days > today}
    return put_off | said.resting


def states(conn: Connection, owner_id: int, today: int) -> dict[int, tuple[str, str]]:
    """Person id → state and what it waits for (`ties.tending.Standing`) of everybody who has a tie, resting or not.

    `today` is the owner's day, numbered from 1 January 1970.
    """
    said = _said(conn, owner_id)
    columns = (ties.c.median_gap, ties.c.gaps, ties.c.last_day, ties.c.last_out, ties.c.last_in, ties.c.next_at)
    offices = _offices(conn, owner_id)
    rows = [row for row in conn.execute(_tied(owner_id, ties.c.person_id, *columns)).all() if row[0] not in offices]
    silent = _silent(said, today)
    around = usual(row[1] for row in rows if row[0] not in silent)
    found = {}
    for person, median_gap, gaps, last, out, inward, next_at in rows:
        wished = said.wished.get(person)
        rhythm = wished or drawn(median_gap, gaps, around)
        waits = tending.waits(out, inward, next_at is not None, today)
        found[person] = (tending.state(today - last, rhythm, wished is not None), waits)
    return found


def _tied(owner_id: int, *columns: ColumnElement[Any]) -> Select[Any]:
    """These columns of everybody with whom both sides have acted, offices too."""
    return select(*columns).where(
        ties.c.owner_id == owner_id,
        ties.c.last_day.isnot(None),
        and_(ties.c.last_out.isnot(None), ties.c.last_in.isnot(None)),
    )


def _cases(conn: Connection, said: _Said, glances: Iterable[Glance]) -> dict[int, Case]:
    """Person id → these people as their question sees them."""
    those = list(glances)
    asked = waiting(conn, [one.person_id for one in those if (one.last_in or 0) > (one.last_out or 0)])
    return {one.person_id: Case(one, said.wished.get(one.person_id), one.person_id in asked) for one in those}


def at_work(conn: Connection, people: Iterable[int]) -> set[int]:
    """Those all of whose addresses are at a company: no consumer mailbox, no telephone, no card alone."""
    # Domains take a list that the log does not need.
    from interactions.organisations import company

    members = _members(conn, people)
    rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(among(conn, addresses.c.id, members)))
    found = ((members[id], company(canonical.rpartition("@")[2] if "@" in canonical else "")) for id, canonical in rows)
    return set(members.values()) - {one for one, at in found if not at}


def _members(conn: Connection, people: Iterable[int]) -> dict[int, int]:
    """Every address of these people → the person."""
    wanted = set(people)
    linked = conn.execute(
        select(person_addresses.c.address_id, person_addresses.c.person_id).where(
            among(conn, person_addresses.c.person_id, wanted)
        )
    )
    return {one: one for one in wanted} | {row[0]: row[1] for row in linked}


def _proposed(conn: Connection, owner_id: int, mondays: Iterable[date]) -> dict[int, int]:
    weeks = [monday.isoformat() for monday in mondays]
    rows = conn.execute(
        select(proposals.c.person_id, proposals.c.made_at)
        .where(proposals.c.owner_id == owner_id, proposals.c.week.in_(weeks))
        .order_by(proposals.c.made_at, proposals.c.person_id)
    )
    return {row[0]: row[1] for row in rows}
