"""Exponential sums: whatever the order, in whatever pieces, the same (arXiv:1805.00193)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.ties.sums import Sums, summed
from interactions.ties.weights import HALF_LIVES, MIXTURE

TODAY = 20_000
happenings = st.lists(st.tuples(st.integers(TODAY - 1_500, TODAY), st.floats(0.01, 4.5)), max_size=40)


def close(one: Sums, other: Sums) -> bool:
    return one.on(TODAY).values == pytest.approx(other.on(TODAY).values, abs=1e-9, rel=1e-9)


def one_by_one(happened: Sequence[tuple[int, float]], start: int = TODAY - 2_000) -> Sums:
    sums = Sums(start)
    for day, weight in happened:
        sums = sums.plus(day, weight)
    return sums


@given(happenings, st.randoms(use_true_random=False))
def test_what_comes_late_or_out_of_order_counts_the_same(happened, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(happened)
    random.shuffle(shuffled)
    assert close(one_by_one(happened), summed(happened, TODAY))
    assert close(one_by_one(shuffled), summed(happened, TODAY))


@given(happenings, st.integers(0, 40))
def test_two_addresses_of_one_person_add_up_and_come_apart(happened: list[tuple[int, float]], at: int) -> None:
    one, other = one_by_one(happened[:at]), one_by_one(happened[at:], start=TODAY - 1_800)
    assert close(one.merged(other), summed(happened, TODAY))
    assert close(other.merged(one), one.merged(other))
    back = one.merged(other)
    for day, weight in happened[at:]:
        back = back.plus(day, -weight)
    assert close(back, one)


@given(happenings, st.lists(st.integers(0, 600), max_size=5))
def test_to_be_carried_forward_in_steps_or_at_once_is_the_same(
    happened: list[tuple[int, float]], steps: list[int]
) -> None:
    walked = summed(happened, TODAY)
    for days in steps:
        walked = walked.on(walked.day + days)
    assert walked.values == pytest.approx(summed(happened, TODAY).on(TODAY + sum(steps)).values, abs=1e-9, rel=1e-9)


def test_a_day_is_felt_half_after_each_half_life() -> None:
    for number, half_life in enumerate(HALF_LIVES):
        assert Sums(0).plus(0, 2.0).on(int(half_life)).values[number] == pytest.approx(1.0)


@pytest.mark.parametrize("age", [0, 3, 12, 60, 365, 730])
def test_the_mixture_follows_one_over_one_plus_a_third_of_the_age_in_days(age: int) -> None:
    assert sum(MIXTURE) == pytest.approx(1.0, abs=0.01)
    assert Sums(0).plus(0, 1.0).on(age).momentum() == pytest.approx(1 / (1 + age / 3), abs=0.035)
