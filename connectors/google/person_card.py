"""A person of the People API written as a vCard (RFC 6350) and read as every other one.

developers.google.com/people/api/rest/v1/people. Notes, photos, birthdays and addresses are not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from connectors.components import Component
from connectors.contentline import ContentLine, escaped_line
from connectors.vcard import contact_of
from connectors.vobject_guard import VobjectGuard
from interactions.items import Contact, Gone, Item, Unreadable

#: What the API is asked for of a contact, and of one that Google collected by itself.
PERSON_FIELDS = "emailAddresses,memberships,metadata,names,nicknames,organizations,phoneNumbers,relations"
OTHER_FIELDS = "emailAddresses,metadata,names,phoneNumbers"
_NAMES = "names(displayName,familyName,givenName,middleName,honorificPrefix,honorificSuffix)"
_REACHED = "emailAddresses(value,type),phoneNumbers(value,type)"
_METADATA = "metadata(deleted,previousResourceNames,sources(updateTime))"
#: The parts of each that an answer may hold.
PERSON_MASK = (
    f"resourceName,{_METADATA},{_NAMES},nicknames(value),{_REACHED},organizations(name,department,title),"
    "memberships(contactGroupMembership(contactGroupResourceName)),relations(person,type)"
)
OTHER_MASK = f"resourceName,{_METADATA},{_NAMES},{_REACHED}"
#: Lists give no more e-mail addresses or telephone numbers of one person.
CUT_AT = 100
_KEPT = 500


class _Source(Struct, rename="camel"):
    update_time: str = ""


class _Metadata(Struct, rename="camel"):
    deleted: bool = False
    previous_resource_names: list[str] = []
    sources: list[_Source] = []


class _Name(Struct, rename="camel"):
    display_name: str = ""
    family_name: str = ""
    given_name: str = ""
    middle_name: str = ""
    honorific_prefix: str = ""
    honorific_suffix: str = ""


class _Value(Struct):
    value: str = ""
    type: str = ""


class _Organization(Struct):
    name: str = ""
    department: str = ""
    title: str = ""


class _Group(Struct, rename="camel"):
    contact_group_resource_name: str = ""


class _Membership(Struct, rename="camel"):
    contact_group_membership: _Group | None = None


class _Relation(Struct):
    person: str = ""
    type: str = ""


class Person(Struct, rename="camel"):
    """What the API gives for the masks above."""

    resource_name: str
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    names: list[_Name] = []
    nicknames: list[_Value] = []
    email_addresses: list[_Value] = []
    phone_numbers: list[_Value] = []
    organizations: list[_Organization] = []
    memberships: list[_Membership] = []
    relations: list[_Relation] = []

    @property
    def cut(self) -> bool:
        """The list may have left some of its addresses out."""
        return len(self.email_addresses) >= CUT_AT or len(self.phone_numbers) >= CUT_AT


def person_of(raw: bytes) -> Person | Unreadable:
    """One document of the API; `Unreadable` when it has another shape."""
    try:
        return msgspec.json.decode(raw, type=Person)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        digest = sha256(raw).hexdigest()
        return Unreadable(
            f"x{digest[:32]}", "Google's answer about this contact is in no form we know.", "", len(raw), digest
        )


def items_of(person: Person, groups: Mapping[str, str], guard: VobjectGuard, trust: str) -> Iterator[Item]:
    """The card of a person, and the names it no longer goes by; `groups` has names by resource name."""
    name = person.resource_name
    yield from (Gone(one) for one in person.metadata.previous_resource_names[:_KEPT] if one != name)
    if person.metadata.deleted:
        yield Gone(name)
        return
    lines = list(_lines(person, groups))
    component = Component("VCARD", 0, lines=lines, counts=Counter(line.name for line in lines))
    card = contact_of(component, "Google Contacts", guard, trust=trust)
    if isinstance(card, Contact):
        yield replace(card, id=name)
    else:
        yield replace(card, id=name, place="Google Contacts")


def _lines(person: Person, groups: Mapping[str, str]) -> Iterator[ContentLine]:
    yield escaped_line("UID", [person.resource_name])
    for name in person.names[:1]:
        parts = [name.family_name, name.given_name, name.middle_name, name.honorific_prefix, name.honorific_suffix]
        yield escaped_line("FN", [name.display_name])
        if any(parts):
            yield escaped_line("N", parts)
    yield from (escaped_line("NICKNAME", [one.value]) for one in person.nicknames[:_KEPT])
    yield from (escaped_line("EMAIL", [one.value], one.type) for one in person.email_addresses[:_KEPT])
    yield from (escaped_line("TEL", [one.value], one.type) for one in person.phone_numbers[:_KEPT])
    for one in person.organizations[:1]:
        yield escaped_line("ORG", [one.name, one.department] if one.department else [one.name])
        yield escaped_line("TITLE", [one.title])
    yield from (escaped_line("CATEGORIES", [name]) for name in _categories(person.memberships, groups))
    yield from (escaped_line("RELATED", [one.person], one.type) for one in person.relations[:_KEPT])
    changed = max((one.update_time for one in person.metadata.sources), default="")
    if changed:
        yield escaped_line("REV", [changed])


def _categories(memberships: Sequence[_Membership], groups: Mapping[str, str]) -> list[str]:
    names = {one.contact_group_membership.contact_group_resource_name for one in memberships[:1_000]
             if one.contact_group_membership is not None}  # fmt: skip
    return sorted(groups[name] for name in names if name in groups)
