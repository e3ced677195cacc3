"""One thing that `kith doctor` looked at."""

from __future__ import annotations

from msgspec import Struct


class Check(Struct, frozen=True):
    """How one thing stands."""

    name: str
    #: None: nothing to check here.
    well: bool | None
    said: str
