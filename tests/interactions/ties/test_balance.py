"""What goes each way between two people, and how long answers take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.ties import balance
from interactions.ties.balance import DAY, EVEN, GIVING, LENGTHS, LITTLE, RECEIVING, Turn, exchange

HOUR = 3_600
BEGIN = 20_000 * DAY
NOW = BEGIN + 100 * DAY


def mail(
    number: int, hours: float, direction: str, *, answers: int | None = None, thread: int | None = None,
    title: str = "", asks: bool = True,
) -> Turn:  # fmt: skip
    """A mail `hours` after BEGIN."""
    return Turn(
        number, BEGIN + int(hours * HOUR), "email", direction, asks=asks, message=number, answers=answers,
        conversation=thread if thread is not None else number, title=title,
    )  # fmt: skip


def test_who_begins_a_conversation_and_who_answers_is_counted_on_each_side() -> None:
    found = exchange(
        [mail(1, 0, "in"), mail(2, 5, "out", answers=1, thread=1), mail(3, 9, "in", answers=2, thread=1),
         mail(4, 50, "out"), mail(5, 60, "in", answers=4, thread=4)],
        BEGIN, NOW,
    )  # fmt: skip
    assert (found.theirs.began, found.mine.began) == ([1], [4])
    assert (found.mine.asked, found.mine.answered, found.mine.answers) == ([1, 3, 5], [1], [2])
    assert (found.theirs.asked, found.theirs.answered, found.theirs.answers) == ([2, 4], [2, 4], [3, 5])


@pytest.mark.parametrize(
    "answer",
    [
        mail(2, 5, "out", answers=1, thread=99),
        mail(2, 5, "out", thread=1),
        mail(2, 5, "out", title="RE: Tomatoes "),
        mail(2, 5, "out", title="AW: Re: tomatoes", asks=False),
    ],
)
def test_an_answer_names_the_mail_or_its_conversation_or_in_old_archives_its_title(answer: Turn) -> None:
    assert exchange([mail(1, 0, "in", title="Tomatoes"), answer], BEGIN, NOW).mine.answered == [1]


@pytest.mark.parametrize(
    "other",
    [
        mail(2, 5, "out", title="Beans"),
        mail(2, 24 * 14 + 1, "out", answers=1, thread=1),
        mail(2, -5, "out", thread=1),
        mail(2, 5, "in", answers=1, thread=1),
    ],
)
def test_another_mail_or_one_too_late_or_too_early_is_no_answer(other: Turn) -> None:
    assert exchange([mail(1, 0, "in", title="Tomatoes"), other], BEGIN, NOW).mine.answered == []


def test_a_mail_to_a_crowd_asks_nobody_and_begins_nothing() -> None:
    found = exchange([mail(1, 0, "in", asks=False)], BEGIN, NOW)
    assert (found.mine.asked, found.theirs.began) == ([], [])


def test_a_conversation_begun_after_long_silence_reaches_out() -> None:
    quiet = [mail(1, 0, "in"), mail(2, 24 * 95, "out")]
    assert exchange(quiet, BEGIN, NOW).mine.reached == [2]
    assert exchange(quiet, BEGIN, NOW, usual=30.0).mine.reached == [], "four times what is usual has not passed"


def test_what_was_before_tells_only_what_is_new() -> None:
    found = exchange([mail(1, -24 * 100, "in"), mail(2, -1, "in"), mail(3, 5, "out", answers=2, thread=2)], BEGIN, NOW)
    assert (found.theirs.began, found.mine.asked, found.mine.began) == ([], [], [])
    assert found.theirs.asked == [3]


def test_hosting_and_help_are_counted_and_hosting_weighs_nothing() -> None:
    turns = [
        Turn(1, BEGIN, "meeting", "both", hosted=True),
        Turn(2, BEGIN, "meeting", "both", hosted_them=True),
        Turn(3, NOW, "note", "both", help="gave"),
        Turn(4, NOW, "note", "both", help="received"),
    ]
    found = exchange(turns, BEGIN, NOW)
    assert (found.mine.hosted, found.theirs.hosted) == ([1], [2])
    assert (found.mine.helped, found.theirs.helped) == ([3], [4])
    assert balance.felt_on(found.mine.felt, NOW // DAY) == pytest.approx(balance.HELP)


def test_an_open_mail_makes_the_counts_true_for_today_alone() -> None:
    assert exchange([mail(1, 24 * 90, "in")], BEGIN, NOW).true_until == NOW // DAY
    assert exchange([mail(1, 24 * 10, "in")], BEGIN, NOW).true_until > NOW // DAY


def test_half_of_the_answers_are_there_as_kaplan_and_meier_have_it() -> None:
    # 10 mails: 4 answered within an hour, 2 open since two hours, 3 answered within eight, 1 never.
    lengths = {2: (4, 0), 3: (0, 2), 5: (3, 0), 15: (0, 1)}
    # S(1 h) = 6/10; after it 6 are known, 2 of them drop out at two hours; at eight S = 0.6 · 1/4 = 0.15.
    # Half is passed between four and eight hours, at (0.6 − 0.5) / (0.6 − 0.15) of the way.
    assert balance.median(lengths) == pytest.approx(4 + 4 * (0.1 / 0.45), abs=0.01)


def test_too_few_answers_and_answers_to_less_than_half_have_no_median() -> None:
    assert balance.median({2: (4, 0)}) is None
    assert balance.median({2: (5, 0), 15: (0, 20)}) is None


@pytest.mark.parametrize(
    ("given", "received", "word"),
    [(2.0, 2.0, LITTLE), (20.0, 5.0, GIVING), (5.0, 20.0, RECEIVING), (12.0, 10.0, EVEN)],
)
def test_a_word_only_where_there_is_enough(given: float, received: float, word: str) -> None:
    assert balance.word(given, received) == word


def test_a_rate_of_few_is_drawn_to_one_half() -> None:
    assert (balance.rate(0, 0), balance.rate(1, 1), balance.rate(98, 98)) == (0.5, pytest.approx(2 / 3), 0.99)


TURNS = st.lists(
    st.builds(
        mail, st.integers(1, 500), st.floats(0, 2_000), st.sampled_from(["in", "out"]),
        answers=st.none() | st.integers(1, 500), thread=st.none() | st.integers(1, 20),
    ),
    max_size=30, unique_by=lambda one: one.id,
)  # fmt: skip


@given(TURNS)
def test_the_order_in_which_turns_come_changes_nothing(turns: list[Turn]) -> None:
    mixed = sorted(turns, key=lambda one: hash((one.id, 7)))
    assert exchange(mixed, BEGIN, NOW) == exchange(turns, BEGIN, NOW)


@given(st.lists(st.dictionaries(st.integers(0, len(LENGTHS) - 1), st.tuples(st.integers(0, 9), st.integers(0, 9)))))
def test_lengths_of_several_people_add_up(several: list[dict[int, tuple[int, int]]]) -> None:
    found = balance.merged(several)
    for at in range(2):
        assert sum(one[at] for one in found.values()) == sum(one[at] for each in several for one in each.values())
