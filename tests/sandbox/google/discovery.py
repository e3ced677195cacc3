"""JSON held against Google's discovery documents, which come with google-api-python-client.

developers.google.com/discovery/v1/type-format
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from googleapiclient import discovery_cache

from sandbox.google.fields import Mask, parsed

_SIMPLE = {"string": str, "boolean": bool, "object": dict, "array": list}
_INT = re.compile(r"-?\d{1,20}")


@lru_cache(maxsize=8)
def document(api: str) -> Mapping[str, Any]:
    """The discovery document of "gmail.v1", "calendar.v3" …"""
    found = discovery_cache.get_static_doc(*api.split("."))
    assert found is not None, api
    loaded: Mapping[str, Any] = json.loads(found)
    return loaded


def check(api: str, method_id: str, answer: Any) -> list[str]:
    """What is wrong with an answer of a method, each with the place where; nothing when it is as documented."""
    method = _method(document(api), method_id)
    return list(_wrong(api, method["response"], answer, "$"))


def _method(node: Mapping[str, Any], id: str) -> Mapping[str, Any]:
    for one in node.get("methods", {}).values():
        if one["id"] == id:
            found: Mapping[str, Any] = one
            return found
    for resource in node.get("resources", {}).values():
        try:
            return _method(resource, id)
        except KeyError:
            continue
    raise KeyError(id)


def _wrong(api: str, schema: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = document(api)["schemas"][schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any":
        return
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float if kind == "number" else int):
            yield f"{path}: {value!r} is no {kind}"
        return
    if not isinstance(value, _SIMPLE[kind]):
        yield f"{path}: {value!r} is no {kind}"
    elif kind == "string":
        yield from _wrong_text(schema, value, path)
    elif kind == "array":
        for number, one in enumerate(value):
            yield from _wrong(api, schema["items"], one, f"{path}[{number}]")
    elif kind == "object":
        yield from _wrong_object(api, schema, value, path)


def _wrong_object(api: str, schema: Mapping[str, Any], value: dict[str, Any], path: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name, one in value.items():
        below = known.get(name) or schema.get("additionalProperties")
        if below is None:
            yield f"{path}.{name}: there is no such field"
        else:
            yield from _wrong(api, below, one, f"{path}.{name}")


def _wrong_text(schema: Mapping[str, Any], value: str, path: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if not _formatted(schema.get("format", ""), value):
        yield f"{path}: {value!r} is no {schema['format']}"


def _formatted(format: str, value: str) -> bool:
    if format in ("int64", "uint64", "int32", "uint32"):
        return bool(_INT.fullmatch(value)) and (format[0] != "u" or value[0] != "-")
    try:
        if format == "byte":
            base64.urlsafe_b64decode(value)
        elif format == "date":
            date.fromisoformat(value)
        elif format in ("date-time", "google-datetime"):
            return datetime.fromisoformat(value).tzinfo is not None
    except (ValueError, binascii.Error):
        return False
    return True


class Seen:
    """Which fields were there in some answer."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def add(self, value: Any, path: str = "") -> None:
        """Remember every field of an answer."""
        if isinstance(value, dict):
            for name, one in value.items():
                below = f"{path}.{name}" if path else name
                self.paths.add(below)
                self.add(one, below)
        elif isinstance(value, list):
            for one in value:
                self.add(one, path)

    def missing(self, mask: str) -> list[str]:
        """Fields that a mask asks for and that were never there."""
        return sorted(path for path in _leaves(parsed(mask), "") if path not in self.paths)


def _leaves(mask: Mask, path: str) -> Iterator[str]:
    for name, below in mask.items():
        here = f"{path}.{name}" if path else name
        yield here
        if below is not None:
            yield from _leaves(below, here)
