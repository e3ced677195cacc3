"""The query language of `kith log`, much like a mail client's: `with:anna kind:meeting after:7d "choir weekend"`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo

import msgspec
from msgspec import Struct

from interactions.errors import UsageProblem

#: Longest query that is read, in characters.
LENGTH_MAX = 500
KINDS = {"email": "email", "mail": "email", "meeting": "meeting", "call": "call", "note": "note"}
DIRECTIONS = ("in", "out", "both")
OPERATORS = ("with", "circle", "kind", "direction", "after", "before", "account")
_LISTS = {"with": "persons", "circle": "circles", "account": "accounts"}

_TERM = re.compile(r'(?P<minus>-?)(?:(?P<operator>[A-Za-z]+):)?(?P<value>"[^"]*"|[^\s"]*)(?=\s|$)')
_AGE = re.compile(r"(\d{1,6})([dwmy])", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_HELP = "Use a date like 2026-01-31, an age like 7d, 3w, 6m or 2y, or today, yesterday, tomorrow."


class Filter(Struct, frozen=True):
    """What is asked for. Several persons or texts must all be there, of several kinds any one."""

    persons: tuple[str, ...] = ()
    no_persons: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    no_texts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    no_kinds: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    no_directions: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    no_circles: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    no_accounts: tuple[str, ...] = ()
    #: Seconds since 1970 UTC, inclusive.
    after: int | None = None
    #: Seconds since 1970 UTC, exclusive.
    before: int | None = None


def parse(text: str, now: datetime, zone: tzinfo) -> Filter:
    """Read a query; dates are days of the owner's `zone` and `now` is aware. Raises UsageProblem."""
    if len(text) > LENGTH_MAX:
        raise UsageProblem(f"The query is longer than {LENGTH_MAX} characters. Ask for less at once.")
    found: dict[str, list[str]] = {}
    bounds: dict[str, int] = {}
    today = now.astimezone(zone).date()
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None:
            raise UsageProblem(f'The quotes do not match in: {text}. Put them around a whole value: with:"anna b".')
        at = match.end() + _spaces(text, match.end())
        _add(match, found, bounds, today, zone)
    return msgspec.convert({**found, **bounds}, Filter)


def from_arguments(arguments: Sequence[str]) -> str:
    """One query from a command's arguments: of several, one that holds spaces was quoted and stays one value."""
    if len(arguments) == 1:
        return arguments[0]
    return " ".join(_quoted(argument) for argument in arguments)


def day(text: str, today: date) -> date:
    """The day a date, an age or a word names. Raises UsageProblem."""
    word = text.lower()
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    try:
        if word in near:
            return today + timedelta(days=near[word])
        if match := _AGE.fullmatch(word):
            return _earlier(today, int(match[1]), match[2])
        if _ISO.fullmatch(word):
            return date.fromisoformat(word)
    except (ValueError, OverflowError):
        raise UsageProblem(f"There is no such day: {text}. {_DATE_HELP}") from None
    raise UsageProblem(f"{text!r} is no date. {_DATE_HELP}")


def instant(text: str, today: date, zone: tzinfo) -> int:
    """The start of the day `text` names, in seconds since 1970 UTC. Raises UsageProblem."""
    try:
        return int(datetime.combine(day(text, today), time(), zone).timestamp())
    except (ValueError, OverflowError, OSError):
        raise UsageProblem(f"There is no such day: {text}. {_DATE_HELP}") from None


def _spaces(text: str, at: int) -> int:
    rest = text[at:]
    return len(rest) - len(rest.lstrip())


def _quoted(argument: str) -> str:
    if not any(character.isspace() for character in argument) or '"' in argument:
        return argument
    match = re.match(r"-?(?:[A-Za-z]+:)?", argument)
    head = match[0] if match else ""
    return f'{head}"{argument[len(head) :]}"'


def _add(match: re.Match[str], found: dict[str, list[str]], bounds: dict[str, int], today: date, zone: tzinfo) -> None:
    raw, minus = match["value"], bool(match["minus"])
    operator, value = (match["operator"] or "").lower(), raw.strip('"').strip()
    if not operator:
        if minus and raw.startswith("-"):
            raise UsageProblem(f'There is no option {match[0]}. To search for it, put it in quotes: "{match[0]}".')
        if not value:
            raise UsageProblem("A word or a value is missing beside a quote or a minus sign.")
        found.setdefault("no_texts" if minus else "texts", []).append(value)
        return
    if operator not in OPERATORS:
        known = " ".join(f"{name}:" for name in OPERATORS)
        raise UsageProblem(
            f'There is no filter {operator}: (there is {known}). To search for text, quote it: "{match[0]}".'
        )
    if not value:
        raise UsageProblem(f"{operator}: needs a value right behind it.")
    if operator in ("after", "before"):
        if minus:
            raise UsageProblem(f"-{operator}: is not understood. Use after: and before: without a minus.")
        bounds[operator] = instant(value, today, zone)
        return
    name, value = _checked(operator, value)
    found.setdefault(f"no_{name}" if minus else name, []).append(value)


def _checked(operator: str, value: str) -> tuple[str, str]:
    if operator == "kind":
        if value.lower() not in KINDS:
            raise UsageProblem(f"There is no kind {value!r}. Use mail, meeting, call or note.")
        return "kinds", KINDS[value.lower()]
    if operator == "direction":
        if value.lower() not in DIRECTIONS:
            raise UsageProblem(f"There is no direction {value!r}. Use in, out or both.")
        return "directions", value.lower()
    return _LISTS[operator], value


def _earlier(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        raise ValueError("before the calendar")
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
