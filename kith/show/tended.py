"""`kith tend` as text: each person with a reason and one small thing to do. Kind, and about the owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

from interactions.lengths import dated, every, lasting, month
from interactions.queries.tend import Coverage, Tended, Tending
from kith.show.answers import count
from kith.show.plain import plain
from kith.show.screen import Screen
from kith.show.table import Column, table

_COLUMNS = (
    Column("", least=4),
    Column("", least=12, shrink=True),
    Column("", least=16, shrink=True),
    Column("", least=12, shrink=True, faint=True),
)


def tend_lines(screen: Screen, found: Tending, today: date, *, dormant: bool = False) -> list[str]:
    """The week, the first look or who is dormant; then what Kith can see."""
    lines = [line for part in _head(found, today, dormant) for line in wrap(part, max(40, min(screen.width, 110)))]
    rows = [[one.code, one.who.name, reason(one, today), "" if one.done else small_thing(one)] for one in found.people]
    lines += (
        table(screen, _COLUMNS, rows) if _fits(screen, rows) else [one for row in rows for one in _tall(screen, row)]
    )
    left = []
    if found.others and (found.first_look or dormant):
        left.append(f"{found.others:,} more after these (--limit)")
    if found.resting:
        left.append(f"{count(found.resting, 'person rests', 'people rest')} (kith rest)")
    if found.snoozed:
        left.append(f"{count(found.snoozed, 'is', 'are')} put off")
    if left:
        lines.append(screen.faint(f" {' · '.join(left)}"))
    return [*lines, *(screen.faint(f" {part}") for part in wrap(covered(found.coverage), max(39, screen.width - 1)))]


def _fits(screen: Screen, rows: Sequence[Sequence[str]]) -> bool:
    """Whether each person has room on one line."""
    widths = [max(screen.cells(plain(row[at])) for row in rows) for at in range(len(_COLUMNS))] if rows else []
    return bool(rows) and 1 + sum(widths) + 2 * len(_COLUMNS) <= screen.width


def _tall(screen: Screen, row: Sequence[str]) -> Iterator[str]:
    code, name, why, thing = (plain(cell) for cell in row)
    head = f"{screen.fit(name, screen.width - 8)}"
    room = screen.width - 10 - screen.cells(head)
    yield f" {code}  {screen.strong(head)}" + (
        f"  {screen.faint(screen.fit(thing, room))}" if thing and room > 12 else ""
    )
    for part in wrap(why, screen.width - 8):
        yield f"       {part}"


def _head(found: Tending, today: date, dormant: bool) -> list[str]:
    if dormant:
        return (
            ["Silent for more than a year and a half:"] if found.people else ["Nobody you knew is silent for so long."]
        )
    if not found.people:
        return ["Nobody to water this week: with everybody you keep up with you are in touch."]
    if found.first_look:
        return [
            "A first look, this once: people you used to be in touch with, both ways. Say what you want, of several at"
            " once; nothing is proposed until then, and whom you leave out stays as they are."
        ]
    done = sum(one.done for one in found.people)
    since = dated(date.fromisoformat(found.week), today)
    return [f"This week, from {since}" + (f" · {done} done" if done else "")]


def reason(one: Tended, today: date) -> str:
    """Why they are here, in one line."""
    if one.done:
        return "in touch since; well done"
    stands = one.standing
    if one.why == "new":
        return f"new, and answered once; quiet for {lasting(stands.silence)}"
    quiet = f"quiet for {lasting(stands.silence)}"
    told = [f"usually {every(stands.cadence)}, {quiet}" if stands.own else quiet]
    if stands.open_since is not None:
        told.append(f"they wrote last, on {dated(day(stands.open_since), today)}")
    elif stands.waits == "planned":
        told.append("you meet soon")
    return " · ".join(told)


def small_thing(one: Tended) -> str:
    """One small thing to do."""
    if one.standing.waits == "planned":
        return "nothing: it is arranged"
    if one.standing.open_since is not None and one.why != "new":
        return "answer it: two lines will do"
    if not any("@" in address for address in one.addresses):
        return "ring, or knock"
    if one.why == "new":
        return "a second hello while the first is fresh"
    if one.standing.state in ("fading", "dormant"):
        return "say that you thought of them; that is reason enough"
    return "ask how the last thing went" if one.work else "two lines: what has happened since"


def covered(coverage: Coverage) -> str:
    """What Kith sees, and what it cannot."""
    seen = [
        f"{name} since {month(day(at // 86_400))}"
        for name, at in (("mail", coverage.mail), ("meetings", coverage.meetings))
        if at is not None
    ]
    if not seen:
        return "Nothing is seen yet: connect an account or import an archive."
    return f"Seen: {', '.join(seen)}. A talk over the fence is not in here:  kith mark NAME talked"


def tend_row(one: Tended) -> dict[str, Any]:
    """One person for programs."""
    return {
        "code": one.code, "id": one.who.person_id, "name": one.who.name, "addresses": list(one.addresses),
        "why": one.why, "state": one.standing.state, "cadence_days": round(one.standing.cadence, 2),
        "silent_days": one.standing.silence, "waits": one.standing.waits or None,
        "open_since": None if one.standing.open_since is None else day(one.standing.open_since).isoformat(),
        "done": one.done,
    }  # fmt: skip


def day(number: int) -> date:
    """The date of a day numbered from 1 January 1970."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)
