"""Header fields of a mail (RFC 5322) read into an `Email`: whatever the source, the same headers give the same item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from connectors.address_list import NONE, VALUE_MAX, Addresses, addresses
from connectors.encoded_word import decoded
from connectors.mail_date import mail_date, received_date
from connectors.text import charset, clean
from interactions.items import HEADER_MAX, PEOPLE_MAX, TEXT_MAX, Email, Mailbox, Unreadable

#: A header block longer than this is refused: real ones have about 7 kB.
BLOCK_MAX = 256 * 1024
#: RFC 5322 §2.1.1 caps a line at 998; longer ids are kept as a prefix and a hash, so that they stay comparable.
_ID_MAX = 500
_OTHER_NAMES = 100
_OTHER_NAME_MAX = 60
#: Values of one repeated evidence header.
_REPEATS_MAX = 10
#: These hold links with a token in them: enough is kept to see whose they are.
_LINKS = frozenset({"list-unsubscribe", "list-post", "list-id", "feedback-id", "x-msfbl"})
_LINK_MAX = 100
#: What a header is read for.
_EVIDENCE, _SINGLE, _LIST, _RECEIVED, _NOTHING = range(5)
_ROLES = {
    # Kept by value, as evidence for the rules.
    **dict.fromkeys(
        [
            *_LINKS,
            *("auto-submitted", "precedence", "list-unsubscribe-post", "return-path", "content-type", "content-class"),
            *("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from"),
            *("x-loop", "x-failed-recipients", "x-ms-exchange-inbox-rules-loop", "x-mailer", "user-agent", "sender"),
            *("delivered-to", "x-original-from", "x-forwarded-to"),
        ],
        _EVIDENCE,
    ),
    # Read into fields of their own; of these only From may not be repeated with another value.
    **dict.fromkeys(["message-id", "in-reply-to", "references", "date", "subject", "from"], _SINGLE),
    **dict.fromkeys(["to", "cc", "bcc", "reply-to"], _LIST),
    "received": _RECEIVED,
    # Consumed elsewhere: the item's labels and thread say the same.
    **dict.fromkeys(["x-gmail-labels", "x-gm-thrid"], _NOTHING),
}

#: `name ":" value`, folded lines included; the possessive quantifiers keep it linear (RFC 5322 §2.2).
_FIELD = re.compile(r"^([!-9;-~]++)[ \t]*+:(.*+(?:\n[ \t].*+)*+)", re.M)
_ANGLED = re.compile(r"<([^<>\s]++)>")
_DECLARED = re.compile(rb"^content-type:(?:[^\n]|\n[ \t]){0,300}?charset=[\"']?([\w.:-]{1,40})", re.I | re.M)


def headers_of(block: bytes) -> list[tuple[str, str]]:
    """Header names and values as they stand in a header block, in order, values still folded. Never raises.

    Lines that are no header field are skipped; beyond BLOCK_MAX bytes nothing is read.
    """
    block = block[:BLOCK_MAX]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    return _FIELD.findall(_text(block))


def _text(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(block)
        name = charset(declared[1].decode("ascii", "replace")) if declared else None
        return block.decode(name or "utf-8", "replace")


def header_hash(block: bytes) -> str:
    """The id of a mail whose source gives none: "h" and 32 hex digits of SHA-256 over its header block."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    return "h" + sha256(block).hexdigest()[:32]


def email_from_headers(
    id: str,
    headers: Iterable[tuple[str, str]],
    *,
    labels: Sequence[str] = (),
    thread: str = "",
    received_at: datetime | None = None,
) -> Email | Unreadable:
    """The `Email` that header names and values tell; `Unreadable` when they are no mail's. Never raises.

    `received_at` (aware) stands in where Date is missing or absurd; without it the newest Received field does.
    """
    fields = _Fields(headers)
    if not fields.is_mail():
        return Unreadable(id, "It has none of the header fields a mail has.")
    return _email(id, fields, tuple(labels), thread, received_at)


