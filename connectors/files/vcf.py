"""Contact files: vCards of every version, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from msgspec.structs import replace

from connectors.components import Component, ComponentReader
from connectors.contentline import Utf8
from connectors.files.ics import not_one
from connectors.files.member import Member, reading
from connectors.files.stream import FileStream, Position, Step
from connectors.vcard import CARD_PROPERTIES, card_hash, contact_of
from connectors.vobject_guard import shared

#: Cards of one file whose UIDs are compared; beyond, a UID is believed.
_UIDS_MAX = 200_000


class ContactFiles(FileStream):
    """`file.vcf`: every vCard file of an archive is a container."""

    stream: ClassVar[str] = "file.vcf"

    def steps(self, member: Member, start: Position) -> Iterator[Step]:
        """Contacts in the order of the file; one that bears another card's UID goes by its content."""
        guard = shared()
        said: dict[str, str] = {}
        with reading(member.id), member.open() as file:
            reader = ComponentReader(Utf8(file), {"VCARD": CARD_PROPERTIES})
            cards = 0
            for part in reader:
                if not isinstance(part, Component):
                    continue
                cards += 1
                borrowed = _borrowed(part, said)
                if part.end <= start.at:
                    continue
                item = contact_of(part, member.id, guard)
                yield Step(replace(item, id="c" + card_hash(part)) if borrowed else item, part.end, part.length)
            if not cards:
                yield Step(not_one(member, "address book"), member.size)


def _borrowed(part: Component, said: dict[str, str]) -> bool:
    """Whether a card before this one had the same UID and said something else."""
    uid = part.value("UID")[:255]
    if not uid or len(said) >= _UIDS_MAX:
        return False
    content = card_hash(part)
    return said.setdefault(uid, content) != content
