"""Answers to statements of the owner's own: as a table, as JSON, as CSV; and what the views are."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from interactions.queries.sql import Answer
from interactions.queries.sql.views import VIEWS
from kith.show.plain import csv_cell, plain
from kith.show.screen import Screen
from kith.show.table import Column, table

#: Numbers that every reader of JSON takes (RFC 8259 §6 knows no bounds, msgspec these).
_LEAST, _LARGEST = -(2**63), 2**64 - 1


def answer_lines(screen: Screen, answer: Answer) -> list[str]:
    """A table as wide as the screen, and how many rows there are."""
    columns = [_column(str(name), [row[at] for row in answer.rows]) for at, name in enumerate(answer.columns)]
    rows = [[_text(value) for value in row] for row in answer.rows]
    lines = table(screen, columns, rows)
    more = answer.total - len(rows)
    cut = f" · the first {len(rows):,} are shown (--limit)" if more else ""
    return [*lines, f" {answer.total:,} row{'' if answer.total == 1 else 's'}{cut}"]


def answer_row(answer: Answer) -> dict[str, Any]:
    """One answer for programs; each row is an object."""
    rows = [{name: _json(value) for name, value in zip(answer.columns, row, strict=True)} for row in answer.rows]
    return {"total": answer.total, "columns": list(answer.columns), "rows": rows}


def answer_csv(answer: Answer) -> tuple[Sequence[str], list[Mapping[str, Any]]]:
    """Columns and rows of one answer for `csv_text`."""
    # A header is the owner's own word unless it is a text of a statement: it must be no formula either.
    heads = [csv_cell(name) for name in answer.columns]
    return heads, [{head: _flat(value) for head, value in zip(heads, row, strict=True)} for row in answer.rows]


def views_lines(screen: Screen) -> list[str]:
    """Every view and its columns."""
    lines: list[str] = []
    for view in VIEWS:
        lines += [""] * bool(lines) + [f"{screen.strong(view.name)}  {view.about}"]
        columns = [Column(""), Column("", faint=True), Column("", shrink=True)]
        lines += table(screen, columns, [[one.name, one.kind, one.about] for one in view.columns])
    return lines


def views_row() -> dict[str, Any]:
    """The same for programs."""
    return {
        "views": [
            {
                "name": view.name,
                "about": view.about,
                "columns": [{"name": one.name, "kind": one.kind, "about": one.about} for one in view.columns],
            }
            for view in VIEWS
        ]
    }


def _column(name: str, values: Sequence[Any]) -> Column:
    """A column of numbers is never cut: half a number is another number."""
    numbers = all(value is None or isinstance(value, int | float | Decimal) for value in values)
    return Column(plain(name), least=min(8, max(3, len(name))), shrink=not numbers, right=numbers)


def _text(value: Any) -> str:
    flat = _flat(value)
    return "" if flat is None else f"{flat:.10g}" if isinstance(flat, float) else str(flat)


def _flat(value: Any) -> str | int | float | None:
    """For one cell: bytes as hexadecimal digits, what is nested as JSON."""
    value = _json(value)
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode()
    return value  # type: ignore[no-any-return]


def _json(value: Any) -> Any:
    """As JSON has it: numbers too large for most readers, and what is no number, as text."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() and value.is_finite() else float(value)
    if isinstance(value, int):
        return value if _LEAST <= value <= _LARGEST else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b16encode(bytes(value)).decode().lower()
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _json(one) for name, one in value.items()}
    return value if value is None or isinstance(value, str) else str(value)
