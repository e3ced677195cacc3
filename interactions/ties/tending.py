"""Whom to water this week: silence against the pair's own rhythm, few at a time, each with its reason.

A first answer that is picked up within days makes about twice as many lasting ties as one that is left; ties that were
silent for 16 times their rhythm rarely wake by themselves, and are worth as much when they do (Levin et al., 2011).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from interactions.ties.cadence import drawn
from interactions.ties.spread import Spread, depth, rank
from interactions.ties.tie import Tie

IN_TOUCH, DUE, OVERDUE, FADING, DORMANT = "in touch", "due", "overdue", "fading", "dormant"
#: Where each state begins, in cadences; closer where the owner named the cadence.
DUE_FROM = 2.0
_FROM = ((16.0, DORMANT), (8.0, FADING), (4.0, OVERDUE), (DUE_FROM, DUE))
_FROM_OWN = ((4.0, FADING), (2.0, OVERDUE), (1.0, DUE))
#: Days of silence after which a tie is dormant whatever its rhythm, and after which nobody is proposed unasked.
DORMANT_DAYS, UNASKED_DAYS = 730, 548
#: What nobody has to do anything about: a meeting is ahead, an answer is waited for, for so many days.
PLANNED, AWAITED, AWAITED_DAYS = "planned", "awaited", 14
#: So many proposals a week, so many of them from outside work, and so many first answers among them.
A_WEEK, OUTSIDE, FIRST_ANSWERS = 7, 2, 2
#: Somebody new: known for at most so many days, silent for at least so many, with at most so many days of contact.
_NEW_KNOWN, _NEW_SILENT, _NEW_DAYS = 60, 10, 2
#: Days of contact from which there is a rhythm to keep.
RHYTHM = 3


class Glance(Struct, frozen=True):
    """As much of a tie as this question needs. Days are numbered from 1 January 1970 UTC."""

    person_id: int
    day: int
    #: The sum that grows over years, on `day`.
    grown: float
    median_gap: float | None
    gaps: int
    days: int
    first_day: int | None
    last_day: int | None
    last_out: int | None
    last_in: int | None
    #: When the next meeting is ahead, seconds since 1970 UTC.
    next_at: int | None = None

    def may_wait(self, around: float, today: int) -> bool:
        """Whether they are silent for long enough to be proposed, where the owner named no cadence."""
        if self.last_day is None or self.first_day is None:
            return False
        silence = today - self.last_day
        if self.days < RHYTHM:
            return silence >= _NEW_SILENT and today - self.first_day <= _NEW_KNOWN
        own = self.median_gap or around
        # What is drawn from one to the other lies between them.
        if silence > min(DUE_FROM * max(own, around), DORMANT_DAYS):
            return True
        return silence > DUE_FROM * min(own, around) and silence > DUE_FROM * drawn(self.median_gap, self.gaps, around)


class Case(Struct, frozen=True):
    """One person, as this question sees them."""

    tie: Glance
    #: How often the owner wants to be in touch, in days.
    wished: float | None = None
    #: Where they acted last, it was by a mail to the owner and few others: it may wait for an answer.
    asked: bool = True


class Standing(Struct, frozen=True):
    """How a tie stands today."""

    #: in touch, due, overdue, fading, dormant
    state: str
    #: Days that usually pass, and whether that is known of these two or only of others; days of silence.
    cadence: float
    own: bool
    silence: int
    #: "planned" when a meeting is ahead, "awaited" when the owner wrote lately, else "".
    waits: str
    #: The last day they acted, when the owner has not since, and they wrote to the owner rather than to a crowd.
    open_since: int | None


class Proposal(Struct, frozen=True):
    """One person to be in touch with, and why."""

    person_id: int
    #: "silent" or "new"
    why: str
    score: float
    standing: Standing


def standing(case: Case, around: float, today: int) -> Standing | None:
    """How a tie stands where `around` days are usual; None where both have not acted yet."""
    tie = case.tie
    if tie.last_day is None or tie.last_out is None or tie.last_in is None:
        return None
    usual = case.wished or drawn(tie.median_gap, tie.gaps, around)
    silence = today - tie.last_day
    open_since = tie.last_in if tie.last_in > tie.last_out and case.asked else None
    return Standing(
        state(silence, usual, case.wished is not None), usual, bool(tie.gaps or case.wished), silence,
        waits(tie.last_out, tie.last_in, tie.next_at is not None, today), open_since,
    )  # fmt: skip


def state(silence: int, usual: float, wished: bool) -> str:
    """What so many days of silence are where `usual` days usually pass, or where the owner wished for so many."""
    if silence > DORMANT_DAYS:
        return DORMANT
    for start, name in _FROM_OWN if wished else _FROM:
        if silence > start * usual:
            return name
    return IN_TOUCH


def waits(last_out: int, last_in: int, planned: bool, today: int) -> str:
    """Why nobody has to do anything yet: "planned", "awaited" or ""; the days are those either side last acted."""
    if planned:
        return PLANNED
    return AWAITED if last_out > last_in and today - last_out < AWAITED_DAYS else ""


def proposals(cases: Iterable[Case], among: Spread, today: int, *, dormant: bool = False) -> list[Proposal]:
    """Everybody who could be proposed, the worthiest first: deep ties first, and those of whom a mail is open."""
    found = []
    for case in cases:
        stands = standing(case, among.usual, today)
        if stands is None or stands.waits or (stands.silence > UNASKED_DAYS and not dormant):
            continue
        if why := _why(case, stands, today):
            deep = rank(among.depths, depth(case.tie.day, case.tie.grown))
            found.append(Proposal(case.tie.person_id, why, _score(why, stands, deep), stands))
    return sorted(found, key=lambda one: (-one.score, one.person_id))


def week(
    found: Sequence[Proposal], at_work: Collection[int], room: int = A_WEEK, outside: int = OUTSIDE
) -> list[Proposal]:
    """At most `room` of these, in their order; `outside` of them not `at_work` (person ids) where there are such."""
    new = [one.person_id for one in found if one.why == "new"][FIRST_ANSWERS:]
    able = [one for one in found if one.person_id not in new]
    chosen = able[:room]
    others = [one for one in able[room:] if one.person_id not in at_work]
    while others and sum(one.person_id not in at_work for one in chosen) < min(outside, room):
        replaced = max(number for number, one in enumerate(chosen) if one.person_id in at_work)
        chosen[replaced : replaced + 1] = []
        chosen.append(others.pop(0))
    return chosen


def _why(case: Case, stands: Standing, today: int) -> str:
    days, first = case.tie.days, case.tie.first_day
    assert first is not None
    if days >= RHYTHM or case.wished:
        return "silent" if stands.state != IN_TOUCH else ""
    if days <= _NEW_DAYS and today - first <= _NEW_KNOWN and stands.silence >= _NEW_SILENT:
        return "new"
    return ""


def _score(why: str, stands: Standing, deep: float) -> float:
    if why == "new":
        return 0.35
    times = stands.silence / stands.cadence
    due = 0.5 if stands.state == DORMANT else min(1.0, max(0.1, math.log2(max(times, 1.0)) / 3))
    return deep * due * (1.3 if stands.open_since is not None else 1.0)


def glance(person_id: int, tie: Tie, next_at: int | None = None) -> Glance:
    """A whole tie at a glance."""
    return Glance(
        person_id, tie.sums.day, tie.sums.depth(), tie.median_gap, tie.gaps, tie.days, tie.first_day, tie.last_day,
        tie.last_out, tie.last_in, next_at,
    )  # fmt: skip