class _Fields:
    """One message's fields, sorted by what they are for."""

    __slots__ = ("evidence", "flags", "lists", "other", "received", "single")

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.single: dict[str, str] = {}
        self.lists: dict[str, str] = {}
        self.evidence: dict[str, str] = {}
        self.other: set[str] = set()
        self.flags: list[str] = []
        self.received = ""
        role_of = _ROLES.get
        for name, value in headers:
            name = name.lower()
            role = role_of(name)
            if role is None:
                self.other.add(name)
            elif role == _EVIDENCE:
                self._keep(name, value)
            else:
                self._take(role, name, value)

    def _take(self, role: int, name: str, value: str) -> None:
        if role == _SINGLE:
            first = self.single.setdefault(name, value)
            if name == "from" and first is not value and first.strip() != value.strip():
                self.flags.append("ambiguous-address")
        elif role == _LIST:
            self.lists[name] = f"{self.lists[name]},{value}" if name in self.lists else value
        elif role == _RECEIVED:
            self.received = self.received or value[:VALUE_MAX]
            self.other.add(name)

    def _keep(self, name: str, value: str) -> None:
        value = clean(value, _LINK_MAX if name in _LINKS else HEADER_MAX)
        before = self.evidence.get(name)
        if before is None:
            self.evidence[name] = value
        elif before.count("\n") < _REPEATS_MAX:
            self.evidence[name] = f"{before}\n{value}"

    def is_mail(self) -> bool:
        return bool(self.single or self.lists) or "received" in self.other or "sender" in self.evidence


def _email(id: str, fields: _Fields, labels: tuple[str, ...], thread: str, received_at: datetime | None) -> Email:
    single, flags = fields.single, fields.flags
    sender = _sender(addresses(single.get("from", "")), flags)
    lists = fields.lists
    to = addresses(lists["to"]) if "to" in lists else NONE
    cc = addresses(lists["cc"]) if "cc" in lists else NONE
    bcc = addresses(lists["bcc"]) if "bcc" in lists else NONE
    reply_to = addresses(lists["reply-to"]) if "reply-to" in lists else NONE
    recipients = to.count + cc.count + bcc.count
    if recipients > PEOPLE_MAX:
        flags.append("capped")
    sent_at = mail_date(single.get("date", ""))
    if sent_at is None:
        flags.append("date")
        sent_at = received_at or received_date(fields.received)
    references = single.get("references", "")
    return Email(
        id=id,
        message_id=_identifier(single.get("message-id", "")),
        in_reply_to=_parent(single.get("in-reply-to", ""), references),
        thread=thread or _root(references),
        sent_at=sent_at,
        sender=sender,
        reply_to=reply_to.mailboxes,
        to=to.mailboxes,
        cc=cc.mailboxes[: PEOPLE_MAX - len(to.mailboxes)],
        bcc=bcc.mailboxes[: max(PEOPLE_MAX - len(to.mailboxes) - len(cc.mailboxes), 0)],
        recipients=recipients,
        subject=clean(decoded(single.get("subject", "")[: TEXT_MAX * 20]), TEXT_MAX),
        labels=labels,
        headers=fields.evidence,
        other_headers=_names(fields.other),
        flags=tuple(flags),
    )


def _sender(found: Addresses, flags: list[str]) -> Mailbox | None:
    if found.ambiguous and "ambiguous-address" not in flags:
        flags.append("ambiguous-address")
    if "ambiguous-address" in flags:
        return None
    if found.mailboxes:
        return found.mailboxes[0]
    if found.bare:
        # A mail system's own sender, such as MAILER-DAEMON, has no domain on its home machine.
        flags.append("no-domain")
        return Mailbox(found.bare)
    return None


def _names(other: set[str]) -> tuple[str, ...]:
    names = sorted(other)
    if len(names) > _OTHER_NAMES or max(map(len, names), default=0) > _OTHER_NAME_MAX:
        return tuple(sorted({name[:_OTHER_NAME_MAX] for name in names[:_OTHER_NAMES]}))
    return tuple(names)


def _identifier(value: str) -> str:
    """One msg-id without its brackets (RFC 5322 §3.6.4)."""
    if not value:
        return ""
    found = _ANGLED.search(value, 0, VALUE_MAX)
    if found is not None:
        return _bounded(found[1])
    words = clean(value, VALUE_MAX).strip("<>").split(None, 1)
    return _bounded(words[0]) if words else ""


def _bounded(identifier: str) -> str:
    if len(identifier) > _ID_MAX:
        digest = sha256(identifier.encode("utf-8", "replace")).hexdigest()
        identifier = f"{identifier[: _ID_MAX - 65]}.{digest}"
    return clean(identifier, _ID_MAX)


def _parent(in_reply_to: str, references: str) -> str:
    found = _ANGLED.search(in_reply_to, 0, VALUE_MAX)
    if found is not None:
        return _bounded(found[1])
    # RFC 5322 §3.6.4: the parent is also the last of References. Old mailers wrote prose into In-Reply-To.
    start = references.rfind("<", max(len(references) - VALUE_MAX, 0))
    found = _ANGLED.match(references, start) if start >= 0 else None
    return _bounded(found[1]) if found is not None else ""


def _root(references: str) -> str:
    found = _ANGLED.search(references, 0, VALUE_MAX)
    return _bounded(found[1]) if found is not None else ""
