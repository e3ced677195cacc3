"""What a statement gets, and what is said of one that gets nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from interactions.errors import UsageProblem
from interactions.store.database import Database

#: Where a person finds what they may ask for.
SEE = "What there is:  kith sql --views"
NOTHING = 'There is no statement. Say for example  kith sql "SELECT count(*) FROM v_people".'
#: What may stand before the first word: space, comments, parentheses, nothing.
_BEFORE = re.compile(r"(?:\s|[(;]|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_FIRST = ("select", "with", "values")


class StatementProblem(UsageProblem):
    """A statement is wrong, asks for what is not there, or took too long."""


class Moment(Struct, frozen=True):
    """Whose log is asked, and the clock it is asked by: the owner's now, aware."""

    db: Database
    owner_id: int
    clock: Callable[[], datetime]


class Answer(Struct, frozen=True):
    """The first rows of an answer, and how many there are; cells are None, int, float, str, bytes, list or dict."""

    #: Each name once: a second `id` is `id_2`.
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


class Asking(Protocol):
    """One session; statements are answered one after another."""

    def ask(self, statement: str, limit: int) -> Answer:
        """The answer, of which the first `limit` rows are kept. Raises StatementProblem, KeyboardInterrupt."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def named(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns' names, each once."""
    found: list[str] = []
    for column in columns:
        number, name = 2, column
        while name in found:
            name, number = f"{column}_{number}", number + 1
        found.append(name)
    return tuple(found)


def question(statement: str) -> str:
    """The statement without what ends it. Raises StatementProblem for one that is empty or no question."""
    text = statement.strip().rstrip("; \t\r\n")
    before = _BEFORE.match(text)
    rest = text[before.end() :] if before else text
    word = re.match(r"\w*", rest)
    if not rest:
        raise StatementProblem(NOTHING)
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise StatementProblem("The statement holds characters that are no text. Type it again without them.")
    if word is None or word[0].lower() not in _FIRST:
        raise StatementProblem(
            "Only questions are answered: begin with SELECT, WITH or VALUES. Nothing is changed here."
        )
    return text


def wrong(said: str) -> StatementProblem:
    """What a database said of a statement, as a sentence of ours."""
    first = next(iter(said.strip().splitlines()), "")
    return StatementProblem(f"The statement cannot be answered: {first.rstrip('.')}. {SEE}")


def elsewhere(what: Sequence[str]) -> StatementProblem:
    """It names what is none of the views and no plain function."""
    named = f", not {', '.join(what)}" if what else ""
    return StatementProblem(f"Only the views and plain functions can be used here{named}. {SEE}")


def late(seconds: float) -> StatementProblem:
    """It did not end in time."""
    return StatementProblem(f"The statement was ended after {seconds:g} s. Ask for less, or allow more: --seconds.")
