"""Mails as one mbox file, in the manner of a Google Takeout of Gmail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email.header import Header
from email.utils import formataddr

from sandbox.model import Mail, Mailbox

#: Gmail API label → the English name Takeout writes.
_NAMES = {
    "INBOX": "Inbox",
    "SENT": "Sent",
    "DRAFT": "Drafts",
    "SPAM": "Spam",
    "TRASH": "Trash",
    "CHAT": "Chat",
    "STARRED": "Starred",
    "IMPORTANT": "Important",
    "UNREAD": "Unread",
    "CATEGORY_PERSONAL": "Category Personal",
    "CATEGORY_SOCIAL": "Category Social",
    "CATEGORY_PROMOTIONS": "Category Promotions",
    "CATEGORY_UPDATES": "Category Updates",
    "CATEGORY_FORUMS": "Category Forums",
}
_FROM_LINE = re.compile(r"^(>*From )", re.MULTILINE)


def mbox_bytes(mails: Iterable[Mail]) -> bytes:
    """All mails, in the order given, bodies quoted the mboxrd way (one more ">" before every ">*From ")."""
    return "".join(f"{_from_line(mail)}\n{message_text(mail, takeout=True)}\n" for mail in mails).encode()


def message_text(mail: Mail, takeout: bool = False) -> str:
    """One message (RFC 5322) with LF line ends; `takeout` adds Gmail's two headers and quotes "From " lines."""
    lines = [f"{name}: {value}" for name, value in headers(mail)]
    payload = mail.payload if mail.payload.endswith("\n") else f"{mail.payload}\n"
    if takeout:
        lines = [f"X-GM-THRID: {int(mail.thread, 16)}", f"X-Gmail-Labels: {takeout_labels(mail.labels)}", *lines]
        payload = _FROM_LINE.sub(r">\1", payload)
    return "\n".join(lines) + f"\n\n{payload}"


def headers(mail: Mail) -> Iterator[tuple[str, str]]:
    """The mail's headers as they travelled, in order; ASCII, folded with LF."""
    yield from mail.trace
    yield "MIME-Version", "1.0"
    yield "From", _boxes([mail.sender])
    for name, boxes in (("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc)):
        if boxes:
            yield name, _boxes(boxes)
    yield "Subject", mail.subject if mail.subject.isascii() else Header(mail.subject, "utf-8", 68).encode()
    yield "Message-ID", f"<{mail.message_id}>"
    if mail.in_reply_to:
        yield "In-Reply-To", f"<{mail.in_reply_to}>"
        yield "References", "\n ".join(f"<{id}>" for id in mail.references)
    yield from mail.extra
    yield "Content-Type", mail.content_type
    yield "Content-Transfer-Encoding", "8bit"


def takeout_labels(labels: Sequence[str]) -> str:
    """X-Gmail-Labels: Takeout says Archived for what is in no folder, and Opened for what is not unread."""
    names = [_NAMES.get(label, label) for label in labels]
    if not set(labels) & {"INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "CHAT"}:
        names.insert(0, "Archived")
    if not set(labels) & {"UNREAD", "SENT", "DRAFT"}:
        names.append("Opened")
    return ",".join(names)


def _from_line(mail: Mail) -> str:
    return f"From {int(mail.id, 16)}@xxx {mail.received_at:%a %b %d %H:%M:%S +0000 %Y}"


def _boxes(boxes: Sequence[Mailbox]) -> str:
    return ",\n ".join(formataddr((box.name, box.address)) for box in boxes)
