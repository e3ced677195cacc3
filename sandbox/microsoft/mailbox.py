"""One Outlook mailbox in memory: folders, messages, and what changed in each folder.

learn.microsoft.com/graph/api/resources/mailfolder, …/message
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.microsoft.messages import Headers, of_headers
from sandbox.microsoft.walks import Feed

Json = dict[str, Any]
#: Folders of every mailbox, by well-known name, as an English Outlook calls them.
WELL_KNOWN = {
    "inbox": "Inbox", "sentitems": "Sent Items", "drafts": "Drafts", "deleteditems": "Deleted Items",
    "junkemail": "Junk Email", "outbox": "Outbox", "archive": "Archive", "conversationhistory": "Conversation History",
    "syncissues": "Sync Issues",
}  # fmt: skip
#: What a reader has no business in.
APART = frozenset({"drafts", "deleteditems", "junkemail", "outbox", "conversationhistory", "syncissues"})


@dataclass
class Folder:
    """One folder."""

    id: str
    name: str
    parent: str
    well_known: str = ""
    hidden: bool = False
    feed: Feed = field(default_factory=Feed)


@dataclass
class Message:
    """One message: what Graph tells of it, and where it lies."""

    id: str
    folder: str
    #: Everything but ids and folder.
    json: Json
    at: datetime


@dataclass
class Mailbox:
    """Thread-safe; every change takes the lock and leaves a trace in the folder's feed."""

    address: str
    folders: dict[str, Folder] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    step: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        for name, title in WELL_KNOWN.items():
            self.folders[_id("folder", name)] = Folder(_id("folder", name), title, "root", name)

    def folder(self, name: str) -> str:
        """Id of a folder by id, well-known name or name. Raises KeyError."""
        with self.lock:
            if name in self.folders:
                return name
            for one in self.folders.values():
                if name in (one.well_known, one.name):
                    return one.id
        raise KeyError(name)

    def add_folder(self, name: str, parent: str = "") -> str:
        """A folder of the owner's; returns its id."""
        with self.lock:
            self.step += 1
            id = _id("folder", f"{parent}/{name}/{self.step}")
            self.folders[id] = Folder(id, name, self.folder(parent) if parent else "root")
            return id

    def rename_folder(self, folder: str, name: str) -> None:
        """It is called something else."""
        with self.lock:
            self.folders[self.folder(folder)].name = name

    def remove_folder(self, folder: str) -> None:
        """It goes with all that is in it."""
        with self.lock:
            id = self.folder(folder)
            for message in [one.id for one in self.messages.values() if one.folder == id]:
                self.delete(message)
            del self.folders[id]

    def move_folder(self, folder: str, parent: str) -> None:
        """It lies in another now; into the deleted items when it is thrown away."""
        with self.lock:
            self.folders[self.folder(folder)].parent = self.folder(parent)

    def add(self, message: Message) -> None:
        """Put a message in."""
        with self.lock:
            self.step += 1
            self.messages[message.id] = message
            self.folders[message.folder].feed.put(message.id, self.step)

    def deliver(
        self, headers: Headers, folder: str = "inbox", *, received: bool = True, at: datetime | str | None = None,
        categories: Sequence[str] = (), draft: bool = False, **more: Any,
    ) -> str:  # fmt: skip
        """A message comes into a folder; one that was sent has no internet message headers. Returns its id."""
        with self.lock:
            newest = max((one.at for one in self.messages.values()), default=datetime(2026, 1, 2, 9, tzinfo=UTC))
            moment = datetime.fromisoformat(at) if isinstance(at, str) else at or newest + timedelta(minutes=1)
            id = _id("message", f"{self.address}/{self.step}/{len(self.messages)}")
            json = of_headers(headers, moment, received=received)
            json |= {"categories": list(categories), "isDraft": draft, **more}
            self.add(Message(id, self.folder(folder), json, moment))
            return id

    def send(self, headers: Headers, **more: Any) -> str:
        """The owner sends one."""
        return self.deliver(headers, "sentitems", received=False, **more)

    def delete(self, id: str) -> None:
        """Permanently."""
        with self.lock:
            self.step += 1
            message = self.messages.pop(id)
            self.folders[message.folder].feed.drop(id, self.step)

    def move(self, id: str, folder: str) -> None:
        """Into another folder: it leaves one feed and comes into another."""
        with self.lock:
            self.step += 1
            message = self.messages[id]
            self.folders[message.folder].feed.drop(id, self.step)
            self.step += 1
            message.folder = self.folder(folder)
            self.folders[message.folder].feed.put(id, self.step)

    def categorize(self, id: str, categories: Iterable[str]) -> None:
        """Other categories."""
        with self.lock:
            self.step += 1
            message = self.messages[id]
            message.json = {**message.json, "categories": list(categories)}
            self.folders[message.folder].feed.put(id, self.step)

    def save_draft(self, headers: Headers, before: str = "") -> str:
        """A draft, or a new version of it."""
        with self.lock:
            if before:
                self.delete(before)
            return self.deliver(headers, "drafts", received=False, draft=True)

    def send_draft(self, id: str) -> str:
        """It lies among the sent items then."""
        with self.lock:
            message = self.messages[id]
            message.json = {**message.json, "isDraft": False}
            self.move(id, "sentitems")
            return id

    def listed(self, folder: str) -> list[str]:
        """Ids in a folder, newest first."""
        with self.lock:
            there = [one for one in self.messages.values() if one.folder == folder]
            return [one.id for one in sorted(there, key=lambda one: (one.at, one.id), reverse=True)]

    def live(self) -> dict[str, str]:
        """Folder's name of every message that a reader should know, by immutable id."""
        with self.lock:
            return {one.id: self.folders[one.folder].name for one in self.messages.values()
                    if not self._apart(one.folder)}  # fmt: skip

    def change(self, name: str, arguments: dict[str, Any]) -> Any:
        """A change by name, for whoever steers from another process. Raises KeyError for an unknown one."""
        changes: dict[str, Callable[..., Any]] = {
            "deliver": self.deliver, "send": self.send, "delete": self.delete, "move": self.move,
            "categorize": self.categorize, "save_draft": self.save_draft, "send_draft": self.send_draft,
            "add_folder": self.add_folder, "rename_folder": self.rename_folder, "remove_folder": self.remove_folder,
            "move_folder": self.move_folder,
        }  # fmt: skip
        return changes[name](**arguments)

    def _apart(self, folder: str) -> bool:
        while folder in self.folders:
            if self.folders[folder].well_known in APART:
                return True
            folder = self.folders[folder].parent
        return False


def _id(kind: str, text: str) -> str:
    """Long, and with both cases: nobody may compare it without regard to them."""
    packed = base64.urlsafe_b64encode(hashlib.sha512(f"{kind}/{text}".encode()).digest()).decode()
    return f"AAkALgAA{packed}"
