"""The calendars of one account in memory: single events, and series with what became of each occurrence.

learn.microsoft.com/graph/api/resources/event
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.microsoft.walks import Feed

Json = dict[str, Any]


@dataclass
class Occurrence:
    """One of a series: `changed` holds what is told of it instead of the series."""

    start: datetime
    end: datetime
    changed: Json | None = None


@dataclass
class Entry:
    """A single event, or a series by its master."""

    id: str
    #: Everything but ids and times.
    json: Json
    start: datetime
    end: datetime
    all_day: bool = False
    uid: str = ""
    #: By original start; None for a single event.
    occurrences: dict[datetime, Occurrence] | None = None

    def spans(self, start: datetime, end: datetime) -> bool:
        """Whether any of it lies in a window."""
        if self.occurrences is None:
            return self.start < end and self.end > start
        return any(one.start < end and one.end > start for one in self.occurrences.values())


@dataclass
class Book:
    """One calendar."""

    id: str
    name: str
    owner: str
    default: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)
    #: Which occurrence of a series changed last.
    touched: dict[str, datetime] = field(default_factory=dict)
    #: Where entries lay that are gone, and what they were made of.
    graves: dict[str, Entry] = field(default_factory=dict)


@dataclass
class Calendars:
    """Thread-safe; times are aware."""

    address: str
    books: dict[str, Book] = field(default_factory=dict)
    step: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.add_calendar("Calendar", default=True)

    def add_calendar(self, name: str, owner: str = "", *, default: bool = False) -> str:
        """Another calendar, the account's own unless it has another owner; returns its id."""
        with self.lock:
            id = identifier(f"calendar/{self.address}/{name}")
            self.books[id] = Book(id, name, owner or self.address, default)
            return id

    def remove_calendar(self, name: str) -> None:
        """It is there no more."""
        with self.lock:
            del self.books[self.book(name).id]

    def book(self, name: str = "") -> Book:
        """A calendar by id or name; the default one. Raises KeyError."""
        for one in self.books.values():
            if name in (one.id, one.name) or (not name and one.default):
                return one
        raise KeyError(name)

    def put(
        self, subject: str, start: datetime | str, minutes: int = 60, calendar: str = "", *, id: str = "",
        uid: str = "", all_day: bool = False, starts: Sequence[datetime | str] = (), **more: Any,
    ) -> str:  # fmt: skip
        """An event, or with `starts` a series, or a new version of either; returns its id."""
        with self.lock:
            self.step += 1
            book = self.book(calendar)
            begins = _moment(start)
            length = timedelta(minutes=minutes)
            id = id or identifier(f"event/{book.id}/{subject}/{begins}/{self.step}")
            entry = Entry(id, {"subject": subject, **more}, begins, begins + length, all_day, uid or f"{id[:40]}@x")
            if starts:
                entry.occurrences = {one: Occurrence(one, one + length) for one in map(_moment, starts)}
            book.entries[id] = entry
            book.feed.put(id, self.step)
            return id

    def delete(self, id: str) -> None:
        """An event or a whole series goes."""
        with self.lock:
            self.step += 1
            book = self._holding(id)
            book.graves[id] = book.entries.pop(id)
            book.feed.drop(id, self.step)

    def change(self, name: str, arguments: dict[str, Any]) -> Any:
        """A change by name. Raises KeyError for an unknown one."""
        changes: dict[str, Callable[..., Any]] = {
            "put": self.put, "delete": self.delete, "move": self.move, "update": self.update,
            "delete_occurrence": self.delete_occurrence, "move_occurrence": self.move_occurrence,
            "cancel_occurrence": self.cancel_occurrence, "add_calendar": self.add_calendar,
            "remove_calendar": self.remove_calendar,
        }  # fmt: skip
        return changes[name](**arguments)

    def move(self, id: str, start: datetime | str) -> None:
        """A single event takes place at another time."""
        with self.lock:
            entry = self._holding(id).entries[id]
            length = entry.end - entry.start
            entry.start = _moment(start)
            entry.end = entry.start + length
            self._changed(id)

    def update(self, id: str, **more: Any) -> None:
        """Something else of it is told from now on."""
        with self.lock:
            entry = self._holding(id).entries[id]
            entry.json = {**entry.json, **more}
            self._changed(id)

    def delete_occurrence(self, id: str, original: datetime | str) -> None:
        """One of a series goes; nothing says so but that it is missing."""
        with self.lock:
            self._series(id).pop(_moment(original))
            self._changed(id)

    def move_occurrence(self, id: str, original: datetime | str, start: datetime | str, **more: Any) -> None:
        """One of a series takes place at another time: it is an exception then."""
        with self.lock:
            one = self._series(id)[_moment(original)]
            length = one.end - one.start
            one.start = _moment(start)
            one.end = one.start + length
            one.changed = {**(one.changed or {}), **more}
            self._changed(id, _moment(original))

    def cancel_occurrence(self, id: str, original: datetime | str) -> None:
        """Its organizer cancels one of a series."""
        with self.lock:
            one = self._series(id)[_moment(original)]
            one.changed = {**(one.changed or {}), "isCancelled": True}
            self._changed(id, _moment(original))

    def live(self) -> dict[str, str]:
        """Subject of every event and occurrence that is there, by id."""
        with self.lock:
            found: dict[str, str] = {}
            for book in self.books.values():
                for entry in book.entries.values():
                    for original in entry.occurrences or {}:
                        found[occurrence_id(entry, original)] = entry.json["subject"]
                    if entry.occurrences is None:
                        found[entry.id] = entry.json["subject"]
            return found

    def find(self, id: str) -> tuple[Book, Entry] | None:
        """The event or series of that id."""
        with self.lock:
            return next(((book, book.entries[id]) for book in self.books.values() if id in book.entries), None)

    def _holding(self, id: str) -> Book:
        return next(book for book in self.books.values() if id in book.entries)

    def _series(self, id: str) -> dict[datetime, Occurrence]:
        found = self._holding(id).entries[id].occurrences
        assert found is not None, "no series"
        return found

    def _changed(self, id: str, original: datetime | None = None) -> None:
        self.step += 1
        book = self._holding(id)
        book.feed.put(id, self.step)
        book.touched.pop(id, None)
        if original is not None:
            book.touched[id] = original


def identifier(text: str) -> str:
    """Long, with both cases."""
    return "AAMkADNk" + base64.urlsafe_b64encode(hashlib.sha512(text.encode()).digest()).decode()


def occurrence_id(entry: Entry, original: datetime) -> str:
    """An id of an occurrence's own, from which its series cannot be told."""
    return "AAMkADOc" + base64.urlsafe_b64encode(hashlib.sha384(f"{entry.id}/{original}".encode()).digest()).decode()


def _moment(when: datetime | str) -> datetime:
    return datetime.fromisoformat(when) if isinstance(when, str) else when
