"""`kith bridges` as text and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interactions.queries.bridges import Bridge
from kith.show.plain import plain
from kith.show.rows import who_row
from kith.show.screen import Screen

_NAMES = 3


def bridge_lines(screen: Screen, found: Sequence[Bridge]) -> list[str]:
    """A line and its reason each."""
    return [line for one in found for line in (_line(screen, one), screen.faint(f"    {_reason(one)}"))]


def bridge_row(one: Bridge) -> dict[str, Any]:
    """One bridge for programs."""
    return {"by": who_row(one.who), "circle": one.circle, "behind": [who_row(who) for who in one.behind],
            "others": one.others}  # fmt: skip


def _line(screen: Screen, one: Bridge) -> str:
    return f" {screen.strong(plain(one.who.name))} links you to {plain(one.circle)}"


def _reason(one: Bridge) -> str:
    names = ", ".join(plain(who.name) for who in one.behind[:_NAMES])
    more = f" and {len(one.behind) - _NAMES} more" if len(one.behind) > _NAMES else ""
    return f"{len(one.behind)} of its {one.others} others you see with them or not at all: {names}{more}"
