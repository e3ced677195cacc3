"""Rows for programs: CSV without formulas and JSON without surprises, in shapes that only ever grow."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from interactions.queries.log import Entry
from interactions.queries.names import Who
from interactions.queries.people import Person
from interactions.queries.ties import Standing
from interactions.queries.told import Told
from kith.show.plain import csv_cell, json_safe
from kith.show.when import stamp


def who_row(who: Who) -> dict[str, Any]:
    """Somebody in an answer."""
    return {"id": who.person_id, "name": who.name, "address": who.address}


def json_text(document: Mapping[str, Any]) -> str:
    """One JSON object, indented, safe to print on a terminal."""
    return json_safe(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV (RFC 4180 but for line ends of "\\n"), its header first."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return file.getvalue()


def entry_row(entry: Entry) -> dict[str, Any]:
    """One interaction."""
    return {
        "id": entry.id,
        "at": stamp(entry.at, all_day=entry.all_day),
        "ends_at": None if entry.ends_at is None else stamp(entry.ends_at, all_day=entry.all_day),
        "planned": entry.planned,
        "kind": entry.kind,
        "direction": entry.direction,
        "title": entry.title,
        "people": [{"id": who.person_id, "name": who.name, "address": who.address} for who in entry.people],
        "rule": entry.rule,
        "evidence": entry.evidence,
        "item": entry.item_id,
    }


def person_row(person: Person) -> dict[str, Any]:
    """One person."""
    return {
        "id": person.id,
        "name": person.name,
        "addresses": list(person.addresses),
        "total": person.total,
        "in": person.inward,
        "out": person.outward,
        "both": person.both,
        "kinds": person.kinds,
        "first_at": None if person.first_at is None else stamp(person.first_at),
        "last_at": None if person.last_at is None else stamp(person.last_at),
        "in_book": person.in_book,
    }


def tie_row(stands: Standing | None) -> dict[str, Any] | None:
    """One tie: strength is a rank from 0 to 100 among the owner's."""
    if stands is None or stands.silence is None:
        return None
    numbers = {"strength": stands.strength, "momentum": stands.momentum, "depth": stands.depth}
    return {
        "word": stands.word or None,
        **{name: None if value is None else round(value, 4) for name, value in numbers.items()},
        "cadence_days": None if stands.cadence is None else round(stands.cadence, 2),
        "silent_days": stands.silence,
        "steps": {name: at.isoformat() for name, at in stands.steps.items()},
    }


def item_row(item: Told) -> dict[str, Any]:
    """One stored item."""
    from interactions.changing import what_would

    return {
        "id": item.id,
        "stream": item.stream,
        "container": item.container,
        "kind": item.kind,
        "at": None if item.at is None else stamp(item.at),
        "name": item.name,
        "address": item.address,
        "title": item.title,
        "state": item.state,
        "rule": item.rule,
        "evidence": item.evidence,
        "would_change": list(what_would(item.rule, item.evidence, f"i{item.id}")),
    }


def _cell(value: Any) -> str | int | float:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        return csv_cell("; ".join(_one(one) for one in value))
    if isinstance(value, dict):
        return csv_cell("; ".join(f"{name}: {text}" for name, text in value.items()))
    return csv_cell(str(value))


def _one(value: Any) -> str:
    if isinstance(value, dict):
        name, address = value.get("name", ""), value.get("address", "")
        return f"{name} <{address}>" if name != address else str(address)
    return str(value)
