"""One Gmail mailbox in memory: messages, labels, drafts, and the history of everything that changes.

developers.google.com/workspace/gmail/api/reference/rest
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

SYSTEM = (
    "INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "CHAT", "UNREAD", "STARRED", "IMPORTANT", "CATEGORY_PERSONAL",
    "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES", "CATEGORY_FORUMS",
)  # fmt: skip
#: Not listed unless they are asked for.
APART = frozenset({"SPAM", "TRASH"})
Headers = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Message:
    """One message; `id` tells when it arrived: its upper bits are milliseconds."""

    id: str
    thread: str
    labels: set[str]
    headers: Headers
    #: Milliseconds since 1970 UTC.
    at: int
    text: str = ""
    history: int = 0


@dataclass(slots=True)
class Record:
    """One line of history: what happened to one message."""

    id: int
    #: messagesAdded, messagesDeleted, labelsAdded, labelsRemoved
    kind: str
    message: str
    thread: str
    labels: tuple[str, ...]
    #: The labels that were put on or taken off.
    changed: tuple[str, ...] = ()


@dataclass
class Mailbox:
    """Thread-safe; every change takes the lock and leaves a record."""

    address: str
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    #: Ids of the owner's labels by name.
    labels: dict[str, str] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    #: Above what a floating point number can count (2^53).
    history: int = (1 << 53) + 1
    #: History before this one is forgotten.
    oldest: int = (1 << 53) + 1
    #: Whether history records carry the labels of their messages, as they do in practice.
    labelled: bool = True
    #: Whether a page token stands for a place in the list, or only for a count: then what comes and goes shifts pages.
    anchored: bool = True
    _chance: Random = field(default_factory=lambda: Random(5))
    _last: int = 0
    _order: list[str] | None = None

    def ordered(self) -> list[str]:
        """Ids, newest first."""
        with self.lock:
            if self._order is None:
                self._order = sorted(self.messages, key=lambda id: (self.messages[id].at, id), reverse=True)
            return self._order

    def listed(self, labels: Sequence[str], apart: bool) -> list[Message]:
        """Messages that bear all of `labels`, newest first."""
        wanted = set(labels)
        hidden = frozenset() if apart or wanted & APART else APART
        with self.lock:
            found = (self.messages[id] for id in self.ordered())
            return [one for one in found if wanted <= one.labels and not hidden & one.labels]

    def label_id(self, name: str) -> str:
        """A system label's id is its name; one of the owner's is made on first use."""
        if name in SYSTEM:
            return name
        with self.lock:
            return self.labels.setdefault(name, f"Label_{len(self.labels) + 1}")

    def add(self, message: Message) -> None:
        """Put a message in without a record: it was there before the story begins."""
        message.history = self.history
        self.messages[message.id] = message
        self.threads.setdefault(message.thread, []).append(message.id)
        self._order = None

    def deliver(
        self, headers: Headers, labels: Iterable[str] = ("INBOX", "UNREAD", "CATEGORY_PERSONAL"), thread: str = "",
        at: int | None = None, text: str = "",
    ) -> str:  # fmt: skip
        """A message arrives (or is sent, with the label SENT); returns its id."""
        with self.lock:
            newest = max((one.at for one in self.messages.values()), default=1_700_000_000_000)
            moment = newest + 1_000 if at is None else at
            id = self._new_id(moment)
            message = Message(id, thread or id, {self.label_id(one) for one in labels}, headers, moment, text)
            self.add(message)
            self._record("messagesAdded", message)
            return id

    def delete(self, id: str) -> None:
        """Permanently: not into the trash."""
        with self.lock:
            message = self.messages.pop(id)
            self.threads[message.thread].remove(id)
            self._order = None
            self._record("messagesDeleted", message)

    def relabel(self, id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Put labels on a message and take others off."""
        with self.lock:
            message = self.messages[id]
            put = [one for one in map(self.label_id, add) if one not in message.labels]
            off = [one for one in map(self.label_id, remove) if one in message.labels]
            if put:
                message.labels |= set(put)
                self._record("labelsAdded", message, put)
            if off:
                message.labels -= set(off)
                self._record("labelsRemoved", message, off)

    def trash(self, id: str) -> None:
        """Into the trash."""
        self.relabel(id, ["TRASH"], ["INBOX"])

    def untrash(self, id: str) -> None:
        """Out of it."""
        self.relabel(id, ["INBOX"], ["TRASH"])

    def spam(self, id: str) -> None:
        """Called spam by the owner."""
        self.relabel(id, ["SPAM"], ["INBOX"])

    def unspam(self, id: str) -> None:
        """Called none."""
        self.relabel(id, ["INBOX"], ["SPAM"])

    def save_draft(self, headers: Headers, before: str = "", thread: str = "") -> str:
        """Each save replaces the message by one with another id; returns it."""
        with self.lock:
            thread = thread or (self.messages[before].thread if before else "")
            id = self.deliver(headers, ["DRAFT"], thread)
            if before:
                self.delete(before)
            return id

    def send_draft(self, id: str) -> str:
        """The draft goes, a sent message with another id comes; returns it."""
        with self.lock:
            draft = self.messages[id]
            self.delete(id)
            return self.deliver(draft.headers, ["SENT"], draft.thread if draft.thread != id else "")

    def forget_history(self) -> None:
        """What happened until now can no longer be asked for."""
        with self.lock:
            self._step()
            self.oldest = self.history
            self.records.clear()

    def live(self) -> dict[str, Message]:
        """What a reader of the mailbox should know: no drafts, chats, spam or trash."""
        hidden = APART | {"DRAFT", "CHAT"}
        with self.lock:
            return {id: one for id, one in self.messages.items() if not hidden & one.labels}

    def change(self, name: str, arguments: dict[str, Any]) -> Any:
        """A change by name, for whoever steers from another process. Raises KeyError for an unknown one."""
        changes: dict[str, Callable[..., Any]] = {
            "deliver": self.deliver, "delete": self.delete, "relabel": self.relabel, "trash": self.trash,
            "untrash": self.untrash, "spam": self.spam, "unspam": self.unspam, "save_draft": self.save_draft,
            "send_draft": self.send_draft, "forget_history": self.forget_history,
        }  # fmt: skip
        return changes[name](**arguments)

    def _new_id(self, at: int) -> str:
        id = at << 20
        while f"{id:016x}" in self.messages or id <= self._last < id + (1 << 20):
            id = max(id, self._last) + self._chance.randrange(1, 64)
        self._last = max(self._last, id)
        return f"{id:016x}"

    def _record(self, kind: str, message: Message, changed: Sequence[str] = ()) -> None:
        self._step()
        message.history = self.history
        labels = tuple(sorted(message.labels))
        self.records.append(Record(self.history, kind, message.id, message.thread, labels, tuple(changed)))

    def _step(self) -> None:
        """Ids rise with gaps."""
        self.history += self._chance.randrange(1, 40)
