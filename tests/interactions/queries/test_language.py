"""Queries as people type them."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.errors import UsageProblem
from interactions.queries.language import Filter, Last, day, from_arguments, parse

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


def start(*day: int) -> int:
    return int(datetime(*day, tzinfo=BERLIN).timestamp())  # type: ignore[misc, arg-type]


def test_states_and_ties_are_those_of_the_owners_day() -> None:
    today = (date(2026, 3, 17) - date(1970, 1, 1)).days
    assert read('state:overdue state:In-Touch -state:"in touch" tie:quiet -tie:new') == Filter(
        states=("overdue", "in-touch"), no_states=("in-touch",), ties=("quiet",), no_ties=("new",), today=today
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("met:<30d", Last("met", after=start(2026, 2, 15))),
        ("met:30d", Last("met", after=start(2026, 2, 15))),
        ("met:>6m", Last("met", before=start(2025, 9, 17))),
        ("met:6m+", Last("met", before=start(2025, 9, 17))),
        ("Met:Never", Last("met")),
        ("heard:2026-01-31", Last("heard", after=start(2026, 1, 31))),
        ("seen:today", Last("seen", after=start(2026, 3, 17))),
    ],
)
def test_a_last_contact_is_within_a_time_longer_ago_or_never_was(text: str, expected: Last) -> None:
    assert read(text) == Filter(contacts=(expected,))
    assert read(f"-{text}") == Filter(no_contacts=(expected,))


def test_of_two_days_the_narrower_span_holds() -> None:
    found = read("after:7d after:30d before:yesterday before:2026-01-01")
    assert (found.after, found.before) == (start(2026, 3, 10), start(2026, 1, 1))


def test_a_saved_search_stands_for_its_words_and_more_may_stand_beside_it() -> None:
    saved = {"choir": 'circle:choir "long weekend" after:7d', "all": "saved:choir saved:Choir kind:call"}
    found = parse("saved:ALL -with:boris", NOW, BERLIN, saved)
    assert found == Filter(
        circles=("choir",), texts=("long weekend",), kinds=("call",), no_persons=("boris",), after=start(2026, 3, 10)
    )


def test_searches_that_hold_each_other_many_times_are_read_once() -> None:
    saved = {f"s{n}": " ".join([f"saved:s{n - 1}"] * 30) for n in range(1, 30)} | {"s0": "choir"}
    assert parse("saved:s29", NOW, BERLIN, saved) == Filter(texts=("choir",))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("saved:one", "contains itself"),
        ("saved:three", "no saved search 'three'. There is one, two"),
        ("-saved:one", "-saved: is not understood"),
    ],
)
def test_a_saved_search_that_cannot_be_meant_is_said(query: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        parse(query, NOW, BERLIN, {"one": "saved:two", "two": "SAVED:One"})


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
        ("met:", "A shell takes < and > for itself"),
        ("met:tuesday", "no date"),
        ("met:-30d", "no date"),
        ("met:tomorrow", "not understood"),
        ("met:>6m+", "not understood"),
        ("met:<", "not understood"),
        ("state:lovely", "Use in-touch, due, overdue, fading, dormant, planned or waiting"),
        ("tie:strong", "Use new, growing, steady or quiet"),
        ("saved:choir", "None is saved yet"),
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
