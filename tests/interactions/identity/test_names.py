"""Names agree in any script, order and shape; what only looks alike does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.identity.local_part import is_made_from, spelled
from interactions.identity.names import (
    CONFLICT,
    EXACT,
    FAMILY,
    INITIAL,
    NICKNAME,
    PARTIAL,
    UNKNOWN,
    Name,
    agreement,
    parse,
)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Ada Lovelace", "Lovelace, Ada", EXACT),
        ("Ada Lovelace", "LOVELACE Ada", EXACT),
        ("Dr. Ada Lovelace (Acme)", "ada lovelace", EXACT),
        ("Ada B. Lovelace", "Ada Lovelace", EXACT),
        ("Ada Byron Lovelace", "Ada B. Lovelace", EXACT),
        ("Jürgen Müller", "Juergen Mueller", EXACT),
        ("Иван Петров", "Ivan Petrov", EXACT),
        ("Ludwig van Beethoven", "Beethoven, Ludwig", EXACT),
        ("李明", "李 明", EXACT),
        ("Bob Smith", "Robert Smith", NICKNAME),
        ("Hans Huber", "Johannes Huber", NICKNAME),
        ("Sasha Orlova", "Alexandra Orlova", NICKNAME),
        ("A. Lovelace", "Ada Lovelace", INITIAL),
        ("A. B. Lovelace", "Ada Lovelace", INITIAL),
        ("Ada", "Ada Lovelace", PARTIAL),
        ("Anna Meyer", "Bernd Meyer", FAMILY),
        ("Ada B. Lovelace", "Ada C. Lovelace", CONFLICT),
        ("Ada Lovelace", "Grace Hopper", CONFLICT),
        ("Ada Lovelace", "", UNKNOWN),
    ],
)
def test_two_names_agree_or_not_whichever_comes_first(one: str, other: str, how: str) -> None:
    assert agreement(parse(one), parse(other)) == how
    assert agreement(parse(other), parse(one)) == how


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ada@lovelace.example",
        "Acme Support Team",
        "Newsletter",
        # A Cyrillic а in a Latin word: somebody poses as somebody else (unicode.org/reports/tr39).
        "\u0430da Lovelace",
    ],
)
def test_what_is_no_name_of_a_person_says_nothing(written: str) -> None:
    assert parse(written) is None


def test_a_local_part_spells_a_name_or_is_made_from_one() -> None:
    ada = Name(("ada", "lovelace"))
    assert spelled("ada.lovelace") == ada
    assert spelled("tiger77") is None
    for local in ("adalovelace", "a.lovelace", "alovelace", "lovelace.a", "adal", "ada", "lovelace7", "al"):
        assert is_made_from(local, ada), local
    assert not is_made_from("tiger77", ada)


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_it(one: str, other: str) -> None:
    assert agreement(parse(one), parse(other)) == agreement(parse(other), parse(one))
