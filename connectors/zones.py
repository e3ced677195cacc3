"""Time zones of calendars: whatever name a program wrote for one, made into an IANA name (RFC 5545 §3.2.19)."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct
from tzlocal.windows_tz import win_tz

_NAME_MAX = 200
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_UTC_NAMES = frozenset({"utc", "gmt", "z", "etc/utc", "etc/gmt", "coordinated universal time", "universal"})
#: Outlook's display names: "(UTC+01:00) Amsterdam, Berlin", "(GMT-08.00) Pacific Time (US & Canada)".
_DISPLAY = re.compile(r"\((?:UTC|GMT)(?:([+-])(\d\d)[:.](\d\d))?\)", re.I)


class Zone(Struct, frozen=True):
    """A zone to reckon with."""

    tz: tzinfo
    #: IANA name, or "" where there is none (UTC, a bare offset).
    name: str = ""
    #: The name could not be understood and `tz` is the best guess.
    guessed: bool = False


UTC_ZONE = Zone(UTC)


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """IANA names by their lower-case form. Names are looked up here, never as paths."""
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {name.lower(): zone for name, zone in win_tz.items()}


@lru_cache(maxsize=1024)
def named(tzid: str) -> Zone | None:
    """The zone a TZID names; None when it names none that is known. Never touches a path made of `tzid`."""
    plain = tzid[:_NAME_MAX].strip().strip('"').strip("/ ").lower()
    if plain in _UTC_NAMES:
        return UTC_ZONE
    # Mozilla, Evolution and libical put their vendor and a version before the name.
    parts = plain.split("/")
    for count in (3, 2, 1):
        name = _known().get("/".join(parts[-count:])) if len(parts) >= count else None
        if name is not None:
            return Zone(ZoneInfo(name), name)
    name = _known().get(plain.replace("_", "/", 1)) or _known().get(plain.replace("-", "/", 1))
    if name is not None:
        return Zone(ZoneInfo(name), name)
    windows = _windows().get(plain) or _windows().get(plain.rstrip(" 0123456789"))
    if windows is not None and windows.lower() in _known():
        return Zone(ZoneInfo(windows), windows)
    display = _DISPLAY.match(plain)
    if display is None:
        return None
    sign, hours, minutes = display[1] or "+", display[2] or "00", display[3] or "00"
    return fixed(f"{sign}{hours}{minutes}")


def fixed(offset: str) -> Zone | None:
    """A zone that is always `offset` ("+0100") from UTC, marked as a guess; None when it is no offset."""
    found = _OFFSET.match(offset.strip())
    if found is None or int(found[2]) > 14 or int(found[3]) > 59:
        return None
    hours, minutes = int(found[2]), int(found[3])
    delta = timedelta(hours=hours, minutes=minutes)
    if found[1] == "-":
        delta = -delta
    # The names' sign is the other way round (POSIX): Etc/GMT-1 lies east.
    name = f"Etc/GMT{'-' if found[1] == '+' else '+'}{hours}" if hours and not minutes else ""
    name = name if name.lower() in _known() else ""
    return Zone(timezone(delta), name, guessed=True)
