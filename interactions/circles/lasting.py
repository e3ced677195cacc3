"""A circle stays the same circle while most of its people do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

#: Groups that share so much of both are one.
SAME = 0.5


def alike(one: AbstractSet[int], other: AbstractSet[int]) -> float:
    """The share of all in either that are in both (Jaccard)."""
    whole = len(one | other)
    return len(one & other) / whole if whole else 0.0


def matched(before: Mapping[str, AbstractSet[int]], now: Sequence[AbstractSet[int]]) -> list[str | None]:
    """The key that each group of `now` had before, None for a new one; each key once, the most alike first."""
    pairs = sorted(
        ((alike(before[key], group), key, number) for key in before for number, group in enumerate(now)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found: list[str | None] = [None] * len(now)
    taken: set[str] = set()
    for share, key, number in pairs:
        if share >= SAME and key not in taken and found[number] is None:
            found[number] = key
            taken.add(key)
    return found
