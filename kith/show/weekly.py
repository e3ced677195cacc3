"""`kith week` for a terminal and for programs."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import msgspec

from interactions.letters.letter import Letter
from interactions.queries.week import Answer, Back, Water, Week
from kith.show.introduced import introduced_row
from kith.show.plain import plain
from kith.show.rows import entry_row, who_row
from kith.show.screen import Screen
from kith.show.tended import tend_row
from kith.show.when import stamp


def week_lines(screen: Screen, letter: Letter) -> list[str]:
    """Everything under its heading, wrapped to the screen."""
    room = max(40, min(screen.width, 110)) - 4
    lines = [screen.strong(letter.title)]
    for section in letter.sections:
        lines += ["", section.heading]
        for line in section.lines:
            told = wrap(plain(f"{line.text}  {line.numbers}"), room)
            lines += [f"{'    ' if number else '  '}{part}" for number, part in enumerate(told)]
    return lines


def week_row(found: Week) -> dict[str, Any]:
    """The answer for programs; each part names its interactions."""
    return {
        "day": found.day.isoformat(),
        "from": stamp(found.start),
        "until": stamp(found.end),
        "given": {
            "introductions": [introduced_row(one) for one in found.introduced],
            "answers": [_answer(one) for one in found.answered],
            "help": [entry_row(one) for one in found.helped],
        },
        "revived": [_back(one) for one in found.revived],
        "first_look": found.first_look,
        "water": [_water(one) for one in found.water],
        "ahead": [entry_row(one) for one in found.ahead],
        "coverage": msgspec.to_builtins(found.coverage),
    }


def _answer(one: Answer) -> dict[str, Any]:
    told = one.told
    return {
        "who": who_row(one.who),
        "at": stamp(told.at),
        "open_days": told.days,
        "interactions": [told.asked, told.answer],
    }


def _back(one: Back) -> dict[str, Any]:
    told = one.told
    return {
        "who": who_row(one.who),
        "at": stamp(told.at),
        "direction": told.direction,
        "silent_days": told.silent,
        "cadence_days": None if told.usual is None else round(told.usual, 2),
        "interactions": [number for number in (told.before, told.first) if number is not None],
    }


def _water(one: Water) -> dict[str, Any]:
    return {**tend_row(one.told), "interactions": [] if one.last is None else [one.last]}
