"""`kith balance` as text and for programs: about the owner, never a verdict on anybody."""

from __future__ import annotations

from typing import Any

import msgspec

from interactions.lengths import month
from interactions.queries.balance import Balance, Balances, Side
from interactions.queries.people import Person
from interactions.ties.balance import ENOUGH, EVEN, GIVING, LITTLE, RECEIVING, rate
from kith.show.plain import plain
from kith.show.screen import Screen
from kith.show.table import Column, table

_WORDS = {
    GIVING: "You give more than you receive.",
    EVEN: "What you give and what you receive are about even.",
    RECEIVING: "At the moment you receive more than you give.",
    LITTLE: "There is too little to say who gives more.",
}
_SHORT = {GIVING: "you give more", EVEN: "about even", RECEIVING: "you receive more", LITTLE: "too little to say"}
_PARTS = (Column("", least=20), Column("you", right=True), Column("they", right=True))
_CIRCLES = (
    Column("circle", least=10, shrink=True),
    Column("you begin", right=True),
    Column("they", right=True),
    Column("you answer", right=True),
    Column("they", right=True),
    Column("", least=12, faint=True),
)


def balance_lines(screen: Screen, found: Balances, *, alone: bool) -> list[str]:
    """Overall, then circle by circle; `alone`: the circles that were asked for and nothing else."""
    if alone:
        return [line for one in found.circles for line in (plain(one.name), *_sides(screen, one.balance), "")][:-1]
    lines = [f"You and everybody, since {month(found.since)}:", *_sides(screen, found.overall)]
    told = [one for one in found.circles if one.balance.word != LITTLE]
    if told:
        rows = [
            [
                one.name, f"{one.balance.mine.began:,}", f"{one.balance.theirs.began:,}", _answered(one.balance.mine),
                _answered(one.balance.theirs), _SHORT[one.balance.word],
            ]
            for one in told
        ]  # fmt: skip
        lines += ["", "In your circles:", *table(screen, _CIRCLES, rows)]
    if left := len(found.circles) - len(told):
        lines.append(screen.faint(f" {left:,} more with too little to say"))
    return lines


def person_lines(screen: Screen, person: Person, found: Balance) -> list[str]:
    """Between the owner and one person."""
    return [f"You and {plain(person.name)}, in the last two years:", *_sides(screen, found)]


def _sides(screen: Screen, found: Balance) -> list[str]:
    mine, theirs = found.mine, found.theirs
    rows = [
        ["conversations begun", f"{mine.began:,}", f"{theirs.began:,}"],
        ["mails answered", _answered(mine), _answered(theirs)],
        ["half of the answers within", _hours(mine), _hours(theirs)],
        ["meetings hosted", f"{mine.hosted:,}", f"{theirs.hosted:,}"],
        ["begun again after long silence", f"{mine.reached:,}", f"{theirs.reached:,}"],
        ["introductions made", f"{mine.introduced:,}", f"{theirs.introduced:,}"],
        ["help, as you noted it", f"{mine.helped:,}", f"{theirs.helped:,}"],
    ]
    return [*table(screen, _PARTS, rows), f" {_WORDS[found.word]}"]


def _answered(one: Side) -> str:
    return f"{one.answered:,} of {one.asked:,}" if one.asked else "none asked"


def _hours(one: Side) -> str:
    if one.hours is None:
        return "too little data" if one.answered < ENOUGH else "not within two weeks"
    if one.hours < 1:
        return f"{max(5, round(one.hours * 12) * 5)} minutes"
    if one.hours < 36:
        return f"{round(one.hours)} hour{'' if round(one.hours) == 1 else 's'}"
    return f"{round(one.hours / 24)} days"


def balances_row(found: Balances) -> dict[str, Any]:
    """Everything for programs."""
    return {
        "since": found.since.isoformat(),
        "overall": balance_row(found.overall),
        "circles": [{"key": one.key, "name": one.name, **balance_row(one.balance)} for one in found.circles],
        "coverage": msgspec.to_builtins(found.coverage),
    }


def balance_row(found: Balance, *, evidence: bool = False) -> dict[str, Any]:
    """The two sides for programs; `evidence`: with the numbers of the interactions behind each part."""
    return {
        "word": found.word, "given": found.given, "received": found.received, "people": found.people,
        "you": _side(found.mine, evidence), "they": _side(found.theirs, evidence),
    }  # fmt: skip


def _side(one: Side, evidence: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "began": one.began, "asked": one.asked, "answered": one.answered,
        "answer_rate": round(rate(one.answered, one.asked), 3) if one.asked else None, "answer_hours": one.hours,
        "hosted": one.hosted, "reached_out": one.reached, "introduced": one.introduced, "helped": one.helped,
    }  # fmt: skip
    return {**row, "interactions": one.evidence, "left_out": one.left_out} if evidence else row
