"""Cursors as text: a connector's own position, written as JSON that nothing else reads."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T", bound=Struct)


def written(position: Struct) -> str:
    """A position as it is stored."""
    return msgspec.json.encode(position).decode()


def position(cursor: str | None, shape: type[T]) -> T | None:
    """The position a cursor holds; None when there is none, or it is none of ours: then everything is listed anew."""
    if cursor is None:
        return None
    try:
        return msgspec.json.decode(cursor, type=shape)
    except msgspec.DecodeError:
        return None
