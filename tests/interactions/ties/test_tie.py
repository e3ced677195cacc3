"""A tie: what days of contact make, whatever address and order they come in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.ties import weights
from interactions.ties.tie import Day, Tie, by_person, tie

TODAY = 20_000


def out(day: int, weight: float = 1.0, address: int = 1) -> Day:
    return Day(address, day, "out", weight, weight)


def inward(day: int, weight: float = 1.0, address: int = 1) -> Day:
    return Day(address, day, "in", weight, weight)


def met(day: int, weight: float = weights.MEETING, address: int = 1) -> Day:
    return Day(address, day, "both", weight, weight)


days = st.lists(
    st.builds(
        Day,
        st.integers(1, 3),
        st.integers(TODAY - 800, TODAY + 30),
        st.sampled_from(["out", "in", "both"]),
        st.just(1.5),
        st.floats(0.0, 1.5),
    ),
    unique_by=lambda one: (one.address_id, one.day, one.direction),
    max_size=30,
)


@given(days, st.randoms(use_true_random=False))
def test_any_order_makes_the_same_tie(days: list[Day], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(days)
    random.shuffle(shuffled)
    assert tie(shuffled, TODAY) == tie(days, TODAY)


@given(days)
def test_the_sums_of_a_persons_addresses_add_up_to_the_persons(days: list[Day]) -> None:
    apart = by_person(days, {}, TODAY)
    together = by_person(days, {1: 1, 2: 1, 3: 1}, TODAY)
    merged = Tie(sums=tie([], TODAY).sums).sums
    for one in apart.values():
        merged = merged.merged(one.sums)
    for one in together.values():
        assert merged.values == pytest.approx(one.sums.values, abs=1e-9)


def test_what_is_planned_is_no_contact_yet() -> None:
    assert tie([met(TODAY + 1)], TODAY) == tie([], TODAY)


def test_many_mails_on_one_day_are_one_day_and_of_two_meetings_the_larger_counts() -> None:
    assert tie([Day(1, TODAY, "in", 7.0, 1.0)], TODAY).sums == tie([inward(TODAY)], TODAY).sums
    assert tie([Day(1, TODAY, "both", 6.0, 3.0)], TODAY).sums == tie([met(TODAY)], TODAY).sums


def test_a_tie_needs_both_sides() -> None:
    assert not tie([out(1), out(2)], TODAY).gated()
    assert not tie([inward(1)], TODAY).gated()
    assert tie([out(1), inward(2)], TODAY).gated()
    assert tie([met(1)], TODAY).gated()


def test_five_days_each_way_within_a_year_establish_it() -> None:
    both = [one for day in range(5) for one in (out(TODAY - 10 * day), inward(TODAY - 10 * day))]
    assert tie(both, TODAY).established(TODAY)
    assert not tie(both[:-1], TODAY).established(TODAY)
    assert not tie(both, TODAY).established(TODAY + 330)


def test_gaps_are_those_between_conversations_whoever_acted() -> None:
    one = tie([out(0), inward(7), met(7), out(21), inward(22)], TODAY)
    assert (one.days, one.gaps, one.median_gap) == (4, 2, 10.5)
    assert tie([out(0), inward(6)], TODAY).median_gap is None, "six days are one conversation"


def test_who_is_only_seen_is_not_in_touch() -> None:
    one = tie([inward(5, 0.0), inward(6, 0.1)], TODAY)
    assert (one.first_day, one.days_in, one.steps) == (None, 0, (5, None, None, None, None))


def test_each_step_from_casual_to_meaningful_has_its_day() -> None:
    several = [inward(2, 0.0), inward(3), out(4), out(10), met(20, weights.meeting(12)), met(30, weights.meeting(3))]
    assert tie(several, TODAY).steps == (2, 3, 4, 10, 30)
    assert tie([out(1), out(2), out(3)], TODAY).steps == (1, 1, None, None, None), "one way is no talk"
    assert tie([out(1), out(2), out(3), inward(9)], TODAY).steps == (1, 1, 9, 9, None), "a talk begins with an answer"


@dataclass
class Weighed:
    what: str
    found: float
    wanted: float


WEIGHED = [
    Weighed("a mail to one", weights.mail("out", "to", 1), 1.0),
    Weighed("a mail to four", weights.mail("out", "to", 4), 0.5),
    Weighed("a copy to one of four", weights.mail("out", "cc", 4), 0.25),
    Weighed("a mail to twenty-one", weights.mail("out", "to", 21), 0.0),
    Weighed("who wrote to the owner", weights.mail("in", "from", 1), 1.0),
    Weighed("who was written to beside the owner", weights.mail("in", "to", 2), 0.0),
    Weighed("a post to a list", weights.mail_share("human_list", {}), 0.1),
    Weighed("the owner in copy", weights.mail_share("human_direct", {"to": "you in copy"}), 0.5),
    Weighed("a meeting of two", weights.meeting(1), 3.0),
    Weighed("a meeting of five", weights.meeting(4), 1.5),
    Weighed("a meeting of many", weights.meeting(21), 0.0),
    Weighed("a maybe", weights.meeting_share({"you": "tentative"}, 1), 0.5),
    Weighed("an invitation nobody answered", weights.meeting_share({"you": "needs-action"}, 1), 0.3),
    Weighed("the fifth of a series", weights.meeting_share({"you": "accepted"}, 5), 0.5),
]


@pytest.mark.parametrize("one", WEIGHED, ids=lambda one: one.what)
def test_what_an_act_weighs(one: Weighed) -> None:
    assert one.found == pytest.approx(one.wanted)
