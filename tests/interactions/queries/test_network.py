"""What is told of a whole network is what is true of it; `python -m bench.life` measures the same on more of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.life import Measured, measure
from sandbox.network import make_network


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """One network's two years, two months of which are looked at one by one."""
    return measure(make_network(3), Path(tmp_path_factory.mktemp("network")), months=2)


def test_of_ten_neglected_people_at_least_eight_are_proposed_within_two_weeks(told: Measured) -> None:
    assert len(told.proposed) >= 8, told.errors


def test_nobody_at_rest_is_proposed(told: Measured) -> None:
    assert told.resting == frozenset()


def test_nine_of_ten_confirmed_introductions_were_made(told: Measured) -> None:
    assert told.precision.of >= 8
    assert told.precision.share >= 0.9, told.errors
    assert told.recall.share >= 0.8, told.errors


def test_circles_are_those_there_are_and_stay_the_same(told: Measured) -> None:
    assert told.f1 >= 0.85, told.errors
    assert told.jaccard >= 0.9
    assert told.code.share >= 0.9


def test_bridges_are_those_there_are(told: Measured) -> None:
    assert (told.bridges_precision.share, told.bridges_recall.share) == (1.0, 1.0), told.errors


def test_the_best_way_to_somebody_comes_first(told: Measured) -> None:
    assert told.first.share == 1.0, told.errors
