"""First names, in any script and order; where none can be told, nothing is made up."""

from __future__ import annotations

import pytest

from interactions.letters.first_names import first_name, first_names
from interactions.queries.names import Who


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("Ada Lovelace", "Ada"),
        ("Lovelace, Ada", "Ada"),
        ("Lovelace, Dr. Ada", "Ada"),
        ("Ada Lovelace, PhD", "Ada"),
        ("LOVELACE Ada", "Ada"),
        ("ADA LOVELACE", "Ada"),
        ("Dr. Ada von Bülow", "Ada"),
        ("Mary-Ann O'Brien", "Mary-Ann"),
        ("Ada King (née Byron)", "Ada"),
        ("Ada Lovelace | Acme", "Ada"),
        ("Ada Lovelace @ Acme", "Ada"),
        ("J. Edgar Hoover", "Edgar"),
        ("'Ada Lovelace'", "Ada"),
        ("Ada & Ben Roth", "Ada & Ben"),
        ("Roth, Ada & Ben", "Ada & Ben"),
        ("Nguyễn Văn An", "An"),
        ("Иванов Иван Иванович", "Иван"),
        ("Анна Сергеевна Петрова", "Анна"),
        ("Борис Ёлкин", "Борис"),
        ("عبد الرحمن أحمد", "عبد الرحمن"),
        ("ליאור כהן", "ליאור"),
        ("山田 太郎", "太郎"),
        ("Ada\u202e\x00 Lovelace", "Ada"),
        ("Nat Cole", "Nat"),
        ("Mag. Ada Roth", "Ada"),
        ("Ada", "Ada"),
    ],
)
def test_a_first_name_is_told(written: str, called: str) -> None:
    assert first_name(written) == called


@pytest.mark.parametrize(
    "written",
    [
        "山田太郎",
        "김민수",
        "エイダ ラブレス",
        "A. Lovelace",
        "J. R. Tolkien",
        "Frau Roth",
        "von Bülow",
        "Familie Roth",
        "City Library Team",
    ],
)
def test_where_it_cannot_be_told_the_whole_stands(written: str) -> None:
    assert first_name(written) == written


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("ada.l@sea.example", "ada.l"),
        ("tel:+49301234567", "…4567"),
        ("name:ilse", "ilse"),
        ("card:", "somebody"),
        ("", "somebody"),
    ],
)
def test_who_has_no_name_is_called_by_what_there_is(written: str, called: str) -> None:
    assert first_name(written) == called


def test_two_of_one_first_name_are_told_apart_by_as_little_as_does() -> None:
    people = [Who(1, "Ada Lovelace", ""), Who(2, "Byron, Ada", ""), Who(3, "Bo Roth", ""), Who(4, "ada", "")]
    assert first_names(people) == {1: "Ada L.", 2: "Ada B.", 3: "Bo", 4: "ada"}
    assert first_names([Who(1, "Ada Lovelace", ""), Who(2, "Ada Lindt", "")]) == {1: "Ada Lo.", 2: "Ada Li."}
    assert first_names([Who(1, "Ada Roth", ""), Who(2, "Ada Roth", "")]) == {1: "Ada Roth", 2: "Ada Roth"}
