"""JSON held against Graph's types (OData CSDL: properties, their types, base types and enum members).

docs.oasis-open.org/odata/odata-csdl-json/v4.01, …/odata-json-format/v4.01
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

#: Annotations and control information (OData JSON §4.5, §15), which belong to no type.
_CONTROL = re.compile(r"@odata\.\w+|@removed")
_COLLECTION = re.compile(r"Collection\((.+)\)")
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z")


class Types:
    """Graph's types by name."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._types: Mapping[str, Mapping[str, Any]] = document["types"]

    def check(self, name: str, value: Any) -> list[str]:
        """What is wrong with an object of a type ("message"), each with the place where."""
        return list(self._wrong(f"microsoft.graph.{name}", value, "$", nullable=False))

    def properties(self, name: str) -> dict[str, Mapping[str, Any]]:
        """Every property of a type, those of its base types too."""
        found: dict[str, Mapping[str, Any]] = {}
        while name:
            kind = self._types[name]
            found = {**kind.get("properties", {}), **found}
            name = kind.get("base", "")
        return found

    def _wrong(self, kind: str, value: Any, path: str, *, nullable: bool) -> Iterator[str]:
        if value is None:
            if not nullable:
                yield f"{path}: is null"
            return
        many = _COLLECTION.fullmatch(kind)
        if many:
            if not isinstance(value, list):
                yield f"{path}: {value!r} is no list"
                return
            for number, one in enumerate(value):
                yield from self._wrong(many[1], one, f"{path}[{number}]", nullable=False)
        elif kind.startswith("Edm."):
            if not _simple(kind, value):
                yield f"{path}: {value!r} is no {kind}"
        else:
            yield from self._wrong_object(kind, value, path)

    def _wrong_object(self, kind: str, value: Any, path: str) -> Iterator[str]:
        known = self._types.get(kind)
        if known is None:
            yield f"{path}: there is no type {kind}"
        elif known["kind"] == "EnumType":
            if value not in known["members"]:
                yield f"{path}: {value!r} is none of {known['members']}"
        elif not isinstance(value, dict):
            yield f"{path}: {value!r} is no {kind}"
        else:
            properties = self.properties(kind)
            for name, one in value.items():
                if _CONTROL.fullmatch(name):
                    continue
                told = properties.get(name)
                if told is None:
                    yield f"{path}.{name}: {kind} has no such property"
                else:
                    yield from self._wrong(told["type"], one, f"{path}.{name}", nullable=told.get("nullable", True))


def _simple(kind: str, value: Any) -> bool:
    if kind == "Edm.Boolean":
        return isinstance(value, bool)
    if kind in ("Edm.Int32", "Edm.Int64"):
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "Edm.Double":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        if kind == "Edm.DateTimeOffset":
            return _WHEN.fullmatch(value) is not None and datetime.fromisoformat(value).tzinfo is not None
        if kind == "Edm.Date":
            date.fromisoformat(value)
        elif kind == "Edm.Binary":
            base64.urlsafe_b64decode(value)
    except (ValueError, binascii.Error):
        return False
    return True


class Seen:
    """Which properties were there, with something in them, in some object."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def add(self, value: Any, path: str = "") -> None:
        """Remember every property of an object that says something."""
        if isinstance(value, dict):
            for name, one in value.items():
                if one not in (None, "", []):
                    below = f"{path}.{name}" if path else name
                    self.paths.add(below)
                    self.add(one, below)
        elif isinstance(value, list):
            for one in value:
                self.add(one, path)

    def missing(self, fields: str, nested: tuple[str, ...] = ()) -> list[str]:
        """Of what is asked for (`$select`) and read inside of it, what was never there."""
        return sorted({*fields.split(","), *nested} - self.paths)
