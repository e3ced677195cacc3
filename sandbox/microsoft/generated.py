"""As many mails as a bench wants, in folders of given shares."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

from sandbox.microsoft.mailbox import Mailbox, Message
from sandbox.microsoft.messages import of_headers

#: What the folders are called, in the order of their shares.
_FOLDERS = ("inbox", "sentitems", "archive", "Projects", "Club")
SHARES = (0.5, 0.25, 0.15, 0.05, 0.05)
#: Of mail that came in, so much is bulk.
_BULK = 0.5


def generated(address: str, messages: int, shares: Sequence[float] = SHARES, seed: int = 1) -> Mailbox:
    """A mailbox of that many; of those received some are newsletters, the others are from 300 people."""
    rng = Random(seed)
    mailbox = Mailbox(address)
    for name in ("Projects", "Club"):
        mailbox.add_folder(name)
    start, number = datetime(2025, 1, 1, tzinfo=UTC), 0
    for name, share in zip(_FOLDERS, shares, strict=True):
        folder = mailbox.folder(name)
        for _ in range(round(messages * share)):
            at = start + timedelta(minutes=number * 17 % 525_600)
            sent = name == "sentitems"
            bulk = not sent and rng.random() < _BULK
            fields = _headers(address, number, at, sent=sent, bulk=bulk)
            id = "AAkALgAA" + hashlib.sha512(f"{seed}/{number}".encode()).hexdigest()[:88]
            mailbox.add(Message(id, folder, of_headers(fields, at, received=not sent, bulk=bulk), at))
            number += 1
    return mailbox


def _headers(address: str, number: int, at: datetime, *, sent: bool, bulk: bool) -> list[tuple[str, str]]:
    other = f"news{number % 400}@shop{number % 90}.example" if bulk else f"person{number % 300}@people.example"
    sender, to = (address, other) if sent else (other, address)
    fields = [
        ("From", sender), ("To", to), ("Subject", f"Matter {number}"), ("Message-ID", f"<{number}@sandbox.example>"),
        ("Date", format_datetime(at)), ("Content-Type", "text/plain"), ("MIME-Version", "1.0"),
        ("Received", f"from mx.people.example by mail.example; {format_datetime(at)}"),
    ]  # fmt: skip
    if bulk:
        fields += [("List-Unsubscribe", "<https://shop.example/u>"), ("Precedence", "bulk")]
    return fields
