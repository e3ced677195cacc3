"""`kith offer` as text and for programs."""

from __future__ import annotations

from typing import Any

from interactions.queries.names import Who
from interactions.queries.offer import Offer, Pair
from kith.show.answers import Moment
from kith.show.introduced import introduced_row
from kith.show.plain import plain
from kith.show.rows import who_row
from kith.show.screen import Screen
from kith.show.when import stamp


def offer_lines(screen: Screen, found: Offer, moment: Moment) -> list[str]:
    """Everything that could be given, kind by kind."""
    lines: list[str] = []
    if found.open:
        lines += ["Still open:"]
        lines += [
            f" {screen.strong(plain(one.who.name))}  {moment.when(one.entry.at)}"
            + (f"  “{plain(one.entry.title)}”" if one.entry.title else "")
            for one in found.open
        ]
    if found.thanks:
        lines += [""] * bool(lines) + ["A word of thanks:"]
        lines += [f" {screen.strong(plain(one.by.name))}  brought you together with {_others(one.whom)} on"
                  f" {moment.when(one.at)}" for one in found.thanks if one.by is not None]  # fmt: skip
    if found.pairs:
        lines += [""] * bool(lines) + ["Who might like to know each other (ask both first):"]
        lines += [line for one in found.pairs for line in _pair(screen, one)]
    return lines or ["Nothing comes to mind: no mail is open, and nobody close to you is apart from the others."]


def offer_row(found: Offer) -> dict[str, Any]:
    """The same for programs."""
    return {
        "open": [
            {"who": who_row(one.who), "at": stamp(one.entry.at), "title": one.entry.title, "interaction": one.entry.id}
            for one in found.open
        ],
        "thanks": [introduced_row(one) for one in found.thanks],
        "pairs": [
            {"one": who_row(one.one), "other": who_row(one.other), "circles": [list(each) for each in one.circles]}
            for one in found.pairs
        ],
    }


def _pair(screen: Screen, one: Pair) -> list[str]:
    where = [", ".join(map(plain, each)) or "no circle" for each in one.circles]
    names = f"{plain(one.one.name)} and {plain(one.other.name)}"
    return [f" {screen.strong(names)}", screen.faint(f"    {where[0]}  ·  {where[1]}  ·  never seen together")]


def _others(whom: tuple[Who | None, Who | None]) -> str:
    return " and ".join(plain(who.name) for who in whom if who is not None)
