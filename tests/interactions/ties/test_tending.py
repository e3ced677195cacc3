"""Whom to water: the pair's own rhythm, few a week, kind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.ties.cadence import cadence, unusual, usual
from interactions.ties.spread import Spread, depth
from interactions.ties.tending import Case, Proposal, Standing, glance, proposals, standing, week
from interactions.ties.tie import Day, Tie, tie

TODAY = 20_000


def met(days: Sequence[int], out: Sequence[int] = ()) -> Tie:
    """Somebody met on each of `days` ago, and written to on each of `out`."""
    written = [Day(1, TODAY - ago, "out", 1.0, 1.0) for ago in out]
    return tie([*(Day(1, TODAY - ago, "both", 3.0, 3.0) for ago in days), *written], TODAY)


def case(
    person: int, days: Sequence[int], *, out: Sequence[int] = (), planned: bool = False, wished: float | None = None
) -> Case:
    """The same as a case."""
    return Case(glance(person, met(days, out), TODAY * 86_400 if planned else None), wished)


def able(cases: Sequence[Case], around: float, today: int, *, dormant: bool = False) -> list[Proposal]:
    """Who could be proposed of these: a glance has to let through at least those."""
    glances = [one.tie for one in cases if one.tie.last_out is not None and one.tie.last_in is not None]
    depths = sorted(depth(one.day, one.grown) for one in glances)
    found = proposals(cases, Spread(around, (), tuple(depths)), today, dormant=dormant)
    seen = {one.person_id for one in glances if one.may_wait(around, today)}
    assert {one.person_id for one in found if not cases[0].wished} <= seen
    return found


@pytest.mark.parametrize(
    ("silence", "state"),
    [(20, "in touch"), (21, "due"), (41, "overdue"), (81, "fading"), (161, "dormant")],
)
def test_a_state_is_told_by_the_pairs_own_rhythm(silence: int, state: str) -> None:
    one = case(1, [silence + 10 * number for number in range(30)])
    stands = standing(one, 10.0, TODAY)
    assert stands is not None
    assert (stands.state, stands.cadence, stands.silence) == (state, pytest.approx(10), silence)


@pytest.mark.parametrize(("silence", "state"), [(30, "in touch"), (31, "due"), (61, "overdue"), (121, "fading")])
def test_a_rhythm_the_owner_wished_for_counts_instead(silence: int, state: str) -> None:
    stands = standing(case(1, [silence, silence + 1], wished=30.0), 10.0, TODAY)
    assert stands is not None
    assert stands.state == state


def test_a_few_gaps_say_less_than_what_is_usual_around() -> None:
    two, many = met([10, 11, 19]), met(range(10, 1_000, 8))
    assert cadence(two, 16.0) == pytest.approx((8 * 16**3) ** 0.25)
    assert cadence(many, 16.0) == pytest.approx(8, abs=0.3)
    assert usual([two.median_gap, met([10, 42]).median_gap]) == pytest.approx(16.0)
    assert usual([]) == 30.0
    assert unusual(many, 8.0, TODAY) == pytest.approx(10 / 8)


def test_days_of_one_conversation_are_no_rhythm() -> None:
    assert cadence(met(range(10, 110)), 16.0) == 16.0


def test_nobody_is_proposed_who_is_met_soon_or_owes_an_answer_yet() -> None:
    silent = [200, 210, 220, 230]
    assert able([case(1, silent, planned=True)], 10.0, TODAY) == []
    assert able([case(1, silent, out=[5])], 1.0, TODAY) == []
    [one] = able([case(1, silent, out=[15])], 1.0, TODAY)
    assert one.standing.waits == ""


def test_nobody_silent_for_a_year_and_a_half_is_proposed_unasked() -> None:
    long_ago = [case(1, [600, 610, 620])]
    assert able(long_ago, 10.0, TODAY) == []
    assert [one.person_id for one in able(long_ago, 10.0, TODAY, dormant=True)] == [1]


def test_who_never_acted_together_with_the_owner_is_no_tie_to_tend() -> None:
    one_way = Case(glance(1, met([], range(100, 109))))
    assert able([one_way], 10.0, TODAY) == []


def test_a_first_answer_is_worth_a_second_touch_for_two_months() -> None:
    def new(ago: int) -> Case:
        answered = [Day(1, TODAY - ago, "in", 1.0, 1.0), Day(1, TODAY - ago + 1, "out", 1.0, 1.0)]
        return Case(glance(ago, tie(answered, TODAY)))

    found = able([new(8), new(12), new(40), new(70)], 10.0, TODAY)
    assert {(one.person_id, one.why) for one in found} == {(40, "new")}, "12: the owner wrote less than 14 days ago"


def test_an_open_mail_and_a_deep_tie_come_first() -> None:
    deep = case(1, [100 + 10 * number for number in range(20)])
    shallow = case(2, [100 + 10 * number for number in range(4)])
    last = Day(3, TODAY - 99, "in", 1.0, 1.0)
    often = [Day(3, TODAY - 100 - n, "both", 3.0, 3.0) for n in range(0, 200, 10)]
    open_mail = Case(glance(3, tie([*often, last], TODAY)))
    found = able([shallow, deep, open_mail], 10.0, TODAY)
    assert [one.person_id for one in found] == [3, 1, 2]
    assert found[0].standing.open_since == TODAY - 99


def test_a_last_mail_to_a_crowd_waits_for_nobody() -> None:
    days = [Day(1, TODAY - 100, "both", 3.0, 3.0), Day(1, TODAY - 99, "in", 0.4, 0.4)]
    stands = [standing(Case(glance(1, tie(days, TODAY)), asked=asked), 10.0, TODAY) for asked in (True, False)]
    assert [one.open_since for one in stands if one is not None] == [TODAY - 99, None]


def proposed(person: int, why: str = "silent") -> Proposal:
    return Proposal(person, why, 1.0, Standing("due", 10.0, True, 25, "", None))


def test_two_of_seven_come_from_outside_work_where_there_are_any() -> None:
    found = [proposed(number) for number in range(12)]
    assert [one.person_id for one in week(found, range(9))] == [0, 1, 2, 3, 4, 9, 10]
    assert [one.person_id for one in week(found[:9], range(9))] == [0, 1, 2, 3, 4, 5, 6]


def test_first_answers_never_fill_the_week() -> None:
    found = [proposed(number, "new") for number in range(5)] + [proposed(number) for number in range(5, 8)]
    assert [one.person_id for one in week(found, range(8))] == [0, 1, 5, 6, 7]


@given(st.lists(st.booleans(), max_size=20), st.integers(0, 7))
def test_a_week_never_holds_more_than_its_room(works: list[bool], room: int) -> None:
    at_work = {number for number, work in enumerate(works) if work}
    chosen = {one.person_id for one in week([proposed(number) for number in range(len(works))], at_work, room)}
    assert len(chosen) == min(room, len(works))
    assert len(chosen - at_work) >= min(2, room, len(works) - len(at_work))
