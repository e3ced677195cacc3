"""vCards (2.1, 3.0, 4.0) read into `Contact`s: a linear pass keeps what may be kept, vobject reads what is left."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from msgspec import Struct

from connectors.components import Component
from connectors.contentline import ContentLine, split_escaped, unescaped
from connectors.text import clean, decode
from connectors.vobject_guard import CardRefused, VobjectGuard
from interactions.items import ADDRESS_MAX, NAME_MAX, TEXT_MAX, Contact, Unreadable

#: In the order a card is written in.
_ORDER = ("UID", "FN", "N", "NICKNAME", "EMAIL", "TEL", "ORG", "TITLE", "CATEGORIES", "RELATED", "REV")
CARD_PROPERTIES = frozenset(_ORDER)
_LIMITS = {"FN": NAME_MAX, "N": NAME_MAX, "NICKNAME": NAME_MAX, "EMAIL": ADDRESS_MAX, "TEL": 100, "REV": 40, "UID": 255}
#: Lines kept of one name.
_REPEATS = {"EMAIL": 500, "TEL": 500, "NICKNAME": 20, "CATEGORIES": 100, "RELATED": 100}
_LISTS = frozenset({"NICKNAME", "CATEGORIES"})
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,29}")
_TYPES_MAX = 10
#: vCard 2.1 words that name an encoding, not a kind of address.
_NO_TYPES = frozenset({"quoted-printable", "base64", "b", "8bit", "7bit", "uri"})
_UNSAFE = re.compile(r"([\\;,])")
_REV = re.compile(r"\d{4}-?\d\d-?\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?")


class _Line(Struct, frozen=True):
    """One property made safe: every part unescaped, on one line, capped."""

    name: str
    types: tuple[str, ...]
    parts: tuple[str, ...]

    def text(self) -> str:
        """As a vCard 3.0 line that holds nothing but letters a parser must take."""
        types = f";TYPE={','.join(self.types)}" if self.types else ""
        value = ";".join(_UNSAFE.sub(r"\\\1", part) for part in self.parts)
        return f"{self.name}{types}:{value}"


def contact_of(component: Component, place: str, guard: VobjectGuard, *, trust: str = "own") -> Contact | Unreadable:
    """The contact of one VCARD; `Unreadable` with the reason when there is none in it. Never raises."""
    lines = _safe_lines(component)
    id = _id(component, lines)
    if component.problem:
        return _unreadable(component, place, id, component.problem)
    if not any(line.name in ("FN", "N", "EMAIL", "TEL", "ORG", "NICKNAME") for line in lines):
        return _unreadable(component, place, id, "It has neither a name nor an address.")
    text = "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *(line.text() for line in lines), "END:VCARD", ""])
    try:
        read = guard.read(text)
    except CardRefused as error:
        return _unreadable(component, place, id, str(error))
    return Contact(id, _jcard(read), trust)


def card_hash(component: Component) -> str:
    """Changes with what the card says of its person: groups and the time of its last change do not count."""
    return _hash(_safe_lines(component))


def _hash(lines: Iterable[_Line]) -> str:
    text = "\n".join(line.text() for line in lines if line.name not in ("CATEGORIES", "REV"))
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _id(component: Component, lines: list[_Line]) -> str:
    uid = next((line.parts[0] for line in lines if line.name == "UID"), "")
    if uid:
        return "u" + uid
    return "c" + (_hash(lines) if lines else component.sha256[:32])


def _safe_lines(component: Component) -> list[_Line]:
    found: dict[str, list[_Line]] = {name: [] for name in _ORDER}
    for line in component.lines:
        kept = found[line.name]
        for safe in _safe(line):
            if len(kept) < _REPEATS.get(line.name, 1) and safe not in kept:
                kept.append(safe)
    if not found["FN"] and found["N"]:
        parts = found["N"][0].parts
        # Prefix, given, additional, family, suffix: as FN would spell it (RFC 6350 §6.2.2).
        spelt = clean(" ".join(parts[n] for n in (3, 1, 2, 0, 4) if parts[n]), NAME_MAX)
        found["FN"] = [_Line("FN", (), (spelt,))]
    return [line for name in _ORDER for line in found[name]]


def _safe(line: ContentLine) -> list[_Line]:
    """None when it is empty or holds bytes; several when it lists several values."""
    types = [word.lower() for word in line.params.get("TYPE", [])]
    encoding = line.param("ENCODING").lower()
    if encoding in ("b", "base64") or {"b", "base64"} & set(types):
        return []
    value = line.value
    if encoding == "quoted-printable" or "quoted-printable" in types:
        value = decode(binascii.a2b_qp(value.encode("utf-8", "replace")), line.param("CHARSET") or "cp1252")
    kept = tuple(dict.fromkeys(word for word in types if _TYPE.fullmatch(word) and word not in _NO_TYPES))[:_TYPES_MAX]
    if line.param("PREF") and "pref" not in kept:
        kept = (*kept, "pref")
    limit = _LIMITS.get(line.name, TEXT_MAX)
    if line.name in _LISTS:
        values = [_plain(part, limit) for part in split_escaped(value, ",")[: _REPEATS[line.name]]]
        return [_Line(line.name, kept, (text,)) for text in values if text]
    if line.name in ("N", "ORG"):
        parts = [_plain(part, limit) for part in split_escaped(value, ";")[:5]]
        if line.name == "N":
            parts += [""] * (5 - len(parts))
        return [_Line(line.name, kept, tuple(parts))] if any(parts) else []
    text = _plain(value, limit)
    if line.name in ("EMAIL", "TEL"):
        text = text.removeprefix("mailto:").removeprefix("tel:")
    return [_Line(line.name, kept, (text,))] if text else []


def _plain(value: str, limit: int) -> str:
    return clean(unescaped(value[: limit * 8]), limit)


def _jcard(read: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    """RFC 7095 §3.3: [name, parameters, type, value …]; a list in one property's value is structured."""
    by_name: dict[str, list[tuple[Any, ...]]] = {name.lower(): [] for name in _ORDER}
    for name, types, value in read:
        params = {"type": types[0] if len(types) == 1 else types} if types else {}
        if name != "n" and isinstance(value, list) and len(value) == 1:
            value = value[0]
        kind = "timestamp" if name == "rev" and _REV.fullmatch(str(value)) else "text"
        by_name[name].append((name, params, kind, value))
    for name in ("nickname", "categories"):
        lines = by_name[name]
        if lines:
            by_name[name] = [(name, lines[0][1], "text", *(line[3] for line in lines))]
    return tuple(line for lines in by_name.values() for line in lines)


def _unreadable(component: Component, place: str, id: str, reason: str) -> Unreadable:
    return Unreadable(id, reason, f"{place}, line {component.number}", component.length, component.sha256)
