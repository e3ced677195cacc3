"""A contact of Graph written as a vCard (RFC 6350) and read as every other one.

learn.microsoft.com/graph/api/resources/contact. Notes, birthdays, children, photos and postal addresses are not asked
for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from connectors.components import Component
from connectors.contentline import ContentLine, escaped_line
from connectors.vcard import contact_of
from connectors.vobject_guard import VobjectGuard
from interactions.items import Contact, Unreadable

#: All that is asked for of a contact.
FIELDS = (
    "displayName,givenName,middleName,surname,title,generation,nickName,emailAddresses,businessPhones,homePhones,"
    "mobilePhone,companyName,department,jobTitle,categories,spouseName,lastModifiedDateTime"
)
_KEPT = 500


class _EmailAddress(Struct):
    name: str | None = ""
    address: str | None = ""


class Person(Struct, rename="camel"):
    """What Graph gives for FIELDS; anything may be null."""

    id: str
    removed: dict[str, str] | None = field(name="@removed", default=None)
    display_name: str | None = ""
    given_name: str | None = ""
    middle_name: str | None = ""
    surname: str | None = ""
    title: str | None = ""
    generation: str | None = ""
    nick_name: str | None = ""
    email_addresses: list[_EmailAddress] | None = None
    business_phones: list[str] | None = None
    home_phones: list[str] | None = None
    mobile_phone: str | None = ""
    company_name: str | None = ""
    department: str | None = ""
    job_title: str | None = ""
    categories: list[str] | None = None
    spouse_name: str | None = ""
    last_modified_date_time: str | None = ""


def person_of(raw: bytes) -> Person | Unreadable:
    """One document as a person; `Unreadable` when it has another shape."""
    try:
        return msgspec.json.decode(raw, type=Person)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        digest = sha256(raw).hexdigest()
        return Unreadable(
            f"x{digest[:32]}", "Outlook's answer about this contact is in no form we know.", "", len(raw), digest
        )


def card_of(person: Person, guard: VobjectGuard) -> Contact | Unreadable:
    """The card of a person."""
    lines = [line for line in _lines(person) if line.value.strip(";")]
    component = Component("VCARD", 0, lines=lines, counts=Counter(line.name for line in lines))
    card = contact_of(component, "Outlook contacts", guard, trust="own")
    if isinstance(card, Contact):
        return replace(card, id=person.id)
    return replace(card, id=person.id, place="Outlook contacts")


def _lines(person: Person) -> Iterator[ContentLine]:
    yield escaped_line("UID", [person.id])
    parts = [person.surname, person.given_name, person.middle_name, person.title, person.generation]
    full = person.display_name or " ".join(one for one in (person.given_name, person.surname) if one)
    yield escaped_line("FN", [full])
    if any(parts):
        yield escaped_line("N", [one or "" for one in parts])
    yield escaped_line("NICKNAME", [person.nick_name or ""])
    for one in (person.email_addresses or [])[:_KEPT]:
        # Inside one Exchange organisation it may be an X.500 name: nobody's address.
        if one.address and not one.address.startswith("/"):
            yield escaped_line("EMAIL", [one.address])
    yield from _phones(person.business_phones or [], "work")
    yield from _phones(person.home_phones or [], "home")
    yield from _phones([person.mobile_phone or ""], "cell")
    yield escaped_line("ORG", [one for one in (person.company_name, person.department) if one])
    yield escaped_line("TITLE", [person.job_title or ""])
    yield from (escaped_line("CATEGORIES", [one]) for one in sorted(set((person.categories or [])[:_KEPT])))
    yield escaped_line("RELATED", [person.spouse_name or ""], "spouse")
    yield escaped_line("REV", [person.last_modified_date_time or ""])


def _phones(numbers: Sequence[str], kind: str) -> Iterator[ContentLine]:
    yield from (escaped_line("TEL", [one], kind) for one in numbers[:_KEPT] if one)
