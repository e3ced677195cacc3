"""What is written to: how wide it is, whether a person looks at it, and how wide text is on it."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable
from typing import TextIO

from msgspec import Struct

#: Columns off a terminal: nothing of ours is longer, and no window has to hold it.
UNBOUNDED = 4_000
#: Columns below which a table is not squeezed further.
NARROWEST = 40


class Screen(Struct, frozen=True):
    """One output."""

    terminal: bool
    colour: bool
    #: In cells.
    width: int
    #: Width of text in cells.
    cells: Callable[[str], int]

    def fit(self, text: str, width: int) -> str:
        """`text` cut to `width` cells, an ellipsis at its end when something is missing."""
        if self.cells(text) <= width:
            return text
        kept, used = [], 0
        for character in text:
            used += self.cells(character)
            if used > width - 1:
                break
            kept.append(character)
        return "".join(kept).rstrip() + "…" if width > 0 else ""

    def faint(self, text: str) -> str:
        """Of less weight; only a help."""
        return f"\x1b[2m{text}\x1b[0m" if self.colour and text else text

    def strong(self, text: str) -> str:
        """Of more weight; only a help."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour and text else text


def screen(stream: TextIO | None = None) -> Screen:
    """The screen that `stream` (standard output) is. NO_COLOR takes colour away (no-color.org)."""
    stream = sys.stdout if stream is None else stream
    if not stream.isatty():
        return Screen(False, False, UNBOUNDED, cells_of)
    # Rich knows what terminals do with joined emoji; off a terminal it would only cost time.
    from rich.cells import cell_len

    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(True, colour, max(shutil.get_terminal_size().columns, NARROWEST), cell_len)


def cells_of(text: str) -> int:
    """Cells that `text` takes: wide East Asian characters two (UAX #11), marks and format characters none."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
