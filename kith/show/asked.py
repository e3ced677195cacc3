"""`kith suggestions` as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from interactions.queries.suggestions import Asked
from kith.show.answers import Moment, count
from kith.show.plain import plain
from kith.show.screen import Screen

#: Shortest bits worth a word.
_WORTH = 0.3


def asked_lines(screen: Screen, questions: Sequence[Asked], now: int, zone: tzinfo) -> list[str]:
    """Every question with what speaks for it."""
    moment = Moment(now, zone)
    people = [one for one in questions if one.kind == "person"]
    meetings = [one for one in questions if one.kind == "meeting"]
    lines = [line for one in people for line in _person(screen, one)]
    if people:
        lines = ["One person?", *lines]
    if meetings:
        lines += [""] * bool(lines) + [
            "A meeting?",
            *(line for one in meetings for line in _meeting(screen, one, moment)),
        ]
    return lines


def _person(screen: Screen, one: Asked) -> list[str]:
    both = "  =  ".join(f"{plain(who.name)} <{plain(who.address)}>" if who.name != who.address else plain(who.address)
                        for who in one.who)  # fmt: skip
    reasons = [f"{name} {'+' if bits > 0 else '−'}{abs(bits):.1f}" for name, bits in _weighty(one)]
    return [
        f" {screen.strong(one.code)}  {both}",
        screen.faint(f"       {one.chance:.0%} likely · {', '.join(reasons)} bits"),
    ]


def _weighty(one: Asked) -> list[tuple[str, float]]:
    found = [(name, float(bits)) for name, bits in one.evidence.items() if abs(float(bits)) >= _WORTH]
    return sorted(found, key=lambda item: -abs(item[1]))


def _meeting(screen: Screen, one: Asked, moment: Moment) -> list[str]:
    names = ", ".join(plain(mailbox.name or mailbox.address) for mailbox in one.mailboxes[:4])
    more = f" and {len(one.mailboxes) - 4} more" if len(one.mailboxes) > 4 else ""
    because = ", ".join(f"{name}: {plain(str(value))}" for name, value in one.evidence.items())
    entries = count(one.times, "entry", "entries") + (", repeated" if one.repeated else "")
    return [
        f" {screen.strong(one.code)}  {plain(one.title)}  with {names}{more}",
        screen.faint(f"       {entries}, last {moment.when(one.last)} · {because}"),
    ]
