"""Ways to somebody: strength helps, silence is no bar, and the best are from different circles."""

from __future__ import annotations

import pytest

from interactions.circles.paths import Connector, best, path


def somebody(id: int, seen: float = 1.0, strength: float = 50.0, *circles: str, **more: bool) -> Connector:
    return Connector(id, seen, strength, more.get("silent", False), more.get("open", False), frozenset(circles))


def test_a_way_is_as_likely_as_its_two_legs() -> None:
    way = path(somebody(1, seen=1.0, strength=100.0))
    assert way.helps == pytest.approx(0.95)
    assert way.knows == pytest.approx(1 - 2.718281828**-0.9)
    assert way.chance == pytest.approx(way.helps * way.knows)


def test_a_silent_tie_helps_less_and_one_whose_mail_waits_less_still() -> None:
    plain, silent, waiting = (
        path(one).helps for one in (somebody(1), somebody(1, silent=True), somebody(1, open=True))
    )
    assert plain > silent > waiting > 0


def test_the_three_best_are_from_different_circles_where_there_are_some() -> None:
    many = [somebody(number, 9.0 - number, 90.0, "work") for number in range(4)]
    chosen = best([*many, somebody(10, 0.5, 10.0, "choir"), somebody(11, 0.4, 10.0)])
    assert [one.connector.person_id for one in chosen] == [0, 10, 11]
    assert [one.connector.person_id for one in best(many)] == [0, 1, 2]
    assert best([]) == []
