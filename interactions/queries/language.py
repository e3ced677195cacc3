"""The query language of `kith log` and `kith people`, much like a mail client's: `circle:choir state:due met:<30d`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec
from msgspec import Struct

from interactions.errors import UsageProblem
from interactions.queries.folding import fold

#: Longest query that is read, in characters.
LENGTH_MAX = 500
KINDS = {"email": "email", "mail": "email", "meeting": "meeting", "call": "call", "note": "note"}
DIRECTIONS = ("in", "out", "both")
#: How long it has been, as `kith tend` sees it, or what stands in the way of proposing them; and a tie's word.
STATES = ("in-touch", "due", "overdue", "fading", "dormant", "planned", "waiting")
TIES = ("new", "growing", "steady", "quiet")
#: When they last met or called (or talked, by the owner's word), when they last acted, when they last were in it.
CONTACTS = ("met", "heard", "seen")
OPERATORS = (
    "with", "circle", "state", "tie", *CONTACTS, "kind", "direction", "after", "before", "account", "saved",
)  # fmt: skip
_LISTS = {"with": "persons", "circle": "circles", "account": "accounts"}

_TERM = re.compile(r'(?P<minus>-?)(?:(?P<operator>[A-Za-z]+):)?(?P<value>"[^"]*"|[^\s"]*)(?=\s|$)')
_AGE = re.compile(r"(\d{1,6})([dwmy])", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPAN = re.compile(r"(?P<sign>[<>]?)(?P<day>[^<>+]+)(?P<plus>\+?)")
_DATE_HELP = "Use a date like 2026-01-31, an age like 7d, 3w, 6m or 2y, or today, yesterday, tomorrow."


class Last(Struct, frozen=True):
    """When the last contact of one sort was, up to now; without bounds there never was one."""

    #: met, heard, seen
    how: str
    #: Seconds since 1970 UTC, inclusive and exclusive.
    after: int | None = None
    before: int | None = None


class Filter(Struct, frozen=True):
    """What is asked for. Several persons, texts or contacts must all be there; of several kinds or states any one."""

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
    #: Of STATES and of TIES.
    states: tuple[str, ...] = ()
    no_states: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    no_ties: tuple[str, ...] = ()
    contacts: tuple[Last, ...] = ()
    no_contacts: tuple[Last, ...] = ()
    #: The owner's day, numbered from 1 January 1970: states and ties are those of that day. None where none is asked.
    today: int | None = None
    #: Seconds since 1970 UTC, inclusive.
    after: int | None = None
    #: Seconds since 1970 UTC, exclusive.
    before: int | None = None


def parse(text: str, now: datetime, zone: tzinfo, saved: Mapping[str, str] | None = None) -> Filter:
    """Read a query; dates are days of the owner's `zone` and `now` is aware. Raises UsageProblem.

    `saved`: folded name → the query kept under it; `saved:NAME` stands for its words.
    """
    reading = _Reading(now.astimezone(zone).date(), zone, saved or {})
    reading.read(text)
    return msgspec.convert({**reading.found, **reading.bounds}, Filter)


def asks_saved(text: str) -> bool:
    """Whether a query may stand on others that were saved."""
    return "saved:" in text.lower()


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


class _Reading:
    """One query as far as it is read."""

    def __init__(self, today: date, zone: tzinfo, saved: Mapping[str, str]) -> None:
        self.found: dict[str, list[Any]] = {}
        self.bounds: dict[str, int] = {}
        self._today, self._zone, self._saved = today, zone, saved
        #: Saved searches read so far, each once, and those that are being read.
        self._done: set[str] = set()
        self._inside: list[str] = []

    def read(self, text: str) -> None:
        """Add the terms of `text`. Raises UsageProblem."""
        if len(text) > LENGTH_MAX:
            raise UsageProblem(f"The query is longer than {LENGTH_MAX} characters. Ask for less at once.")
        at, text = 0, text.strip()
        while at < len(text):
            match = _TERM.match(text, at)
            if match is None:
                raise UsageProblem(f'The quotes do not match in: {text}. Put them around a whole value: with:"anna b".')
            at = match.end() + _spaces(text, match.end())
            self._add(match)

    def _add(self, match: re.Match[str]) -> None:
        raw, minus = match["value"], bool(match["minus"])
        operator, value = (match["operator"] or "").lower(), raw.strip('"').strip()
        if not operator:
            if minus and raw.startswith("-"):
                raise UsageProblem(f'There is no option {match[0]}. To search for it, put it in quotes: "{match[0]}".')
            if not value:
                raise UsageProblem("A word or a value is missing beside a quote or a minus sign.")
            self._keep("texts", minus, value)
            return
        if operator not in OPERATORS:
            raise UsageProblem(_no_filter(operator, match[0]))
        if not value:
            raise UsageProblem(f"{operator}: needs a value right behind it." + _redirected(operator))
        if operator in ("after", "before", "saved"):
            if minus:
                raise UsageProblem(f"-{operator}: is not understood. Use {operator}: without a minus.")
            self._saved_words(value) if operator == "saved" else self._bound(operator, value)
        elif operator in CONTACTS:
            self._keep("contacts", minus, self._last(operator, value))
        else:
            self._keep(*_checked(operator, minus, value))
            if operator in ("state", "tie"):
                self.bounds["today"] = (self._today - date(1970, 1, 1)).days

    def _keep(self, name: str, minus: bool, value: object) -> None:
        self.found.setdefault(f"no_{name}" if minus else name, []).append(value)

    def _bound(self, operator: str, value: str) -> None:
        at = instant(value, self._today, self._zone)
        closer: Callable[[int, int], int] = max if operator == "after" else min
        self.bounds[operator] = closer(at, self.bounds.get(operator, at))

    def _last(self, operator: str, value: str) -> Last:
        if value.lower() == "never":
            return Last(operator)
        match = _SPAN.fullmatch(value)
        if match is None or (match["sign"] and match["plus"]) or match["day"].lower() == "tomorrow":
            raise UsageProblem(
                f"{operator}:{value} is not understood. Use {operator}:30d (within), {operator}:6m+ (longer ago) or"
                f' {operator}:never; in quotes also "{operator}:<30d" and "{operator}:>6m".'
            )
        at = instant(match["day"], self._today, self._zone)
        return Last(operator, before=at) if match["sign"] == ">" or match["plus"] else Last(operator, after=at)

    def _saved_words(self, value: str) -> None:
        name = fold(value)
        if name in self._inside:
            raise UsageProblem(f"The saved search {name!r} contains itself.")
        if name not in self._saved:
            there = f"There is {', '.join(sorted(self._saved))}" if self._saved else "None is saved yet"
            raise UsageProblem(f"There is no saved search {value!r}. {there}; kept by  kith save NAME QUERY.")
        if name in self._done:
            return
        self._done.add(name)
        self._inside.append(name)
        self.read(self._saved[name])
        self._inside.pop()


def _no_filter(operator: str, term: str) -> str:
    known = " ".join(f"{name}:" for name in OPERATORS)
    return f'There is no filter {operator}: (there is {known}). To search for text, quote it: "{term}".'


def _redirected(operator: str) -> str:
    """What went wrong where a shell took the rest away."""
    if operator not in CONTACTS:
        return ""
    return f' A shell takes < and > for itself: put the filter in quotes, "{operator}:<30d", or say {operator}:30d.'


def _checked(operator: str, minus: bool, value: str) -> tuple[str, bool, str]:
    word = value.lower()
    if operator == "kind":
        if word not in KINDS:
            raise UsageProblem(f"There is no kind {value!r}. Use mail, meeting, call or note.")
        return "kinds", minus, KINDS[word]
    if operator == "direction":
        if word not in DIRECTIONS:
            raise UsageProblem(f"There is no direction {value!r}. Use in, out or both.")
        return "directions", minus, word
    if operator in ("state", "tie"):
        known = STATES if operator == "state" else TIES
        word = "-".join(word.split())
        if word not in known:
            raise UsageProblem(f"There is no {operator} {value!r}. Use {', '.join(known[:-1])} or {known[-1]}.")
        return f"{operator}s", minus, word
    return _LISTS[operator], minus, value


def _earlier(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        raise ValueError("before the calendar")
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
