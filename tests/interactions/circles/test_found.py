"""Who is seen with whom makes groups; groups last."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.circles.communities import communities, partition
from interactions.circles.lasting import alike, matched
from interactions.circles.weave import HALF_LIFE, Act, says, weave

NOW = 1_800_000_000
_DAY = 86_400


def met(id: int, *people: int, ago: float = 0.0) -> Act:
    return Act(id, int(NOW - ago * _DAY), "meeting", dict.fromkeys(people, "attendee"))


def wrote(id: int, sender: int, *others: int) -> Act:
    return Act(id, NOW, "email", {sender: "from", **dict.fromkeys(others, "to")})


def test_a_mail_from_one_to_the_other_says_most_and_being_written_to_together_least() -> None:
    mail = wrote(1, 1, 2, 3)
    assert says(mail, 1, 2, NOW) == pytest.approx(2.0 / 3)
    assert says(mail, 2, 3, NOW) == pytest.approx(0.5 / 3)
    assert says(met(2, 1, 2, 3), 1, 2, NOW) == pytest.approx(1.5 / 3)


def test_what_was_fades_and_crowds_say_nothing() -> None:
    assert says(met(1, 1, 2, ago=HALF_LIFE), 1, 2, NOW) == pytest.approx(1.5 / 2 / 2)
    assert says(met(1, *range(13)), 1, 2, NOW) == 0.0
    assert says(wrote(1, *range(20)), 1, 2, NOW) > 0.0
    assert says(wrote(1, *range(21)), 1, 2, NOW) == 0.0


def test_those_who_are_seen_together_only_weigh_more_than_those_seen_with_everybody() -> None:
    net = weave([met(1, 1, 2), met(2, 1, 2), met(3, 3, 1), met(4, 3, 4), met(5, 3, 5)], NOW)
    assert net[1, 2] > 2 * net[1, 3]
    assert (2, 3) not in net


@given(st.permutations([met(1, 1, 2, 3), wrote(2, 2, 3), met(3, 4, 5, ago=3), wrote(4, 5, 4, 1), met(5, 1)]))
def test_the_order_of_acts_changes_nothing(acts: list[Act]) -> None:
    first = weave(sorted(acts, key=lambda act: act.id), NOW)
    assert weave(acts, NOW) == pytest.approx(first)


def clique(*people: int) -> dict[tuple[int, int], float]:
    return dict.fromkeys(combinations(sorted(people), 2), 1.0)


def test_two_groups_with_a_bridge_are_two_and_the_same_every_time() -> None:
    net = {**clique(1, 2, 3, 4, 5), **clique(6, 7, 8, 9), (5, 6): 0.2}
    found = communities(net)
    assert found == [frozenset({1, 2, 3, 4, 5}), frozenset({6, 7, 8, 9})]
    assert communities(dict(reversed(net.items()))) == found


def test_somebody_who_is_as_much_in_one_as_in_the_other_belongs_to_both() -> None:
    net = {**clique(1, 2, 3, 4), **clique(6, 7, 8, 9), (5, 1): 1.0, (5, 2): 1.0, (5, 6): 1.0, (5, 7): 1.0}
    assert all(5 in group for group in communities({tuple(sorted(pair)): one for pair, one in net.items()}))


def test_two_people_alone_are_no_circle() -> None:
    assert communities(clique(1, 2)) == []
    assert communities({}) == []
    assert {one for group in partition(clique(1, 2)) for one in group} == {1, 2}


def test_people_who_each_know_the_same_one_alone_are_no_circle() -> None:
    assert communities({(1, 2): 1.0, (1, 3): 1.0, (1, 4): 1.0}) == []
    assert communities({**clique(1, 2, 3, 4), (4, 5): 1.0}) == [frozenset({1, 2, 3, 4})]


def test_a_circle_keeps_its_key_while_most_of_its_people_stay() -> None:
    before = {"found:1": {1, 2, 3, 4}, "found:2": {5, 6, 7}}
    assert matched(before, [{1, 2, 3, 9}, {5, 10, 11}, {6, 7}]) == ["found:1", None, "found:2"]
    assert matched(before, []) == []
    assert matched({}, [{1, 2}]) == [None]
    assert alike({1, 2}, {2, 3}) == pytest.approx(1 / 3)


def test_each_key_goes_to_one_group_alone() -> None:
    assert matched({"found:1": {1, 2, 3, 4}}, [{1, 2}, {1, 2, 3}]) == [None, "found:1"]
