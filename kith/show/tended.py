"""`kith tend` as text: each person with a reason and one small thing to do. Kind, and about the owner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from interactions.queries.tend import Coverage, Tended, Tending
from kith.show.answers import Moment, count
from kith.show.screen import Screen
from kith.show.table import Column, table

_COLUMNS = (
    Column("", least=4),
    Column("", least=12, shrink=True),
    Column("", least=16, shrink=True),
    Column("", least=12, shrink=True, faint=True),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def tend_lines(screen: Screen, found: Tending, moment: Moment, *, dormant: bool = False) -> list[str]:
    """The week, the first look or who is dormant; then what Kith can see."""
    head = _head(found, dormant)
    rows = [[one.code, one.who.name, reason(one, moment), "" if one.done else small_thing(one)] for one in found.people]
    lines = [*head, *(table(screen, _COLUMNS, rows) if rows else [])]
    left = []
    if found.others and (found.first_look or dormant):
        left.append(f"{found.others:,} more after these (--limit)")
    if found.resting:
        left.append(f"{count(found.resting, 'person rests', 'people rest')} (kith rest)")
    if found.snoozed:
        left.append(f"{count(found.snoozed, 'is', 'are')} put off")
    if left:
        lines.append(screen.faint(f" {' · '.join(left)}"))
    return [*lines, screen.faint(f" {covered(found.coverage)}")]


def _head(found: Tending, dormant: bool) -> list[str]:
    if dormant:
        return (
            ["Silent for more than a year and a half:"] if found.people else ["Nobody you knew is silent for so long."]
        )
    if not found.people:
        return ["Nobody to water this week: with everybody you keep up with you are in touch."]
    if found.first_look:
        return [
            "A first look, this once: people you used to be in touch with, both ways. Say what you want, of several at",
            "once; nothing is proposed until then, and whom you leave out stays as they are.",
        ]
    done = sum(one.done for one in found.people)
    return [f"This week, from {_day(date.fromisoformat(found.week))}" + (f" · {done} done" if done else "")]


def reason(one: Tended, moment: Moment) -> str:
    """Why they are here, in one line."""
    if one.done:
        return "in touch since; well done"
    stands = one.standing
    if one.why == "new":
        return f"new, and answered once; quiet for {_span(stands.silence)}"
    told = [f"usually {_every(stands.cadence)}, quiet for {_span(stands.silence)}"]
    if stands.open_since is not None:
        told.append(f"their mail of {_dated(stands.open_since, moment)} is still open")
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
        f"{name} since {_month(at)}"
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
        "open_since": None if one.standing.open_since is None else _date(one.standing.open_since).isoformat(),
        "done": one.done,
    }  # fmt: skip


def _every(days: float) -> str:
    if days < 1.5:
        return "every day"
    if days < 11:
        return f"every {days:.0f} days" if round(days) != 7 else "every week"
    if days < 60:
        return f"every {days / 7:.0f} weeks"
    return f"every {days / 30.44:.0f} months" if days < 500 else f"every {days / 365.25:.0f} years"


def _span(days: int) -> str:
    if days < 14:
        return count(days, "day")
    if days < 120:
        return count(days // 7, "week")
    return count(round(days / 30.44), "month") if days < 730 else count(days // 365, "year")


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def _dated(day: int, moment: Moment) -> str:
    there = _date(day)
    this_year = datetime.fromtimestamp(moment.now, moment.zone).year
    return _day(there) if there.year == this_year else f"{_day(there)} {there.year}"


def _day(there: date) -> str:
    return f"{there.day} {_MONTHS[there.month - 1]}"


def _month(at: int) -> str:
    there = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    return f"{_MONTHS[there.month - 1]} {there.year}"
