"""How strong a tie is beside the owner's others, and which way it goes, in a word.

Volumes differ from owner to owner, so strength is a rank: 60 % what is going on now, 40 % what has grown over years.
People read the word; the number is for programs.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from msgspec import Struct

from interactions.ties.cadence import unusual
from interactions.ties.spread import Spread, Sums, depth, momenta_of, rank
from interactions.ties.tie import Tie

NEW, GROWING, STEADY, QUIET = "new", "growing", "steady", "quiet"
_NOW, _GROWN = 0.6, 0.4
#: Known for at most so many days.
_NEW_DAYS = 90
#: Silence of so many cadences is quiet.
_QUIET_FROM = 2.0
#: The rate of the last two months against that of the last year, and days of contact from which it says anything.
_GROWS, _DAYS = 1.4, 6
_RECENT, _LONG = 3, 4
_HALF_LIFE = {_RECENT: 64.0, _LONG: 256.0}


class Strength(Struct, frozen=True):
    """Two numbers and their rank among the owner's ties."""

    momentum: float
    #: ln(1 + what has grown).
    depth: float
    #: 0 to 100.
    strength: float


def ranks(rows: Sequence[Sums], among: Spread, today: int) -> dict[int, float]:
    """Person id → strength (0 to 100) of these, from the day and the values of their sums alone."""
    now = momenta_of(rows, today)
    return {
        row[0]: 100 * (_NOW * rank(among.momenta, now[row[0]]) + _GROWN * rank(among.depths, depth(row[1], row[7])))
        for row in rows
    }


def strengths(ties: Mapping[int, Tie], today: int) -> dict[int, Strength]:
    """Of everybody with a tie: person id → strength at the end of `today`."""
    read = {
        person: (sums.momentum(), math.log1p(sums.depth()))
        for person, one in ties.items()
        if one.gated() and (sums := one.sums.on(today))
    }
    momenta, depths = sorted(one[0] for one in read.values()), sorted(one[1] for one in read.values())

    def exact(ordered: Sequence[float], value: float) -> float:
        return bisect_right(ordered, value) / len(ordered)

    return {
        person: Strength(now, grown, 100 * (_NOW * exact(momenta, now) + _GROWN * exact(depths, grown)))
        for person, (now, grown) in read.items()
    }


def word(one: Tie, around: float, today: int) -> str:
    """new, growing, steady or quiet; "" where both have not acted yet."""
    if not one.gated() or one.first_day is None:
        return ""
    if unusual(one, around, today) > _QUIET_FROM:
        return QUIET
    if today - one.first_day <= _NEW_DAYS:
        return NEW
    recent, long = _rate(one, _RECENT, today), _rate(one, _LONG, today)
    return GROWING if one.days >= _DAYS and recent > _GROWS * long else STEADY


def _rate(one: Tie, number: int, today: int) -> float:
    """What a day brought, as one half-life sees it: a steady tie has the same rate in every one of them."""
    assert one.first_day is not None
    half_life = _HALF_LIFE[number]
    seen = 1 - 2.0 ** (-(today - one.first_day + 1) / half_life)
    return float(one.sums.on(today).values[number] * math.log(2) / half_life / seen)
