"""A stream of files: whose it is, its containers, and their items cut into pages that can be resumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from connectors import cursor as cursors
from connectors.files.archive import Archive, survey
from connectors.files.member import DiskFile, Member, container_of, reading, storable
from interactions.errors import SourceUnreadable
from interactions.items import Container, Identity, Item, Page, Ref

#: Items and source text of one page: a kill costs no more.
PAGE_ITEMS = 500
PAGE_WEIGHT = 4 * 1024 * 1024
#: How far a page reaches through a file at most, so that progress shows where there are few items.
PAGE_REACH = 64 * 1024 * 1024


class Position(Struct, frozen=True, omit_defaults=True):
    """A cursor: what was read of which state of a file. Written as JSON; nothing else reads it."""

    fingerprint: str
    #: Bytes read.
    at: int = 0
    #: The file name to go on after, in a Maildir.
    after: str = ""
    #: `at` lies inside a message: go on at the next one.
    inside: bool = False
    done: bool = False


class Step(Struct, frozen=True):
    """One step through a file: an item or none, and where to go on."""

    item: Item | None
    at: int
    #: Bytes of source text the item was read from.
    weight: int = 0
    after: str = ""
    inside: bool = False


class FileStream:
    """One stream of an archive; a subclass says how a member is read. Implements `connectors.protocol.Connector`."""

    stream: ClassVar[str]

    def __init__(self, path: Path, page_items: int = PAGE_ITEMS) -> None:
        self._path = path
        self._page_items = page_items
        self._archive: Archive | None = None

    def whoami(self) -> Identity:
        """The archive itself; raises UsageProblem or SourceUnreadable when it is not there."""
        self._surveyed()
        return Identity(subject=storable(self._path.resolve()), label=storable(self._path.name))

    def containers(self) -> Iterable[Container]:
        """Every file of this stream, sorted by its path."""
        return [container_of(member) for member in self._members()]

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """Pages after `cursor`; none when the file was read to its end and has not changed since."""
        member = next((member for member in self._members() if member.id == container.id), None)
        if member is None:
            raise SourceUnreadable(
                f"{container.name} is no longer in {self._path.name}. Put it back or remove the archive."
            )
        fingerprint = member.fingerprint()
        position = cursors.position(cursor, Position)
        if position is None or position.fingerprint != fingerprint:
            position = Position(fingerprint)
        if not position.done:
            yield from self._paged(member, position)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """Nothing: files hold their items whole."""
        return iter(())

    def close(self) -> None:
        """Nothing: each file is closed when it is read."""

    def steps(self, member: Member, start: Position) -> Iterator[Step]:
        """Items of one member from `start` on; raises SourceUnreadable."""
        raise NotImplementedError

    def _paged(self, member: Member, start: Position) -> Iterator[Page]:
        items: list[Item] = []
        weight, reached = 0, start.at
        first = start == Position(start.fingerprint)
        # A member's size may be dear to find out (a Maildir's), and a page is whole bytes of it.
        for step in self.steps(member, start):
            if step.item is not None:
                items.append(step.item)
            weight += step.weight
            if len(items) >= self._page_items or weight >= PAGE_WEIGHT or step.at - reached >= PAGE_REACH:
                position = Position(start.fingerprint, step.at, step.after, step.inside)
                yield Page(tuple(items), cursors.written(position), first=first, done=step.at)
                items, weight, reached, first = [], 0, step.at, False
        size = member.size
        position = Position(start.fingerprint, size, done=True)
        yield Page(tuple(items), cursors.written(position), first=first, complete=True, done=size)

    def _surveyed(self) -> Archive:
        if self._archive is None:
            self._archive = survey(self._path)
        return self._archive

    def _members(self) -> tuple[Member, ...]:
        found = self._surveyed().members
        if self.stream not in found and self._path.is_file() and len(found) == 1:
            # The caller says what the file is, whatever its name says.
            with reading(self._path.name):
                return (DiskFile(storable(self._path.name), self._path, self._path.stat().st_size),)
        return found.get(self.stream, ())
