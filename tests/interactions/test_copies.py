"""Copies of one mail: found by Message-ID or by content within twelve hours, whatever order they are looked at in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.copies import SHIFT_MAX, Copy, groups
from interactions.keys import DAY

HOUR = 3600


def copy(item_id: int, hours: float, *, named: int | None = None, says: int | None = 7) -> Copy:
    """A mail; `says` is what it says, `named` its Message-ID."""
    at = int(hours * HOUR) + 20_000 * DAY
    content = None if says is None else (at // DAY) << 46 | says
    return Copy(item_id, named, content, at, True, f"h{item_id}")


def found(*copies: Copy) -> list[list[int]]:
    return sorted([one.item_id for one in group] for group in groups(copies))


def test_nothing_and_one_alone() -> None:
    assert found() == []
    assert found(copy(1, 0)) == [[1]]


def test_one_message_id_in_one_minute_is_one_mail() -> None:
    assert found(copy(1, 0, named=5, says=None), copy(2, 0, named=5, says=None), copy(3, 0, named=6, says=None)) == [
        [1, 2], [3],
    ]  # fmt: skip


def test_nothing_in_common_means_nothing() -> None:
    assert found(copy(1, 0, says=None), copy(2, 0, says=None)) == [[1], [2]]


@pytest.mark.parametrize(("hours", "one"), [(0, True), (1, True), (12, True), (13, False), (24, False)])
def test_one_content_within_twelve_hours_is_one_mail(hours: int, one: bool) -> None:
    assert len(found(copy(1, 0), copy(2, hours))) == (1 if one else 2)


def test_copies_on_both_sides_of_midnight_meet() -> None:
    assert found(copy(1, 23), copy(2, 25)) == [[1, 2]]


def test_a_report_every_six_hours_stays_apart_but_for_its_first_day() -> None:
    several = found(*(copy(n, 6 * n) for n in range(20)))
    assert len(several) == 18
    assert max(map(len, several)) == 3


def test_what_begins_again_after_a_pause_is_new() -> None:
    assert found(copy(1, 0), copy(2, 3), copy(3, 30), copy(4, 33)) == [[1, 2], [3, 4]]


def test_a_message_id_and_a_content_join_three() -> None:
    assert found(copy(1, 0, named=5), copy(2, 0, named=5, says=None), copy(3, 4)) == [[1, 2, 3]]


def test_the_first_of_a_group_is_the_earliest() -> None:
    assert [one.item_id for one in groups([copy(1, 2), copy(2, 0), copy(3, 1)])[0]] == [2, 3, 1]


@st.composite
def mails(draw: st.DrawFn) -> list[Copy]:
    return [
        copy(
            number,
            draw(st.integers(0, 60)),
            named=draw(st.none() | st.integers(1, 4)),
            says=draw(st.none() | st.integers(1, 3)),
        )
        for number in range(draw(st.integers(0, 14)))
    ]


@settings(max_examples=150, deadline=None)
@given(mails(), st.randoms())
def test_groups_are_a_partition_and_do_not_depend_on_the_order(copies: list[Copy], chance: random.Random) -> None:
    wanted = groups(copies)
    assert sorted(one.item_id for group in wanted for one in group) == list(range(len(copies)))
    shuffled = list(copies)
    chance.shuffle(shuffled)
    assert groups(shuffled) == wanted


@settings(max_examples=150, deadline=None)
@given(mails())
def test_mails_of_one_message_id_are_never_parted_and_content_never_reaches_too_far(copies: list[Copy]) -> None:
    for group in groups(copies):
        others = [one for one in copies if one not in group]
        named = {one.copy_key for one in group} - {None}
        assert not named & {one.copy_key for one in others}
        if not named:
            assert group[-1].at - group[0].at <= SHIFT_MAX
