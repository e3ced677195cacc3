"""`microsoft.calendar`: every calendar a container, read year by year by the delta query of its view.

learn.microsoft.com/graph/api/event-delta. A view's window may not be moved once it is asked for, and spans five years
at most; so each calendar year is a window of its own, and when time goes on the next one is opened: nothing is listed
twice and nothing lies between two windows.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from connectors import cursor as cursors
from connectors.microsoft.calendar_list import Listed, calendar_list
from connectors.microsoft.delta import Position, Step, walked
from connectors.microsoft.event import Entry, Place, entry_of, event_from, item_id, series_part
from connectors.microsoft.graph import Connected, Session
from connectors.microsoft.owner import owner_of
from connectors.microsoft.series import Series
from connectors.refusal import Means, Refused
from interactions.errors import ContainerGone
from interactions.items import Container, Gone, Identity, Item, Page, Ref, Unreadable

#: A year that has passed is looked at once a day.
_PAST = 86_400


class Windows(Struct, frozen=True, omit_defaults=True):
    """A cursor: where each year stands."""

    years: dict[str, Position] = field(default_factory=dict)


class OutlookCalendar:
    """The calendars of one account. Implements `connectors.protocol.Connector`."""

    def __init__(self, account: Connected, page_items: int = 500) -> None:
        self._account = account
        self._prefer = ['outlook.timezone="UTC"', f"odata.maxpagesize={page_items}"]
        self._session = Session(account, "microsoft.calendar")
        self._series = Series(self._session, self._prefer)
        self._own: tuple[str, ...] | None = None
        self._listed: list[Listed] | None = None

    def whoami(self) -> Identity:
        """The account, if its calendars can be listed."""
        self.calendars()
        return Identity(self._account.subject, self._account.address, self._addresses())

    def calendars(self) -> list[Listed]:
        """Every calendar of the account, its own first."""
        if self._listed is None:
            self._listed = calendar_list(self._session, self._addresses())
        return self._listed

    def containers(self) -> Iterable[Container]:
        """The owner's own calendars; those of others are read when their owner says so."""
        return [Container(one.id, one.name, wanted=one.owned) for one in self.calendars()]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """Nothing: events come with their pages."""
        return iter(())

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """Events after `cursor`. Raises ContainerGone when the calendar is no longer there or shared."""
        windows = cursors.position(cursor, Windows) or Windows()
        try:
            for year in self._due(windows):
                for page, position in self._year(container, year, windows.years.get(str(year))):
                    windows = Windows({**windows.years, str(year): position})
                    yield replace(page, cursor=cursors.written(windows))
        except Refused as refused:
            if refused.means in (Means.GONE, Means.FORBIDDEN):
                raise ContainerGone("A calendar is no longer there or no longer shared.") from None
            raise

    def _due(self, windows: Windows) -> list[int]:
        """The years to look at: a walk that was broken off first, then this year, the next, and those before."""
        this = datetime.now(UTC).year
        years = [this, this + 1, *range(this - 1, this - 1 - self._account.settings.microsoft_calendar_years, -1)]
        at = {year: windows.years.get(str(year)) for year in years}
        broken = [year for year, position in at.items() if position is not None and position.walking]
        due = [
            year for year, position in at.items()
            if year not in broken and (position is None or year >= this or position.at < time.time() - _PAST)
        ]  # fmt: skip
        return [*broken, *due]

    def _year(self, container: Container, year: int, position: Position | None) -> Iterator[tuple[Page, Position]]:
        start = self._session.url(
            "me", "calendars", container.id, "calendarView", "delta",
            startDateTime=f"{year}-01-01T00:00:00Z", endDateTime=f"{year + 1}-01-01T00:00:00Z",
        )  # fmt: skip
        place = self._place(container, year)
        for step in walked(self._session, start, position, self._prefer):
            if step.news or year < datetime.now(UTC).year:
                items, whole, tails = self._read(step, place, year)
                own = self._addresses() if step.first else ()
                page = Page(
                    items, "", first=step.first, complete=step.complete, own=own, part=place.part, whole=whole,
                    tails=tails,
                )  # fmt: skip
                yield page, step.after

    def _read(self, step: Step, place: Place, year: int) -> tuple[tuple[Item, ...], tuple[str, ...], tuple[str, ...]]:
        """Items of an answer, the series it is all of, and the ids that it says are gone."""
        entries: dict[str, Entry] = {}
        items: dict[str, Item] = {}
        for raw in step.values:
            entry = entry_of(bytes(raw), place)
            if isinstance(entry, Unreadable):
                items[entry.id] = entry
            else:
                entries[entry.id] = entry
        gone = [one.id for one in entries.values() if one.removed is not None]
        there = [one for one in entries.values() if one.removed is None and not one.is_draft]
        self._series.learn(there)
        whole = {series_part(place, id) for id in gone}
        if not step.full:
            for master in sorted({one.id if one.type == "seriesMaster" else one.of_series for one in there} - {""}):
                whole.add(series_part(place, master))
                there = [one for one in there if one.of_series != master]
                there += self._series.instances(master, year)
        self._series.complete(there)
        items |= {one.id: one for one in self._items(there, place)}
        return tuple(items.values()), tuple(sorted(whole)), tuple(gone)

    def _items(self, entries: Sequence[Entry], place: Place) -> Iterator[Item]:
        for entry in entries:
            if entry.type == "seriesMaster":
                continue
            master = self._series.master(entry.of_series) if entry.of_series else None
            if entry.bare and master is None:
                # Its series is no longer there.
                yield Gone(item_id(place, entry))
            else:
                yield event_from(entry, master, place)

    def _place(self, container: Container, year: int) -> Place:
        own = next((one.owned for one in self.calendars() if one.id == container.id), False)
        return Place(container.id, container.name, f"{year}/", self._addresses() if own else ())

    def _addresses(self) -> tuple[str, ...]:
        if self._own is None:
            self._own = owner_of(self._session).addresses or (self._account.address,)
        return self._own
