"""How momenta, depths and rhythms lie among all of the owner's ties: what one tie is told beside.

Of many ties a thousand stand for all: between two of them a rank is drawn even, so that order is kept and no rank is
off by more than a thousandth.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from interactions.ties.cadence import usual
from interactions.ties.tie import Tie
from interactions.ties.weights import DEPTH_HALF_LIFE, HALF_LIVES, MIXTURE

#: So many stand for all.
MOST = 1_000
#: Person id, the day of the sums, the six sums on it (`interactions.ties.sums`), and the median gap.
Sums = tuple[int, int, float, float, float, float, float, float, float | None]


def sums_of(person_id: int, one: Tie) -> Sums:
    """The same of a whole tie."""
    a, b, c, d, e, f = one.sums.values
    return person_id, one.sums.day, a, b, c, d, e, f, one.median_gap


class Spread(Struct, frozen=True):
    """All ties of an owner on one day."""

    #: Days that usually pass (`cadence.usual`).
    usual: float
    #: Rising; of MOST or more, as many as stand for all.
    momenta: tuple[float, ...]
    depths: tuple[float, ...]


def spread(rows: Sequence[Sums], day: int) -> Spread:
    """Of these ties, on a day numbered from 1 January 1970."""
    momenta = momenta_of(rows, day).values()
    depths = (depth(row[1], row[7]) for row in rows)
    return Spread(usual(row[8] for row in rows), _thinned(momenta), _thinned(depths))


def momenta_of(rows: Iterable[Sums], day: int) -> dict[int, float]:
    """Person id → what is going on, faded to `day`."""
    fade: dict[int, tuple[float, ...]] = {}
    found = {}
    for person, since, one, four, sixteen, sixty, half, _, _ in rows:
        faded = fade.get(since)
        if faded is None:
            pairs = zip(MIXTURE, HALF_LIVES, strict=True)
            faded = fade[since] = tuple(share * 2.0 ** ((since - day) / h) for share, h in pairs)
        a, b, c, d, e = faded
        found[person] = a * one + b * four + c * sixteen + d * sixty + e * half
    return found


def depth(day: int, grown: float) -> float:
    """Of what has grown until `day`, a number whose order is the same on every day: all fade alike."""
    return math.log2(grown) + day / DEPTH_HALF_LIFE if grown > 0 else -math.inf


def rank(ordered: Sequence[float], value: float) -> float:
    """The share of all that are not above `value`; 1 where there are none."""
    at, count = bisect_right(ordered, value), len(ordered)
    if not count:
        return 1.0
    if count < MOST or at in (0, count):
        return at / count
    below, above = ordered[at - 1], ordered[at]
    between = (value - below) / (above - below) if math.isfinite(below) else 0.0
    return (at + between) / count


def _thinned(values: Iterable[float]) -> tuple[float, ...]:
    ordered = sorted(values)
    count = len(ordered)
    if count <= MOST:
        return tuple(ordered)
    return tuple(ordered[-(-number * count // MOST) - 1] for number in range(1, MOST + 1))
