"""Whom to introduce: close ones from different circles who were never seen together, each once."""

from __future__ import annotations

from interactions.circles.offers import Known, pairs


def known(id: int, strength: float, *circles: str, at: str = "") -> Known:
    return Known(id, strength, frozenset(circles), frozenset({at} - {""}))


def test_the_closest_who_never_met_come_first_and_each_person_once() -> None:
    people = [known(1, 90), known(2, 80), known(3, 70), known(4, 60)]
    assert pairs(people, set()) == [(1, 2), (3, 4)]
    assert pairs(people, {(1, 2)}) == [(1, 3), (2, 4)]


def test_who_shares_a_circle_or_an_organisation_needs_no_introduction() -> None:
    people = [
        known(1, 90, "choir"),
        known(2, 80, "choir"),
        known(3, 70, at="mill.example"),
        known(4, 60, at="mill.example"),
    ]
    assert pairs(people, set()) == [(1, 3), (2, 4)]


def test_whom_the_owner_hardly_knows_is_not_offered() -> None:
    assert pairs([known(1, 90), known(2, 39)], set()) == []


def test_so_many_are_offered_and_no_more() -> None:
    assert len(pairs([known(number, 50.0 + number) for number in range(40)], set(), count=3)) == 3
