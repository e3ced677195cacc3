"""Whom the owner could introduce to each other: two they are close to who were never seen together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from msgspec import Struct

from interactions.circles.weave import Pair

#: Of so many of the strongest ties, those at least so strong (0 to 100).
CLOSE, STRONG = 200, 40.0
#: So many are offered, each person once.
SHOWN = 5


class Known(Struct, frozen=True):
    """Somebody the owner could speak for."""

    person_id: int
    strength: float
    #: Keys of their circles, and their organisations.
    circles: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


def pairs(known: Iterable[Known], together: Collection[Pair] | Mapping[Pair, float], count: int = SHOWN) -> list[Pair]:
    """The closest pairs from different circles and organisations that were never seen together, each person once."""
    close = sorted((one for one in known if one.strength >= STRONG), key=lambda one: (-one.strength, one.person_id))
    able = [
        (one.strength * other.strength, min(one.person_id, other.person_id), max(one.person_id, other.person_id))
        for one, other in combinations(close[:CLOSE], 2)
        if one.circles.isdisjoint(other.circles) and one.organisations.isdisjoint(other.organisations)
    ]
    chosen: list[Pair] = []
    taken: set[int] = set()
    for _, one, other in sorted(able, key=lambda pair: (-pair[0], pair[1:])):
        if len(chosen) == count:
            break
        if (one, other) not in together and not taken & {one, other}:
            chosen.append((one, other))
            taken |= {one, other}
    return chosen
