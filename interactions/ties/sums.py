"""Exponential sums of what happened on which day: carried forward, added to, merged and taken back exactly.

A sum of one half-life needs no history to be brought to another day, and those of two addresses of one person add up
(tie-decay networks, arXiv:1805.00193; forward decay, Cormode et al., ICDE 2009).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from interactions.ties.weights import DEPTH_HALF_LIFE, HALF_LIVES, MIXTURE

_ALL = (*HALF_LIVES, DEPTH_HALF_LIFE)


class Sums(Struct, frozen=True):
    """What has been, as it is felt on a day; days are numbered from 1 January 1970 UTC."""

    day: int
    #: One a half-life of HALF_LIVES, then that of DEPTH_HALF_LIFE.
    values: tuple[float, ...] = (0.0,) * len(_ALL)

    def on(self, day: int) -> Sums:
        """The same, as it is felt on another day, earlier or later."""
        if day == self.day:
            return self
        age = day - self.day
        return Sums(day, tuple(value * 2.0 ** (-age / h) for value, h in zip(self.values, _ALL, strict=True)))

    def plus(self, day: int, weight: float) -> Sums:
        """With `weight` on a day, whether it is news or comes late; a negative weight takes back."""
        late = self.on(max(day, self.day))
        age = late.day - day
        return Sums(
            late.day, tuple(value + weight * 2.0 ** (-age / h) for value, h in zip(late.values, _ALL, strict=True))
        )

    def merged(self, other: Sums) -> Sums:
        """Of both together: two addresses of one person."""
        day = max(self.day, other.day)
        pairs = zip(self.on(day).values, other.on(day).values, strict=True)
        return Sums(day, tuple(one + two for one, two in pairs))

    def momentum(self) -> float:
        """How much is going on now: the mixture of the five half-lives."""
        return sum(share * value for share, value in zip(MIXTURE, self.values, strict=False))

    def depth(self) -> float:
        """How much has grown over the years."""
        return self.values[-1]


def summed(happened: Iterable[tuple[int, float]], day: int) -> Sums:
    """The sums of (day, weight) pairs, as they are felt on `day`; nothing may be later than it."""
    values = [0.0] * len(_ALL)
    for one, weight in happened:
        age = day - one
        for number, h in enumerate(_ALL):
            values[number] += weight * 2.0 ** (-age / h)
    return Sums(day, tuple(values))
