"""`microsoft.mail`: every mail folder a container of its own, content and all, newest first, by delta query.

learn.microsoft.com/graph/api/message-delta. Ids are Graph's immutable ones: a mail that is moved stays the same item,
seen to leave one folder and to come into another, in either order.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence

import msgspec

from connectors import cursor as cursors
from connectors.microsoft.delta import Entry, Position, Step, walked
from connectors.microsoft.folders import Folders
from connectors.microsoft.graph import Connected, Session
from connectors.microsoft.message import FIELDS, HEADERS, item_of
from connectors.microsoft.owner import owner_of
from connectors.refusal import Means, Refused
from connectors.together import Plan, together
from interactions.errors import ContainerGone, ScopeMissing
from interactions.items import Container, Gone, Identity, Item, Page, Ref, Unreadable

_ORDER = "receivedDateTime desc"


class OutlookMail:
    """One mailbox. Implements `connectors.protocol.Connector`."""

    def __init__(self, account: Connected, page_items: int = 500) -> None:
        self._account = account
        self._page_items = page_items
        self._session = Session(account, "microsoft.mail")
        self._folders = Folders(self._session)
        self._local = threading.local()
        self._others: list[Session] = []

    def whoami(self) -> Identity:
        """The account, and all addresses it receives mail at."""
        return owner_of(self._session)

    def folders(self) -> list[str]:
        """Names of the folders that are read."""
        return [one.name for one in self._folders.read()]

    def containers(self) -> Iterable[Container]:
        """The folders: sent mail, the inbox, then the largest."""
        return [Container(one.id, one.name, one.total_item_count) for one in self._folders.read()]

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """The folder's mails after `cursor`. Raises ContainerGone when it is no longer there."""
        for step in self._steps(container, cursor):
            yield self._page(container, step)

    def together(self, plan: Plan) -> Generator[tuple[Container, Page | ContainerGone], None, None]:
        """Several folders at once: each is a chain of answers, and one alone would wait most of the time.

        Answers are read here, by whoever asks for pages: a chain goes on meanwhile.
        """
        with contextlib.closing(together(plan, self._steps, self._account.settings.microsoft_concurrent)) as found:
            for container, step in found:
                yield container, step if isinstance(step, ContainerGone) else self._page(container, step)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """Nothing: mails come with their pages."""
        return iter(())

    def close(self) -> None:
        """Close its connections."""
        for session in (self._session, *self._others):
            session.close()

    def _mine(self) -> Session:
        """This thread's own session: a connection is one thread's at a time."""
        found: Session | None = getattr(self._local, "session", None)
        if found is None:
            found = self._local.session = Session(self._account, "microsoft.mail", self._session)
            self._others.append(found)
        return found

    def _steps(self, container: Container, cursor: str | None) -> Iterator[Step]:
        """Graph's answers for one folder."""
        position = cursors.position(cursor, Position)
        try:
            yield from self._walk(container, position)
        except (Refused, ScopeMissing) as refused:
            if isinstance(refused, Refused) and refused.means == Means.GONE:
                raise ContainerGone("A mail folder is no longer there.") from None
            bare = position is not None and position.bare
            if bare or (isinstance(refused, Refused) and refused.means not in (Means.BAD, Means.FORBIDDEN)):
                raise
            # Whether headers may be read under Mail.ReadBasic is nowhere promised: without them it goes on.
            yield from self._walk(container, Position(bare=True))

    def _walk(self, container: Container, position: Position | None) -> Iterator[Step]:
        session = self._mine()
        fields = FIELDS if position is not None and position.bare else f"{FIELDS},{HEADERS}"
        start = session.url(
            "me", "mailFolders", container.id, "messages", "delta", **{"$select": fields, "$orderby": _ORDER}
        )
        prefer = [f"odata.maxpagesize={self._page_items}"]
        yield from (step for step in walked(session, start, position, prefer) if step.news)

    def _page(self, container: Container, step: Step) -> Page:
        items = _items(step, self._folders.labels(container.id, container.name))
        own = self._folders.own if step.first else ()
        return Page(items, cursors.written(step.after), first=step.first, complete=step.complete, own=own)


def _items(step: Step, labels: Sequence[str]) -> tuple[Item, ...]:
    """What an answer says, each id once: the last word of it counts."""
    found: dict[str, Item] = {}
    for raw in step.values:
        try:
            entry = msgspec.json.decode(raw, type=Entry)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            unreadable = item_of(bytes(raw), labels)
            assert isinstance(unreadable, Unreadable)
            found[unreadable.id] = unreadable
            continue
        found.pop(entry.id, None)
        found[entry.id] = Gone(entry.id, here=True) if entry.removed is not None else item_of(bytes(raw), labels)
    return tuple(found.values())
