"""What changed in a mailbox since a history id, collapsed: for each message what is left to do.

developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from connectors.google.gmail_message import FLEETING, HIDDEN, is_id, milliseconds, named
from interactions.items import BULK, DEFERRED, WANTED, Gone, Item, Ref, Relabelled

#: Singular, as the API wants them.
TYPES = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]
#: All that is asked for of a record. `messages` repeats the others.
_MESSAGE = "message(id,threadId,labelIds)"
FIELDS = (
    f"history(messagesAdded({_MESSAGE}),messagesDeleted({_MESSAGE}),labelsAdded(labelIds,{_MESSAGE}),"
    f"labelsRemoved(labelIds,{_MESSAGE})),historyId,nextPageToken"
)


class _Message(Struct, rename="camel"):
    id: str = ""
    thread_id: str = ""
    #: Not promised by the API's reference; when it is there it saves a fetch.
    label_ids: list[str] | None = None


class Change(Struct, rename="camel"):
    """One message added, deleted or relabelled."""

    message: _Message
    label_ids: list[str] = []


class Record(Struct, rename="camel"):
    """One history record."""

    messages_added: list[Change] = []
    messages_deleted: list[Change] = []
    labels_added: list[Change] = []
    labels_removed: list[Change] = []


class History(Struct, rename="camel"):
    """One page of history; `history` is absent from a page that has nothing to say."""

    history: list[Record] = []
    history_id: str = ""
    next_page_token: str = ""


class _Fate(Struct):
    """What is known of one message at the end of a page."""

    thread: str = ""
    deleted: bool = False
    hidden: bool = False
    #: It has to be looked at if it is not stored.
    wanted: bool = False
    bulk: bool = False
    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


def collapsed(records: Iterable[Record], labels: Mapping[str, str]) -> tuple[list[Item], list[Ref]]:
    """Items and refs that a page of records comes to; records are in order of time, a deletion is for ever."""
    fates: dict[str, _Fate] = {}
    for record in records:
        for change in record.messages_added:
            _added(fates, change)
        for change in record.labels_added:
            _labelled(fates, change)
        for change in record.labels_removed:
            _unlabelled(fates, change)
        for change in record.messages_deleted:
            if (fate := _fate(fates, change)) is not None:
                fate.deleted = True
    found: list[Item] = []
    refs: list[Ref] = []
    for id, fate in fates.items():
        if fate.deleted or fate.hidden:
            found.append(Gone(id))
        elif fate.wanted:
            lane = DEFERRED if fate.bulk else WANTED
            refs.append(Ref(id, fate.thread, milliseconds(id), lane, first=not fate.bulk))
        if not fate.deleted and not fate.hidden and (fate.added or fate.removed):
            added, removed = named(sorted(fate.added), labels), named(sorted(fate.removed), labels)
            found.append(Relabelled(id, added, removed))
    return found, refs


def _fate(fates: dict[str, _Fate], change: Change) -> _Fate | None:
    id = change.message.id
    if not is_id(id):
        return None
    fate = fates.setdefault(id, _Fate())
    fate.thread = change.message.thread_id or fate.thread
    return fate


def _added(fates: dict[str, _Fate], change: Change) -> None:
    fate = _fate(fates, change)
    if fate is not None:
        # Drafts, chats and spam are known by their labels without a fetch; where none are given, it is fetched.
        labels = set(change.message.label_ids or ())
        fate.hidden = bool(HIDDEN & labels)
        fate.wanted = not fate.hidden
        fate.bulk = bool(BULK & labels) and "SENT" not in labels


def _labelled(fates: dict[str, _Fate], change: Change) -> None:
    fate = _fate(fates, change)
    if fate is None:
        return
    added = set(change.label_ids)
    if HIDDEN & (added | set(change.message.label_ids or ())):
        fate.hidden = True
    elif not fate.hidden:
        # Of a message that was never listed, such as one that was spam before our time.
        fate.wanted = True
    fate.added |= added - FLEETING - HIDDEN
    fate.removed -= added


def _unlabelled(fates: dict[str, _Fate], change: Change) -> None:
    fate = _fate(fates, change)
    if fate is None:
        return
    removed = set(change.label_ids)
    if HIDDEN & removed:
        still = HIDDEN & set(change.message.label_ids or ())
        fate.hidden = bool(still)
        fate.wanted = not still
    fate.removed |= removed - FLEETING - HIDDEN
    fate.added -= removed
