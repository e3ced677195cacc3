"""`kith introductions` as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interactions.queries.introductions import Introduced
from interactions.queries.names import Who
from kith.show.answers import Moment, count
from kith.show.rows import who_row
from kith.show.screen import Screen
from kith.show.table import Column, table
from kith.show.when import stamp

_COLUMNS = (
    Column("when", least=9),
    Column("who brought whom", least=20, shrink=True),
    Column("what came of it", least=12, shrink=True),
    Column("why", least=10, shrink=True, faint=True),
)


def introduced_lines(screen: Screen, found: Sequence[Introduced], moment: Moment) -> list[str]:
    """A line each."""
    rows = [[moment.when(one.at), _who(one), _outcome(one), ", ".join(one.evidence)] for one in found]
    return table(screen, _COLUMNS, rows)


def introduced_row(one: Introduced) -> dict[str, Any]:
    """One introduction for programs; null stands for the owner."""
    return {
        "at": stamp(one.at), "state": one.state, "by": _person(one.by), "whom": [_person(who) for who in one.whom],
        "days_since": one.days_since, "evidence": list(one.evidence), "interaction": one.interaction,
        "taken_up": one.taken_up,
    }  # fmt: skip


def _who(one: Introduced) -> str:
    names = [who.name if who is not None else "you" for who in one.whom]
    return f"{one.by.name if one.by is not None else 'you'}: {names[0]} and {names[1]}"


def _outcome(one: Introduced) -> str:
    if one.state == "possible" and one.taken_up is None:
        return "not taken up, or not seen"
    since = f"in touch on {count(one.days_since, 'day')} since" if one.days_since else "taken up once"
    return since if one.state == "confirmed" else f"perhaps; {since}"


def _person(who: Who | None) -> dict[str, Any] | None:
    return None if who is None else who_row(who)
