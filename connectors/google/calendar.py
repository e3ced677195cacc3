"""`google.calendar`: every calendar a container of its own; masters and exceptions as they are, by sync token.

developers.google.com/workspace/calendar/api/guides/sync
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from connectors import cursor as cursors
from connectors.google.api import Api, Online, Session
from connectors.google.calendar_event import FIELDS, Entry, Place, entry_of, event_from, item_id
from connectors.refusal import Means, Refused
from interactions.errors import ContainerGone, SourceDown
from interactions.items import Container, Gone, Identity, Item, Page, Ref, Unreadable

#: The calendar API's own limit for a page of the calendar list.
_CALENDARS = 250
#: Of such a calendar only free and busy are told.
_BUSY_ONLY = "freeBusyReader"


class Listed(Struct, rename="camel"):
    """One entry of the calendar list."""

    id: str
    summary: str = ""
    summary_override: str = ""
    access_role: str = ""
    primary: bool = False
    deleted: bool = False

    @property
    def name(self) -> str:
        """What the owner calls it."""
        return (self.summary_override or self.summary or self.id)[:200]

    @property
    def owned(self) -> bool:
        """The calendar is the account's own."""
        return self.access_role == "owner"


class _List(Struct, rename="camel"):
    items: list[Listed] = []
    next_page_token: str = ""


class _Events(Struct, rename="camel"):
    items: list[msgspec.Raw] = []
    next_page_token: str = ""
    next_sync_token: str = ""


class Position(Struct, frozen=True, omit_defaults=True):
    """A cursor: changes are asked for with `sync`; `page` is where a listing or a round of changes stands."""

    sync: str = ""
    page: str = ""


class GoogleCalendar:
    """The calendars of one account. Implements `connectors.protocol.Connector`."""

    def __init__(self, online: Online, page_items: int = 500) -> None:
        self._online = online
        self._page_items = page_items
        self._session = Session(online, Api.CALENDAR, "google.calendar")
        self._listed: dict[str, Listed] | None = None
        #: iCalUID of series, by item id.
        self._uids: dict[str, str] = {}

    def whoami(self) -> Identity:
        """The account, if its calendars can be listed."""
        self.calendars()
        return Identity(self._online.subject, self._online.address)

    def calendars(self) -> list[Listed]:
        """Every calendar whose events may be read."""
        if self._listed is None:
            self._listed = {one.id: one for one in self._calendar_list()}
            if not self._listed:
                # Every account has a calendar: an empty list is a mistake, and must not empty the log.
                self._listed = None
                raise SourceDown("Google Calendar lists no calendar at all. It is tried again.")
        return list(self._listed.values())

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def containers(self) -> Iterable[Container]:
        """The owner's own calendars first; those of others are read when their owner says so."""
        found = sorted(self.calendars(), key=lambda one: (not one.primary, not one.owned, one.name))
        return [Container(one.id, one.name, wanted=one.owned) for one in found]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """Nothing: events come with their pages."""
        return iter(())

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """Events after `cursor`. Raises ContainerGone when the calendar is no longer there or shared."""
        position = cursors.position(cursor, Position) or Position()
        try:
            yield from self._round(container, position)
        except Refused as refused:
            if refused.means in (Means.GONE, Means.FORBIDDEN):
                raise ContainerGone("A calendar is no longer there or no longer shared.") from None
            dead_page = refused.means == Means.BAD and bool(position.page)
            if position == Position() or not (refused.means == Means.EXPIRED or dead_page):
                raise
            # fullSyncRequired: the token is dead, everything is listed anew over the same ids.
            yield from self._round(container, Position(position.sync) if dead_page else Position())

    def _round(self, container: Container, position: Position) -> Iterator[Page]:
        """A full listing (without a sync token) or a round of changes, to its end."""
        full, first = not position.sync, position == Position()
        place = self._place(container)
        while True:
            found = self._events(container.id, position)
            items = tuple(self._items(found.items, place))
            if found.next_page_token and found.next_page_token == position.page:
                raise SourceDown("Google Calendar gives the same page again and again. It is tried again.")
            if not found.next_page_token and not found.next_sync_token:
                raise SourceDown("Google Calendar's answer has no end. It is tried again.")
            more = bool(found.next_page_token)
            at = Position(position.sync, found.next_page_token) if more else Position(found.next_sync_token)
            if full or items or more or at != position:
                yield Page(items, cursors.written(at), first=first, complete=full and not more)
            if not more:
                return
            position, first = at, False

    def _events(self, calendar: str, position: Position) -> _Events:
        words: dict[str, Any] = {}
        if position.sync:
            words["syncToken"] = position.sync
        if position.page:
            words["pageToken"] = position.page
        request = self._session.service.events().list(
            calendarId=calendar, maxResults=self._page_items,
            fields=f"items({FIELDS}),nextPageToken,nextSyncToken", **words,
        )  # fmt: skip
        return self._session.ask(request, _Events)

    def _items(self, raws: Sequence[msgspec.Raw], place: Place) -> Iterator[Item]:
        entries: list[Entry] = []
        for raw in raws:
            entry = entry_of(bytes(raw), place)
            if isinstance(entry, Unreadable):
                yield entry
                continue
            entries.append(entry)
            if entry.uid and not entry.recurring_event_id:
                self._uids[item_id(place, entry.id)] = entry.uid
        for entry in entries:
            if entry.deleted:
                yield Gone(item_id(place, entry.id))
            elif uid := entry.uid or self._uid_of_series(entry, place):
                yield event_from(entry, place, uid)
            else:
                # An exception of a series that is no longer there.
                yield Gone(item_id(place, entry.id))

    def _uid_of_series(self, entry: Entry, place: Place) -> str:
        """The iCalUID of the series a cancelled exception belongs to: the API gives hardly more of it than its id."""
        master = entry.recurring_event_id
        if not master:
            return entry.id
        key = item_id(place, master)
        if key not in self._uids:
            request = self._session.service.events().get(calendarId=place.id, eventId=master, fields="id,iCalUID")
            try:
                self._uids[key] = self._session.ask(request, Entry).uid
            except Refused as refused:
                if refused.means not in (Means.GONE, Means.EXPIRED):
                    raise
                self._uids[key] = ""
        return self._uids[key]

    def _place(self, container: Container) -> Place:
        if self._listed is None:
            self.calendars()
        listed = (self._listed or {}).get(container.id)
        own = listed is not None and listed.owned
        return Place(container.id, container.name, self._online.address if own else "")

    def _calendar_list(self) -> Iterator[Listed]:
        page = ""
        seen: set[str] = set()
        while page not in seen:
            seen.add(page)
            request = self._session.service.calendarList().list(
                maxResults=_CALENDARS, showHidden=True, **({"pageToken": page} if page else {}),
                fields="items(id,summary,summaryOverride,accessRole,primary,deleted),nextPageToken",
            )  # fmt: skip
            found = self._session.ask(request, _List)
            yield from (one for one in found.items if not one.deleted and one.access_role != _BUSY_ONLY)
            page = found.next_page_token
            if not page:
                return
        raise SourceDown("Google Calendar gives the same page again and again. It is tried again.")
