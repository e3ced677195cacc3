"""`microsoft.contacts`: every contact folder a container, as vCards, by delta query.

learn.microsoft.com/graph/api/contact-delta. The default folder stands in no list: it is asked for by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from connectors import cursor as cursors
from connectors.microsoft.contact_card import FIELDS, card_of, person_of
from connectors.microsoft.delta import Position, Step, walked
from connectors.microsoft.graph import Connected, Session
from connectors.microsoft.owner import owner_of
from connectors.refusal import Means, Refused
from connectors.text import clean
from connectors.vobject_guard import shared
from interactions.errors import ContainerGone, SourceDown
from interactions.items import NAME_MAX, Container, Gone, Identity, Item, Page, Ref, Unreadable

#: The well-known name of the folder that every mailbox has.
_DEFAULT = "contacts"
_QUERY = {"$top": "100", "$select": "id,displayName,parentFolderId"}
_FOLDERS_MAX = 1_000


class _Folder(Struct, rename="camel"):
    id: str
    display_name: str | None = ""


class _Folders(Struct):
    value: list[_Folder] = []
    next_link: str = field(name="@odata.nextLink", default="")


class OutlookContacts:
    """The address book of one account. Implements `connectors.protocol.Connector`."""

    def __init__(self, account: Connected, page_items: int = 500) -> None:
        self._session = Session(account, "microsoft.contacts")
        self._prefer = [f"odata.maxpagesize={page_items}"]

    def whoami(self) -> Identity:
        """The account, if its contacts can be listed."""
        self._session.get(self._session.url("me", "contactFolders", **_QUERY), _Folders)
        return owner_of(self._session)

    def containers(self) -> Iterable[Container]:
        """The default folder, then all others, those inside others too."""
        return [Container(_DEFAULT, "Contacts"), *self._folders()]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """Nothing: contacts come with their pages."""
        return iter(())

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """The folder's contacts after `cursor`. Raises ContainerGone when it is no longer there."""
        start = self._session.url(
            "me", "contactFolders", container.id, "contacts", "delta", **{"$select": FIELDS}
        )  # fmt: skip
        try:
            for step in walked(self._session, start, cursors.position(cursor, Position), self._prefer):
                if step.news:
                    items = tuple(_items(step))
                    yield Page(items, cursors.written(step.after), first=step.first, complete=step.complete)
        except Refused as refused:
            if refused.means == Means.GONE:
                raise ContainerGone("A contact folder is no longer there.") from None
            raise

    def _folders(self) -> Iterator[Container]:
        waiting, seen = [self._session.url("me", "contactFolders", **_QUERY)], set[str]()
        while waiting:
            url = waiting.pop()
            if url in seen or len(seen) > _FOLDERS_MAX:
                raise SourceDown("Outlook gives pages of contact folders without end. It is tried again.")
            seen.add(url)
            found = self._session.get(url, _Folders)
            for one in found.value:
                yield Container(one.id, clean(one.display_name or "", NAME_MAX) or "(no name)")
                waiting.append(self._session.url("me", "contactFolders", one.id, "childFolders", **_QUERY))
            if found.next_link:
                waiting.append(found.next_link)


def _items(step: Step) -> Iterator[Item]:
    """What an answer says, each id once: the last word of it counts."""
    found: dict[str, Item] = {}
    for raw in step.values:
        person = person_of(bytes(raw))
        if isinstance(person, Unreadable):
            found[person.id] = person
            continue
        found.pop(person.id, None)
        found[person.id] = Gone(person.id, here=True) if person.removed is not None else card_of(person, shared())
    yield from found.values()
