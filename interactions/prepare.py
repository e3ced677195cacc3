"""An item made ready to be stored: its row and its payload, computed before a transaction is opened."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from interactions import keys
from interactions.address import canonical
from interactions.exclusions import Exclusions
from interactions.items import Contact, Email, Event, Unreadable, read_moment

_encoder = msgspec.json.Encoder()
Stored = Email | Event | Contact | Unreadable
_decoder: msgspec.json.Decoder[Stored] = msgspec.json.Decoder(Stored, dec_hook=read_moment)

#: Longest id a source may give; a longer one is replaced by its hash, so that keys stay indexable.
_ID_MAX = 700


class Prepared(Struct):
    """What the store needs of one item; the fields are columns of `items`."""

    external_id: str
    kind: str
    item: Email | Event | Contact | Unreadable
    digest: int = 0
    body: str | None = None
    at: int | None = None
    #: Canonical address of who sent or organised it.
    sender: str = ""
    sent: bool = False
    #: Of the owner's own mails only: what answers refer to.
    message_key: int | None = None
    copy_key: int | None = None
    reply_key: int | None = None
    content_key: int | None = None
    uid_key: int | None = None
    thread_key: int | None = None
    recurs: bool = False
    state: str = "waiting"
    rule: str | None = None
    verdict: str | None = None


def decode(body: str | bytes) -> Email | Event | Contact | Unreadable:
    """The item a payload holds."""
    return _decoder.decode(body)


def encode(item: Email | Event | Contact | Unreadable) -> str:
    """The payload of an item."""
    return _encoder.encode(item).decode()


def stored_id(id: str) -> str:
    """The id an item is stored under: a source's own, or for one of absurd length its beginning and its hash."""
    return id if len(id) <= _ID_MAX else f"{id[:200]}~{keys.key(id):x}"


def is_own(email: Email, own: frozenset[str]) -> bool:
    """Whether the owner sent it: the provider's SENT label says so, or From is the owner's."""
    return "SENT" in email.labels or (email.sender is not None and canonical(email.sender.address) in own)


def prepare(item: Stored, own: frozenset[str], excluded: Exclusions, archive: bool) -> Prepared:
    """Make `item` ready; what is excluded becomes a husk that says so and holds nothing else."""
    external_id = stored_id(item.id)
    if isinstance(item, Unreadable):
        return _unreadable(external_id, item)
    if isinstance(item, Email) and archive:
        item = by_its_sender(item, own)
    kind = {Email: "email", Event: "event", Contact: "contact"}[type(item)]
    if rule := excluded.rule(item):
        return Prepared(external_id, kind, item, state="dropped", rule=rule)
    item = excluded.cleared(item)
    body = encode(item)
    ready = Prepared(external_id, kind, item, digest=keys.key(body) or 1, body=body)
    if isinstance(item, Email):
        _email(ready, item, own, archive)
    elif isinstance(item, Event):
        ready.at = keys.instant(item.start)
        ready.sender = canonical(item.organizer.address) if item.organizer else ""
        ready.uid_key = keys.uid_key(item)
        ready.recurs = bool(item.rrule)
    return ready


def by_its_sender(email: Email, own: frozenset[str]) -> Email:
    """A folder called Sent does not make a mail the owner's: assistants send from it too. Gmail's label does."""
    by_folder = email.id.startswith("h") and "SENT" in email.labels
    if not by_folder or (email.sender is not None and canonical(email.sender.address) in own):
        return email
    return replace(email, labels=tuple("Sent" if label == "SENT" else label for label in email.labels))


def _email(ready: Prepared, email: Email, own: frozenset[str], archive: bool) -> None:
    ready.at = keys.instant(email.sent_at) if email.sent_at else None
    ready.sender = canonical(email.sender.address) if email.sender else ""
    ready.sent = is_own(email, own)
    ready.message_key = keys.message_key(email) if ready.sent else None
    ready.copy_key = keys.copy_key(email)
    ready.reply_key = keys.reply_key(email)
    ready.content_key = keys.content_key(email) if archive else None
    # Archives have no threads that could gain a mail tomorrow.
    ready.thread_key = keys.key(email.thread) if email.thread and not archive else None


def _unreadable(external_id: str, item: Unreadable) -> Prepared:
    body = encode(item)
    return Prepared(
        external_id,
        "unreadable",
        item,
        digest=keys.key(body) or 1,
        body=body,
        state="quarantined",
        rule="unreadable",
        verdict=msgspec.json.encode({"reason": item.reason, "place": item.place}).decode(),
    )
