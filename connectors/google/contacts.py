"""`google.contacts` and `google.other_contacts`: the address book, and whom Google collected, as vCards.

developers.google.com/people/v1/contacts, …/other-contacts. Sync tokens live for seven days.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from connectors import cursor as cursors
from connectors.google.api import Api, Online, Session
from connectors.google.person_card import (
    OTHER_FIELDS,
    OTHER_MASK,
    PERSON_FIELDS,
    PERSON_MASK,
    Person,
    items_of,
    person_of,
)  # fmt: skip
from connectors.refusal import Means, Refused
from connectors.vobject_guard import shared
from interactions.errors import SourceDown
from interactions.items import Container, Identity, Item, Page, Ref, Unreadable

#: A token is given up before Google lets it die after seven days.
_TOKEN_SECONDS = 6 * 86_400
_GROUPS = 1_000


class _People(Struct, rename="camel"):
    connections: list[msgspec.Raw] = []
    other_contacts: list[msgspec.Raw] = []
    next_page_token: str = ""
    next_sync_token: str = ""


class _GroupEntry(Struct, rename="camel"):
    resource_name: str = ""
    name: str = ""
    group_type: str = ""


class _Groups(Struct, rename="camel"):
    contact_groups: list[_GroupEntry] = []
    next_page_token: str = ""


class Position(Struct, frozen=True, omit_defaults=True):
    """A cursor: changes are asked for with `sync`, which a full listing gave at `since`."""

    sync: str = ""
    page: str = ""
    #: Seconds since 1970 UTC.
    since: int = 0
    #: Hash of the groups' names: each card was written with them.
    groups: str = ""


class _Contacts:
    """What both have in common. Implements `connectors.protocol.Connector`."""

    stream: ClassVar[str]
    trust: ClassVar[str]

    def __init__(self, online: Online, page_items: int = 500) -> None:
        self._online = online
        self._page_items = page_items
        self._session = Session(online, Api.PEOPLE, self.stream)

    def whoami(self) -> Identity:
        """The account, if its contacts can be asked for; the first page of a listing is dear, so it is not asked."""
        self._prove()
        return Identity(self._online.subject, self._online.address)

    def containers(self) -> Iterable[Container]:
        """They are one."""
        return [Container("people", "contacts" if self.trust == "own" else "other contacts")]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """Nothing: contacts come with their pages."""
        return iter(())

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """Contacts after `cursor`; everything again when a token or the names of groups have changed."""
        groups = self._groups()
        named = sha256(repr(sorted(groups.items())).encode()).hexdigest()[:16]
        position = cursors.position(cursor, Position)
        if position is not None and (position.groups != named or position.since < time.time() - _TOKEN_SECONDS):
            position = None
        new = Position(since=int(time.time()), groups=named)
        try:
            yield from self._round(position or new, groups, first=position is None)
        except Refused as refused:
            # Expired: one full listing. It is not tried again here, the first page of each is dear.
            if position is None or refused.means not in (Means.EXPIRED, Means.BAD):
                raise
            yield from self._round(new, groups, first=True)

    def _round(self, position: Position, groups: dict[str, str], *, first: bool) -> Iterator[Page]:
        full = not position.sync
        while True:
            found = self._ask(position)
            items = tuple(self._items(found.connections or found.other_contacts, groups))
            if found.next_page_token and found.next_page_token == position.page:
                raise SourceDown("Google Contacts gives the same page again and again. It is tried again.")
            if not found.next_page_token and not found.next_sync_token:
                raise SourceDown("Google Contacts' answer has no end. It is tried again.")
            more = bool(found.next_page_token)
            sync = position.sync if more else found.next_sync_token
            at = Position(sync, found.next_page_token, position.since, position.groups)
            if full or items or more or at != position:
                yield Page(items, cursors.written(at), first=first, complete=full and not more)
            if not more:
                return
            position, first = at, False

    def _items(self, raws: Sequence[msgspec.Raw], groups: dict[str, str]) -> Iterator[Item]:
        for raw in raws:
            person = person_of(bytes(raw))
            if isinstance(person, Unreadable):
                yield person
                continue
            yield from items_of(self._whole(person), groups, shared(), self.trust)

    def _ask(self, position: Position) -> _People:
        """One page."""
        raise NotImplementedError

    def _prove(self) -> None:
        """One cheap request under the stream's scope."""
        raise NotImplementedError

    def _whole(self, person: Person) -> Person:
        return person

    def _groups(self) -> dict[str, str]:
        return {}

    def _words(self, position: Position) -> dict[str, Any]:
        words: dict[str, Any] = {"pageSize": self._page_items, "requestSyncToken": True}
        if position.sync:
            words["syncToken"] = position.sync
        if position.page:
            words["pageToken"] = position.page
        return words


class GoogleContacts(_Contacts):
    """The address book; groups become CATEGORIES."""

    stream = "google.contacts"
    trust = "own"

    def _ask(self, position: Position) -> _People:
        fields = f"connections({PERSON_MASK}),nextPageToken,nextSyncToken"
        people = self._session.service.people().connections()
        request = people.list(
            resourceName="people/me", personFields=PERSON_FIELDS, fields=fields, **self._words(position)
        )
        return self._session.ask(request, _People)

    def _prove(self) -> None:
        self._groups()

    def _whole(self, person: Person) -> Person:
        """Somebody with a hundred addresses may have more: only asking for them alone gives all."""
        if not person.cut or person.metadata.deleted:
            return person
        request = self._session.service.people().get(
            resourceName=person.resource_name, personFields=PERSON_FIELDS, fields=PERSON_MASK
        )
        try:
            return self._session.ask(request, Person)
        except Refused as refused:
            if refused.means != Means.GONE:
                raise
            return person

    def _groups(self) -> dict[str, str]:
        """Names of the owner's groups by resource name; Google's own (myContacts, starred …) say nothing."""
        found: dict[str, str] = {}
        page = ""
        for _ in range(100):
            request = self._session.service.contactGroups().list(
                pageSize=_GROUPS, groupFields="name,groupType", **({"pageToken": page} if page else {}),
                fields="contactGroups(resourceName,name,groupType),nextPageToken",
            )  # fmt: skip
            answer = self._session.ask(request, _Groups)
            for one in answer.contact_groups:
                if one.group_type == "USER_CONTACT_GROUP" and one.name:
                    found[one.resource_name] = one.name
            page = answer.next_page_token
            if not page:
                return found
        raise SourceDown("Google Contacts gives pages of groups without end. It is tried again.")


class GoogleOtherContacts(_Contacts):
    """Addresses that Google collected from the owner's mail: names for them, and no claim to be in the address book."""

    stream = "google.other_contacts"
    trust = "other"

    def _ask(self, position: Position) -> _People:
        fields = f"otherContacts({OTHER_MASK}),nextPageToken,nextSyncToken"
        request = self._session.service.otherContacts().list(
            readMask=OTHER_FIELDS, fields=fields, **self._words(position)
        )
        return self._session.ask(request, _People)

    def _prove(self) -> None:
        request = self._session.service.otherContacts().list(readMask="metadata", pageSize=1, fields="nextPageToken")
        self._session.ask(request, _People)
