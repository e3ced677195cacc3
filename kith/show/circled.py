"""`kith circles` as text and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interactions.queries.circles import Circle, Part
from kith.show.answers import Moment, count
from kith.show.plain import plain
from kith.show.rows import who_row
from kith.show.screen import Screen
from kith.show.table import Column, table
from kith.show.when import stamp

_COLUMNS = (
    Column("", least=4, faint=True),
    Column("circle", least=12, shrink=True),
    Column("people", least=16, shrink=True),
    Column("your part", least=14, shrink=True),
    Column("last", least=9),
)
#: Fewer occasions say nothing of anybody's part.
_LITTLE = 3
_NAMES = 4
_KINDS = {
    "group": "a group of your address book", "series": "a meeting that comes again", "list": "a list you write to",
    "found": "seen together in your mail and calendar", "own": "named by you",
}  # fmt: skip


def circles_lines(screen: Screen, found: Sequence[Circle], moment: Moment) -> list[str]:
    """A line each."""
    rows = [
        [one.code, one.name or "?", _people(one), part(one.part), moment.when(one.last_at) if one.last_at else "never"]
        for one in found
    ]
    return table(screen, _COLUMNS, rows)


def circle_lines(screen: Screen, one: Circle, moment: Moment) -> list[str]:
    """One circle with everybody in it."""
    last = f", last {moment.when(one.last_at)}" if one.last_at else ""
    return [
        f"{screen.strong(plain(one.name or one.code))}  {screen.faint(_KINDS[one.kind])}",
        f"   your part: {part(one.part)}{last}",
        f"   {count(len(one.members), 'person', 'people')}",
        *(f"   {plain(who.name)}  {screen.faint(_address(who.address, who.name))}" for who in one.members),
    ]


def circle_row(one: Circle) -> dict[str, Any]:
    """One circle for programs."""
    part_of = one.part
    return {
        "key": one.key, "code": one.code, "name": one.name, "kind": one.kind,
        "people": [who_row(who) for who in one.members],
        "part": {name: getattr(part_of, name) for name in ("starts", "answers", "hosts", "comes", "reads")},
        "last_at": stamp(one.last_at) if one.last_at else None,
    }  # fmt: skip


def part(one: Part) -> str:
    """The owner's part in words, what they do most first; of two years."""
    if one.total < _LITTLE:
        return "too little to say"
    told = [
        (one.hosts, "host"), (one.starts, "start"), (one.answers, "answer"), (one.comes, "come along"),
        (one.reads, "read along"),
    ]  # fmt: skip
    named = [f"{name} {number}" for number, name in sorted(told, key=lambda item: -item[0]) if number]
    return f"you {', '.join(named)}"


def _people(one: Circle) -> str:
    names = [who.name for who in one.members[:_NAMES]]
    more = len(one.members) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _address(address: str, name: str) -> str:
    from kith.show.plain import readable

    shown = readable(address)
    return plain(shown) if shown and shown != name else ""
