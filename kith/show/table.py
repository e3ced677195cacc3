"""Tables in text: columns aligned by cells, the widest squeezed first when the screen is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kith.show.plain import plain
from kith.show.screen import Screen

#: Off a terminal: cells up to which a column is filled up for its longest, and beyond which a cell is cut after all,
#: so that one long name makes neither every line long nor its own without end. The last column is as long as it is.
FILLED, LONGEST = 60, 200


class Column(Struct, frozen=True):
    """One column; of those with `shrink` the widest gives way first, down to `least` cells."""

    title: str
    least: int = 8
    shrink: bool = False
    right: bool = False
    faint: bool = False


def table(screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str]], indent: str = " ") -> list[str]:
    """The table's lines, its titles first; cells are cleaned here, whatever is in them."""
    cleaned = [[plain(cell) for cell in row] for row in rows]
    widths = _widths(screen, columns, cleaned, len(indent))
    head = [column.title for column in columns]
    lines = [screen.faint(_line(screen, columns, head, widths, indent, False))] if any(head) else []
    return lines + [_line(screen, columns, row, widths, indent, True) for row in cleaned]


def _widths(screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str]], indent: int) -> list[int]:
    widths = [
        max([screen.cells(column.title), *(screen.cells(row[at]) for row in rows)]) for at, column in enumerate(columns)
    ]
    if not screen.terminal:
        return [min(width, FILLED) if column.shrink else width for column, width in zip(columns, widths, strict=True)]
    over = indent + sum(widths) + 2 * (len(columns) - 1) - screen.width
    while over > 0:
        able = [at for at, column in enumerate(columns) if column.shrink and widths[at] > column.least]
        if not able:
            break
        widest = max(able, key=lambda at: widths[at])
        others = [widths[at] for at in able if at != widest]
        step = max(1, min(over, widths[widest] - max([columns[widest].least, *others])))
        widths[widest] -= step
        over -= step
    return widths


def _line(
    screen: Screen, columns: Sequence[Column], row: Sequence[str], widths: Sequence[int], indent: str, style: bool
) -> str:
    cells = []
    for at, (column, text, width) in enumerate(zip(columns, row, widths, strict=True), 1):
        most = width if screen.terminal else screen.width if at == len(columns) else max(width, LONGEST)
        fitted = screen.fit(text, most)
        space = " " * (width - screen.cells(fitted))
        shown = screen.faint(fitted) if column.faint and style else fitted
        cells.append(space + shown if column.right else shown + space)
    return (indent + "  ".join(cells)).rstrip()
