"""Components (BEGIN … END) cut out of a calendar or address book as it streams by: one bad one costs only itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256

from msgspec import Struct

from connectors.contentline import ContentLine, Line, Readable, content_line, logical_lines

#: Text kept of one component; dropped properties (descriptions, photos) do not count.
COMPONENT_MAX = 1024 * 1024
#: Deeper nesting is no calendar's.
NESTING_MAX = 32
#: Lines of one name kept in a component; `counts` has the true number.
REPEATS_MAX = 1_000
_EDGE = re.compile(rb"(BEGIN|END)[ \t]*(?:;[^:\r\n]{0,200})?:[ \t]*([A-Za-z0-9-]{1,60})\s*\Z", re.I)
_HEAD = re.compile(rb"\s*+(?:[A-Za-z0-9_-]++\.)?([A-Za-z0-9_-]{1,60}+)\s*+[;:]")


class Component(Struct):
    """One component with the properties that were asked for."""

    name: str
    #: Line of its BEGIN, from 1.
    number: int
    #: Where the line after its END starts, in bytes.
    end: int = 0
    lines: list[ContentLine] = []
    #: How many lines there were of each name asked for.
    counts: Counter[str] = Counter()
    #: Why it cannot be read, or "".
    problem: str = ""
    #: Of all its text.
    length: int = 0
    sha256: str = ""

    def first(self, name: str) -> ContentLine | None:
        """The first line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def all(self, name: str) -> list[ContentLine]:
        """The kept lines of that name."""
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        """The first value of that name, trimmed, or ""."""
        line = self.first(name)
        return line.value.strip() if line is not None else ""


class ComponentReader:
    """Reads one stream. `wanted` says which properties to keep of which component; "" stands for the calendar itself.

    A name in `flat` keeps the properties of what is nested in it too, with the BEGIN and END lines between them.
    """

    def __init__(
        self, file: Readable, wanted: Mapping[str, frozenset[str]], flat: frozenset[str] = frozenset()
    ) -> None:
        self._lines = logical_lines(file)
        self._wanted = wanted
        self._flat = flat
        self._open: list[str] = []
        self._current: Component | None = None
        self._depth = 0
        self._kept = 0
        self._digest = sha256()
        self._after_agent = False
        #: BEGIN lines seen.
        self.begins = 0

    def __iter__(self) -> Iterator[Component | ContentLine]:
        """Components in the order they end, and the calendar's own properties as they come."""
        last: Line | None = None
        for line in self._lines:
            last = line
            edge = _EDGE.match(line.text)
            if edge is None:
                found = self._property(line)
                if found is not None:
                    yield found
                continue
            name = edge[2].decode("ascii").upper()
            done = self._begin(name, line) if edge[1][:1] in b"Bb" else self._end(name, line)
            if done is not None:
                yield done
        if self._current is not None and last is not None:
            yield self._finish(last.end, "It does not end.")

    def _begin(self, name: str, line: Line) -> Component | None:
        self.begins += 1
        done = None
        if self._current is not None:
            if name != self._current.name or (name == "VCARD" and self._after_agent):
                self._nest(name)
                return None
            done = self._finish(line.end - len(line.text), "It does not end.")
        if name in self._wanted:
            self._current = Component(name, line.number, lines=[], counts=Counter())
            self._depth, self._kept, self._digest = 1, 0, sha256()
        elif len(self._open) < NESTING_MAX:
            self._open.append(name)
        return done

    def _nest(self, name: str) -> None:
        assert self._current is not None
        self._depth += 1
        if self._depth > NESTING_MAX:
            self._current.problem = f"It is nested deeper than {NESTING_MAX} levels."
        elif self._current.name in self._flat:
            self._current.lines.append(ContentLine("BEGIN", name))

    def _end(self, name: str, line: Line) -> Component | None:
        current = self._current
        if current is None:
            if name in self._open:
                del self._open[self._open.index(name) :]
            return None
        if name == current.name and not (name == "VCARD" and self._depth > 1):
            return self._finish(line.end, current.problem)
        if name in ("VCALENDAR", "VCARD") and self._depth <= 1:
            return self._finish(line.end, current.problem or "It does not end.")
        self._depth = max(self._depth - 1, 1)
        return None

    def _finish(self, end: int, problem: str) -> Component:
        current, self._current = self._current, None
        assert current is not None
        current.end, current.problem = end, problem
        current.sha256 = self._digest.hexdigest()
        return current

    def _property(self, line: Line) -> ContentLine | None:
        """Keep a property of the component that is open; hand on one of the calendar's own."""
        current = self._current
        head = _HEAD.match(line.text)
        name = head[1].decode("ascii").upper() if head is not None else ""
        if current is None:
            top = not self._open or self._open[-1] == "VCALENDAR"
            return content_line(line) if top and name in self._wanted.get("", ()) else None
        self._after_agent = name == "AGENT"
        self._digest.update(line.text)
        current.length += len(line.text)
        if name in self._wanted[current.name] and (self._depth == 1 or current.name in self._flat):
            current.counts[name] += 1
            if current.counts[name] <= REPEATS_MAX and not current.problem:
                self._keep(current, line)
        return None

    def _keep(self, current: Component, line: Line) -> None:
        self._kept += len(line.text)
        if self._kept > COMPONENT_MAX:
            current.problem = "It is larger than 1 MB."
            current.lines.clear()
            return
        found = content_line(line)
        if found is not None:
            current.lines.append(found)
