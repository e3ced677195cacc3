"""The calendars of one account in memory: events as the Calendar API tells them, and what changed since a token.

developers.google.com/workspace/calendar/api/v3/reference/events
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass
class Book:
    """One calendar: its entry in the list, its events by id, and at which step each last changed."""

    entry: Json
    events: dict[str, Json] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    #: Tokens from before this step are dead.
    oldest: int = 0


@dataclass
class Calendars:
    """Thread-safe."""

    address: str
    books: dict[str, Book] = field(default_factory=dict)
    #: Of calendars that the account may no longer read.
    lost: set[str] = field(default_factory=set)
    step: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def empty(cls, address: str) -> Calendars:
        """The primary calendar and nothing in it."""
        made = cls(address)
        made.add_calendar(address, address, primary=True)
        return made

    def add_calendar(
        self, id: str, name: str, access: str = "owner", zone: str = "Europe/Berlin", *, primary: bool = False
    ) -> str:
        """Another calendar in the list; returns its id."""
        entry: Json = {
            "kind": "calendar#calendarListEntry", "etag": '"1"', "id": id, "summary": name, "timeZone": zone,
            "accessRole": access, "selected": True, "colorId": "14", "defaultReminders": [],
        }  # fmt: skip
        if primary:
            entry["primary"] = True
        with self.lock:
            self.books[id] = Book(entry)
            self.lost.discard(id)
        return id

    def remove_calendar(self, id: str) -> None:
        """It is in the list no more."""
        with self.lock:
            del self.books[id]

    def lose(self, id: str) -> None:
        """Its owner no longer shares it; for a while it still stands in the list."""
        with self.lock:
            self.lost.add(id)

    def put(self, calendar: str, event: Json) -> str:
        """Store an event as it stands, changed now; returns its id."""
        with self.lock:
            self.step += 1
            book = self.books[calendar]
            book.events[event["id"]] = event
            book.changed[event["id"]] = self.step
            return str(event["id"])

    def update(self, calendar: str, id: str, **changes: Any) -> None:
        """Change parts of an event."""
        with self.lock:
            event = self.books[calendar].events[id]
            self.put(calendar, {**event, **changes, "sequence": event.get("sequence", 0) + 1})

    def cancel_occurrence(self, calendar: str, master: str, original: Json) -> str:
        """Call one occurrence of a series off; of it hardly more than its id is told from now on."""
        return self.put(calendar, self._occurrence(calendar, master, original, status="cancelled"))

    def move_occurrence(self, calendar: str, master: str, original: Json, start: Json, end: Json) -> str:
        """Put one occurrence somewhere else."""
        return self.put(calendar, self._occurrence(calendar, master, original, start=start, end=end))

    def delete(self, calendar: str, id: str) -> None:
        """An event goes, a series with all that belongs to it."""
        with self.lock:
            for one in [id, *self._exceptions(calendar, id)]:
                self.put(calendar, {**self.books[calendar].events[one], "status": "cancelled"})

    def undelete(self, calendar: str, id: str) -> None:
        """It comes back, a series with its exceptions."""
        with self.lock:
            for one in [id, *self._exceptions(calendar, id)]:
                self.put(calendar, {**self.books[calendar].events[one], "status": "confirmed"})

    def forget_sync_tokens(self, calendar: str = "") -> None:
        """Every token given until now is dead."""
        with self.lock:
            self.step += 1
            for id, book in self.books.items():
                if not calendar or id == calendar:
                    book.oldest = self.step

    def live(self) -> dict[str, Json]:
        """Events that are there, by calendar and id; cancelled exceptions of live series are among them."""
        with self.lock:
            return {
                f"{id}/{event['id']}": event
                for id, book in self.books.items()
                for event in book.events.values()
                if id not in self.lost and not _gone(book, event)
            }

    def change(self, name: str, arguments: dict[str, Any]) -> Any:
        """A change by name. Raises KeyError for an unknown one."""
        changes: dict[str, Callable[..., Any]] = {
            "put": self.put, "update": self.update, "cancel_occurrence": self.cancel_occurrence,
            "move_occurrence": self.move_occurrence, "delete": self.delete, "undelete": self.undelete,
            "add_calendar": self.add_calendar, "remove_calendar": self.remove_calendar, "lose": self.lose,
            "forget_sync_tokens": self.forget_sync_tokens,
        }  # fmt: skip
        return changes[name](**arguments)

    def _exceptions(self, calendar: str, master: str) -> list[str]:
        events = self.books[calendar].events.values()
        return [one["id"] for one in events if one.get("recurringEventId") == master]

    def _occurrence(self, calendar: str, master: str, original: Json, **changes: Any) -> Json:
        series = self.books[calendar].events[master]
        event = {name: value for name, value in series.items() if name != "recurrence"}
        stamp = instance_stamp(original)
        return {
            **event, "start": original, "end": original, "id": f"{master}_{stamp}", "recurringEventId": master,
            "originalStartTime": original, **changes,
        }  # fmt: skip


def _gone(book: Book, event: Json) -> bool:
    """Deleted as a whole, or part of a series that is."""
    if event["status"] != "cancelled":
        return False
    master = book.events.get(event.get("recurringEventId", ""))
    return master is None or master["status"] == "cancelled"


def gone(book: Book, event: Json) -> bool:
    """The same for whoever lists the book."""
    return _gone(book, event)


def instance_stamp(original: Json) -> str:
    """What ends the id of an occurrence: its original start, in UTC."""
    from datetime import UTC

    if "date" in original:
        return str(original["date"]).replace("-", "")
    return f"{datetime.fromisoformat(original['dateTime']).astimezone(UTC):%Y%m%dT%H%M%SZ}"
