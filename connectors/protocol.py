"""What every connector is: one stream of one account, read page by page.

CURSOR: opaque text, "resume after this"; only its connector reads it.
CONTAINER: a calendar, a mail folder, a file: has its own cursor.
ITEM: one thing, by the source's own id.
REF: an item's id known before its content.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from interactions.errors import ContainerGone
from interactions.items import Container, Identity, Item, Page, Ref


class Connector(Protocol):
    """One stream of one account. Raises only `interactions.errors.SourceProblem` and its children."""

    def whoami(self) -> Identity:
        """Prove the credentials (or that the archive is there) and say whose it is."""

    def containers(self) -> Iterable[Container]:
        """Every container of this stream, in the order they should be read."""

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """Pages after `cursor` (None: everything), at most 500 items each; ends when up to date."""

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """The items behind refs; only sources that list ids first have any.

        Each ref's own outcome: the item, `Gone`, `Failed` or `Unreadable`; others of its thread may come with it.
        """

    def close(self) -> None:
        """Give back what it holds, connections above all. Nothing is asked of it afterwards."""


@runtime_checkable
class SideBySide(Protocol):
    """A connector whose containers are better read at once than in turn."""

    def together(
        self, plan: Sequence[tuple[Container, str | None]]
    ) -> Generator[tuple[Container, Page | ContainerGone], None, None]:
        """Pages of all containers of `plan` (with their cursors), each one's in its order; who is gone says so."""


class TokenStore(Protocol):
    """Where a connector's credentials are kept between runs, sealed; one account's."""

    def load(self) -> bytes:
        """What was saved last. Raises ConsentGone when there is nothing."""

    def save(self, secret: bytes) -> None:
        """Keep it in place of what was there."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else renews these credentials inside the block, in this process or another."""
