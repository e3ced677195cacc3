"""`kith path` as text and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interactions.lengths import times
from interactions.queries.names import Who
from interactions.queries.paths import Way, Ways
from interactions.queries.tend import Coverage
from interactions.ties.tending import DORMANT, FADING
from kith.show.answers import Moment, count
from kith.show.plain import plain
from kith.show.rows import who_row
from kith.show.screen import Screen
from kith.show.when import stamp

#: Names that are told of several.
_NAMES = 3


def path_lines(screen: Screen, found: Ways, text: str, moment: Moment) -> list[str]:
    """The answer, a paragraph for each way."""
    lines = []
    if found.known:
        one = len(found.known) == 1
        there = "" if one and found.known[0].name.lower() == text.lower() else f" ({plain(text)})" if not one else ""
        lines.append(f"You know {_names(found.known)}{there} yourself: you have both written or met.")
    if not found.ways:
        return [*lines, *([] if found.known else [_none(found, text)])]
    if found.known:
        lines.append("Who else could bring you together:")
    for number, way in enumerate(found.ways, 1):
        where = f"  {screen.faint(', '.join(map(plain, way.circles)))}" if way.circles else ""
        title = f": “{plain(way.title)}”" if way.title else ""
        lines += [
            f" {number}  {screen.strong(plain(way.by.name))}{where}",
            f"    seen with {plain(way.to.name)} {times(len(way.seen))}, last {moment.when(way.last_at)}{title}",
            f"    first: {_first(way, moment)}",
        ]
    return lines


def coverage_line(coverage: Coverage, moment: Moment) -> str:
    """What the answer rests on."""
    seen = [f"mail since {moment.when(coverage.mail)}"] if coverage.mail is not None else []
    seen += [f"meetings since {moment.when(coverage.meetings)}"] if coverage.meetings is not None else []
    return f"Kith sees {' and '.join(seen) or 'nothing yet'}; what people share elsewhere it does not."


def ways_row(found: Ways, text: str) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "to": text,
        "people": [who_row(one) for one in found.targets],
        "known": [who_row(one) for one in found.known],
        "ways": [
            {
                "by": who_row(one.by), "to": who_row(one.to), "circles": list(one.circles),
                "helps": round(one.helps, 3), "knows": round(one.knows, 3), "chance": round(one.helps * one.knows, 3),
                "state": one.standing.state, "silence": one.standing.silence, "last_at": stamp(one.last_at),
                "interactions": list(one.seen),
            }
            for one in found.ways
        ],
    }  # fmt: skip


def _none(found: Ways, text: str) -> str:
    if not found.targets:
        return f"No path is seen to {plain(text)}: nobody of that name, company or domain is in your mail or meetings."
    others = "them" if len(found.targets) > 1 else plain(found.targets[0].name)
    return f"No path is seen to {plain(text)}: nobody you know was seen with {others}."


def _first(way: Way, moment: Moment) -> str:
    """One small thing for the connector, before anything is asked of them."""
    stands = way.standing
    if stands.open_since is not None:
        return f"they wrote last ({moment.when(stands.open_since * 86_400, all_day=True)}); answer that first."
    if stands.state in (FADING, DORMANT):
        return f"say hello; you were last in touch {count(stands.silence, 'day')} ago."
    if stands.waits == "planned":
        return "you meet soon; ask then what they are busy with."
    return "ask what they are busy with, and whom you could introduce to them."


def _names(people: Sequence[Who]) -> str:
    names = list(dict.fromkeys(plain(one.name) for one in people))
    more = len(names) - _NAMES
    shown = names[:_NAMES] + ([f"{more} more"] if more > 0 else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
