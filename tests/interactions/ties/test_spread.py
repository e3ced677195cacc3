"""How all ties lie: ranks among many are those among all, to a thousandth, and keep their order."""

from __future__ import annotations

import math
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.ties.spread import MOST, Sums, depth, rank, spread


def tied(person: int, grown: float, now: float = 1.0, gap: float | None = None, day: int = 20_000) -> Sums:
    return person, day, now, now, now, now, now, grown, gap


@given(st.lists(st.floats(0.01, 1_000), min_size=1, max_size=60), st.floats(0, 2_000))
def test_among_few_a_rank_is_exact(grown: list[float], asked: float) -> None:
    found = spread([tied(number, one) for number, one in enumerate(grown)], 20_000)
    exact = bisect_right(sorted(depth(20_000, one) for one in grown), depth(20_000, asked)) / len(grown)
    assert rank(found.depths, depth(20_000, asked)) == exact


def test_among_many_it_is_off_by_a_thousandth_at_most_and_keeps_the_order() -> None:
    grown = [math.exp(number % 5_003 / 700) for number in range(20_000)]
    found = spread([tied(number, one) for number, one in enumerate(grown)], 20_000)
    assert len(found.depths) == MOST
    everyone = sorted(depth(20_000, one) for one in grown)
    asked = [depth(20_000, one * 1.0001) for one in sorted(set(grown))[::7]]
    ranks = [rank(found.depths, one) for one in asked]
    exact = [bisect_right(everyone, one) / len(everyone) for one in asked]
    assert max(abs(one - other) for one, other in zip(ranks, exact, strict=True)) <= 1.5 / MOST
    assert ranks == sorted(ranks)


def test_depths_of_different_days_compare_as_if_they_were_of_one() -> None:
    assert depth(20_000, 2.0) == pytest.approx(depth(20_365, 1.0)), "half as much after a half-life"
    assert depth(20_000, 0.0) == -math.inf


def test_where_there_is_nobody_a_tie_is_as_strong_as_any() -> None:
    none = spread([], 20_000)
    assert (none.usual, rank(none.momenta, 1.0)) == (30.0, 1.0)
