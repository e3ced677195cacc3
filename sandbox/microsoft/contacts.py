"""The contact folders of one account in memory.

learn.microsoft.com/graph/api/resources/contact
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.canaries import BIRTHDAY, NOTE, PHOTO
from sandbox.microsoft.walks import Feed

Json = dict[str, Any]
DEFAULT = "contacts"


@dataclass
class Shelf:
    """One contact folder."""

    id: str
    name: str
    parent: str = ""
    people: dict[str, Json] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)


@dataclass
class Contacts:
    """Thread-safe."""

    shelves: dict[str, Shelf] = field(default_factory=lambda: {DEFAULT: Shelf(DEFAULT, "Contacts")})
    step: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_folder(self, name: str, parent: str = "") -> str:
        """Another folder; returns its id."""
        with self.lock:
            id = _id(f"folder/{name}/{len(self.shelves)}")
            self.shelves[id] = Shelf(id, name, parent)
            return id

    def add(
        self, name: str, emails: Sequence[str], folder: str = DEFAULT, id: str = "", *, categories: Sequence[str] = (),
        **more: Any,
    ) -> str:  # fmt: skip
        """A contact, or a new version of it; returns its id."""
        with self.lock:
            self.step += 1
            shelf = self.shelves[folder]
            id = id or _id(f"contact/{name}/{self.step}")
            shelf.people[id] = _contact(id, folder, name, emails, categories) | more
            shelf.feed.put(id, self.step)
            return id

    def delete(self, id: str) -> None:
        """It goes."""
        with self.lock:
            self.step += 1
            shelf = next(one for one in self.shelves.values() if id in one.people)
            del shelf.people[id]
            shelf.feed.drop(id, self.step)

    def move(self, id: str, folder: str) -> None:
        """Into another folder."""
        with self.lock:
            person = next(one.people[id] for one in self.shelves.values() if id in one.people)
            self.delete(id)
            self.step += 1
            self.shelves[folder].people[id] = {**person, "parentFolderId": folder}
            self.shelves[folder].feed.put(id, self.step)

    def live(self) -> list[str]:
        """Ids of all contacts."""
        with self.lock:
            return sorted(id for shelf in self.shelves.values() for id in shelf.people)

    def change(self, name: str, arguments: dict[str, Any]) -> Any:
        """A change by name. Raises KeyError for an unknown one."""
        changes: dict[str, Callable[..., Any]] = {
            "add": self.add, "delete": self.delete, "move": self.move, "add_folder": self.add_folder,
        }  # fmt: skip
        return changes[name](**arguments)


def _contact(id: str, folder: str, name: str, emails: Sequence[str], categories: Sequence[str]) -> Json:
    given, _, family = name.rpartition(" ")
    return {
        "@odata.etag": 'W/"EQAAABYAAAB"', "id": id, "createdDateTime": "2026-01-02T03:04:05Z",
        "lastModifiedDateTime": "2026-01-02T03:04:05Z", "changeKey": "EQAAABYAAAB", "categories": list(categories),
        "parentFolderId": folder, "birthday": None, "fileAs": f"{family}, {given}", "displayName": name,
        "givenName": given or name, "initials": None, "middleName": None, "nickName": None, "surname": family or None,
        "title": None, "generation": None, "imAddresses": [], "jobTitle": None, "companyName": None,
        "department": None, "officeLocation": PHOTO, "profession": None, "assistantName": None, "manager": None,
        "homePhones": [], "mobilePhone": None, "businessPhones": [], "spouseName": None, "personalNotes": NOTE,
        "children": [BIRTHDAY], "emailAddresses": [{"name": name, "address": one} for one in emails],
    }  # fmt: skip


def _id(text: str) -> str:
    return "AAkALgBB" + base64.urlsafe_b64encode(hashlib.sha384(text.encode()).digest()).decode()
