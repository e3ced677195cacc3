"""The contact folders of one account in memory, and Graph's answers for them.

learn.microsoft.com/graph/api/contact-delta
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.canaries import BIRTHDAY, NOTE, PHOTO
from sandbox.microsoft import delta
from sandbox.microsoft.answers import chosen, immutable, not_found, page_size
from sandbox.microsoft.walks import Feed
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.microsoft.world import Account, Microsoft

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


def answer(microsoft: Microsoft, account: Account, request: Request) -> Answer | None:
    """The answer below /me/contactFolders; None for anything else."""
    contacts = account.contacts
    url = f"{microsoft.url}/" + "/".join(request.path)
    match request.path[2:]:
        case ("contactFolders",):
            return _folders(contacts, "", request)
        case ("contactFolders", name, "childFolders"):
            return _folders(contacts, name, request)
        case ("contactFolders", name, "contacts", "delta"):
            shelf = contacts.shelves.get(name)
            return not_found() if shelf is None else _people(microsoft, account, shelf, request, url)
    return None


def _folders(contacts: Contacts, parent: str, request: Request) -> Answer:
    with contacts.lock:
        found = [one for one in contacts.shelves.values() if one.parent == parent and one.id != DEFAULT]
    values = [{"id": one.id, "displayName": one.name, "parentFolderId": parent or "root"} for one in found]
    return json_answer({"value": [chosen(one, request.first("$select")) for one in values]})


def _people(microsoft: Microsoft, account: Account, shelf: Shelf, request: Request, url: str) -> Answer:
    contacts = account.contacts
    select = delta.query(microsoft.walks, request).get("$select", "")
    stays = immutable(request)

    def render(id: str, reason: str) -> Json | None:
        shown = id if stays else f"{id}{shelf.id[:6]}"
        person = shelf.people.get(id)
        if reason or person is None:
            return {"@odata.type": "#microsoft.graph.contact", "id": shown, "@removed": {"reason": "deleted"}}
        return chosen({**person, "id": shown}, select)

    with contacts.lock:
        return delta.answer(
            microsoft.walks, request, url, f"contacts/{account.address}/{shelf.id}", shelf.feed, contacts.step,
            page_size(request, 10, microsoft.page_max), lambda: [(id, "") for id in shelf.people], render,
        )  # fmt: skip


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
