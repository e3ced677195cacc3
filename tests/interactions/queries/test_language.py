"""Queries as people type them."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.errors import UsageProblem
from interactions.queries.language import Filter, day, from_arguments, parse

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)


def read(text: str) -> Filter:
    return parse(text, NOW, BERLIN)


def test_every_operator_is_read() -> None:
    found = read(
        'with:anna -with:"boris e" kind:mail kind:call direction:in account:takeout choir "long weekend" -sale'
    )
    assert found == Filter(
        persons=("anna",), no_persons=("boris e",), kinds=("email", "call"), directions=("in",),
        accounts=("takeout",), texts=("choir", "long weekend"), no_texts=("sale",),
    )  # fmt: skip


def test_operators_and_their_values_may_be_in_capitals() -> None:
    assert read("KIND:Meeting Direction:OUT") == Filter(kinds=("meeting",), directions=("out",))


def test_an_empty_query_asks_for_everything() -> None:
    assert read("  ") == Filter()


def test_a_day_begins_at_midnight_of_the_owners_zone() -> None:
    # In Berlin it is already the 17th.
    assert read("after:today").after == int(datetime(2026, 3, 17, tzinfo=BERLIN).timestamp())
    assert read("before:2026-01-01").before == int(datetime(2026, 1, 1, tzinfo=BERLIN).timestamp())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("today", date(2026, 3, 31)),
        ("yesterday", date(2026, 3, 30)),
        ("tomorrow", date(2026, 4, 1)),
        ("7d", date(2026, 3, 24)),
        ("3w", date(2026, 3, 10)),
        ("1m", date(2026, 2, 28)),
        ("2Y", date(2024, 3, 31)),
    ],
)
def test_dates_ages_and_words_name_days(text: str, expected: date) -> None:
    assert day(text, date(2026, 3, 31)) == expected


def test_a_year_before_a_leap_day_is_the_day_before_march() -> None:
    assert day("1y", date(2024, 2, 29)) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("foo:bar", "no filter foo:"),
        ("after:garbage", "no date"),
        ("after:2026-13-40", "no such day"),
        ("after:99999y", "no such day"),
        ("after:999999d", "no such day"),
        ("after:0001-01-01", ""),
        ("after:٢٠٢٦-٠١-٠١", "no date"),
        ("-after:7d", "not understood"),
        ("kind:letter", "no kind"),
        ("direction:sideways", "no direction"),
        ("with:", "needs a value"),
        ('with:"anna', "quotes do not match"),
        ('""', "missing"),
        ("-", "missing"),
        ("--json", "no option"),
        ("x" * 501, "longer than 500"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(query: str, said: str) -> None:
    if not said:
        read(query)
        return
    with pytest.raises(UsageProblem, match=said):
        read(query)


def test_text_with_a_colon_can_be_quoted_and_times_need_no_quotes() -> None:
    assert read('"re: choir" 10:30').texts == ("re: choir", "10:30")


def test_of_several_arguments_one_with_spaces_stays_whole() -> None:
    assert (
        from_arguments(["with:anna berg", "choir weekend", "-with:x y"])
        == 'with:"anna berg" "choir weekend" -with:"x y"'
    )
    assert from_arguments(["with:anna kind:meeting"]) == "with:anna kind:meeting"


@given(st.text(max_size=520))
def test_no_text_does_worse_than_a_usage_problem(text: str) -> None:
    with contextlib.suppress(UsageProblem):
        read(text)
