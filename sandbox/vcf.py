"""Cards as vCard 3.0 text (RFC 2426), in the manner of Google Contacts' export."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator

from sandbox.model import CANARY, Card


def cards_text(cards: Iterable[Card]) -> str:
    """One file of cards. Google writes no UID into it: the same card in two files is known by its content."""
    return "".join(f"{line}\r\n" for card in cards for line in _lines(card))


def _lines(card: Card) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:3.0")
    yield f"FN:{_escaped(card.name)}"
    yield f"N:{_escaped(card.family)};{_escaped(card.given)};;;"
    for number, (kind, address) in enumerate(card.emails):
        if kind == "OTHER":
            yield f"item{number}.EMAIL;TYPE=INTERNET:{address}"
            yield f"item{number}.X-ABLabel:Other"
        else:
            yield f"EMAIL;TYPE=INTERNET;TYPE={kind}:{address}"
    yield from (f"TEL;TYPE={kind}:{number}" for kind, number in card.phones)
    if card.company:
        yield f"ORG:{_escaped(card.company)}"
    if card.role:
        yield f"TITLE:{_escaped(card.role)}"
    if card.birthday:
        yield f"BDAY:{card.birthday:%Y%m%d}"
    yield f"NOTE:{_escaped(f'{CANARY} {card.note}'.strip())}"
    if card.photo:
        yield from _photo(card)
    yield "CATEGORIES:" + ",".join("myContacts" if group == "My Contacts" else group for group in card.groups)
    yield "END:VCARD"


def _photo(card: Card) -> Iterator[str]:
    """An inline picture (RFC 2426 §3.1.4), folded; the marker starts a line so that folding cannot cut it."""
    data = b64encode(card.id.encode() * 40).decode()
    yield "PHOTO;ENCODING=b;TYPE=JPEG:"
    yield f" {CANARY}"
    yield from (f" {data[at : at + 70]}" for at in range(0, len(data), 70))


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text
