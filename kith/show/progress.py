"""Progress of reading and judging: bars for a person, a plain line every few seconds for a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import click

from interactions.queries.progress import Reading
from kith.show.answers import count

if TYPE_CHECKING:
    from rich.progress import TaskID

#: Seconds between lines where nobody looks at bars.
EVERY = 5.0


class View(Protocol):
    """Shows readings as they come."""

    def show(self, readings: Sequence[Reading]) -> None:
        """Bring what is shown up to `readings`."""

    def end(self) -> None:
        """Nothing more comes."""


def view() -> View:
    """Bars when standard error is a terminal, else lines."""
    return Bars() if sys.stderr.isatty() else Lines()


class Lines:
    """One line a stream, every EVERY seconds."""

    def __init__(self) -> None:
        self._started = self._said = time.monotonic()

    def show(self, readings: Sequence[Reading]) -> None:
        """Write the lines when it is time."""
        now = time.monotonic()
        if now - self._said < EVERY:
            return
        self._said = now
        for one in readings:
            if one.state != "done" or one.owed:
                click.echo(f"{named(one.name)}: {far(one)}{_speed(one, now - self._started)}", err=True)

    def end(self) -> None:
        """Nothing to put away."""


class Bars:
    """A bar a stream: how much of its bytes is read, and once they are, how much is judged; beside it, in numbers."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._started = time.monotonic()
        self._progress = Progress(
            TextColumn("  {task.description:<11}"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[said]:<44}"),
            console=Console(stderr=True),
            auto_refresh=False,
        )
        self._tasks: dict[int, tuple[TaskID, float]] = {}
        self._progress.start()

    def show(self, readings: Sequence[Reading]) -> None:
        """Move the bars."""
        now = time.monotonic()
        for one in readings:
            done = one.state == "done"
            total = _total(one)
            if one.stream_id not in self._tasks:
                self._tasks[one.stream_id] = (self._progress.add_task(named(one.name), total=total, said=""), 0.0)
            task, ended = self._tasks[one.stream_id]
            if done and not one.owed and not ended:
                ended = now - self._started
                self._tasks[one.stream_id] = (task, ended)
            said = f"{count(one.seen, 'item')}  done {ended:.1f} s" if ended else far(one)
            self._progress.update(task, total=total, completed=min(_done(one), total), said=said)
        self._progress.refresh()

    def end(self) -> None:
        """Leave the bars as they stand."""
        self._progress.stop()


def _total(one: Reading) -> int:
    """Units to go through: bytes of files, or items where a source has named them, or where all are read."""
    if one.state == "done":
        return one.seen or 1
    return (one.seen + one.left if one.left is not None else one.total) or 1


def _done(one: Reading) -> int:
    if one.state == "done":
        return max(one.seen - one.owed, 0) if one.seen else 1
    return one.seen if one.left is not None else one.done


def named(stream: str) -> str:
    """What a stream holds, in the owner's words."""
    words = {
        "mbox": "mail", "maildir": "mail", "ics": "calendar", "vcf": "contacts", "other_contacts": "other contacts",
    }  # fmt: skip
    kind = stream.rpartition(".")[2]
    return words.get(kind, kind)


def far(one: Reading) -> str:
    """How far it is."""
    if one.left is not None:
        read = f"{one.seen:,} of {one.seen + one.left:,}" if one.left else count(one.seen, "item")
        owed = f", {one.owed:,} to be judged" if one.owed else ""
        waits = f" · {one.sentence}" if one.state == "waiting" and one.sentence not in ("", "reading") else ""
        return f"{read}{owed}{waits}"
    read = f"{one.done / 1e6:,.1f} of {one.total / 1e6:,.1f} MB, " if one.total and one.state != "done" else ""
    owed = f", {one.owed:,} to be judged" if one.owed else ""
    return f"{read}{count(one.seen, 'item')}{owed}"


def _speed(one: Reading, seconds: float) -> str:
    return f", {one.seen / seconds:,.0f} a second" if seconds > 1 and one.seen else ""
