"""Strength is a rank, and a word says which way a tie goes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from interactions.ties.strength import strengths, word
from interactions.ties.tie import Day, Tie, tie

TODAY = 20_000


def met(ago: Iterable[int]) -> Tie:
    return tie([Day(1, TODAY - days, "both", 3.0, 3.0) for days in ago], TODAY)


def test_who_is_met_most_lately_and_longest_is_strongest() -> None:
    ties = {1: met(range(0, 700, 7)), 2: met(range(0, 700, 30)), 3: met([400, 430]), 4: tie([], TODAY)}
    found = strengths(ties, TODAY)
    assert [person for person, _ in sorted(found.items(), key=lambda one: -one[1].strength)] == [1, 2, 3]
    assert found[1].strength == pytest.approx(100)
    assert min(one.strength for one in found.values()) > 0
    assert strengths({}, TODAY) == {}


def test_strength_fades_by_itself_and_its_order_stays_for_equals() -> None:
    ties = {1: met([0, 10, 20]), 2: met([300, 310])}
    later = strengths(ties, TODAY + 500)
    assert later[1].momentum < strengths(ties, TODAY)[1].momentum
    assert later[1].strength > later[2].strength


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (range(0, 700, 14), "steady"),
        ([0, 10, 20], "new"),
        ([*range(0, 56, 7), *range(60, 700, 60)], "growing"),
        (range(100, 700, 14), "quiet"),
        ([], ""),
    ],
)
def test_a_word_says_which_way_it_goes(ago: Iterable[int], said: str) -> None:
    assert word(met(ago), 14.0, TODAY) == said


def test_one_way_is_no_tie_and_has_no_word() -> None:
    assert word(tie([Day(1, TODAY, "out", 1.0, 1.0)], TODAY), 14.0, TODAY) == ""
