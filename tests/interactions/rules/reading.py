"""The demo's life as the rules see it: its archive read by the real connectors, its facts counted from headers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connectors.files.ics import CalendarFiles
from connectors.files.mbox import MboxFiles
from connectors.files.stream import FileStream
from connectors.files.vcf import ContactFiles
from interactions.address import canonical
from interactions.items import Contact, Email, Event, Item
from interactions.verdict import Facts, Known
from sandbox.life import make_life
from sandbox.takeout import write_takeout
from sandbox.truth import truth


@cache
def read(seed: int) -> tuple[dict[str, Any], list[Email], list[Event], list[Contact]]:
    """Truth, mails, events and cards of one life."""
    life = make_life(seed)
    with TemporaryDirectory() as folder:
        write_takeout(life, Path(folder))
        items = [list(_items(stream(Path(folder)))) for stream in (MboxFiles, CalendarFiles, ContactFiles)]
    return (
        truth(life),
        [item for item in items[0] if isinstance(item, Email)],
        [item for item in items[1] if isinstance(item, Event)],
        [item for item in items[2] if isinstance(item, Contact)],
    )


def _items(stream: FileStream) -> Iterator[Item]:
    for container in stream.containers():
        for page in stream.pages(container, None):
            yield from page.items


def known_of(mails: list[Email], cards: list[Contact], own: frozenset[str]) -> Iterator[tuple[Email, Known]]:
    """Each mail beside what is known of its sender once everything has been read."""
    sent = [mail for mail in mails if "SENT" in mail.labels]
    ids = {mail.message_id for mail in sent}
    sent_to = {canonical(box.address) for mail in sent for box in (*mail.to, *mail.cc, *mail.bcc)}
    answered = {canonical(mail.sender.address) for mail in mails if mail.sender and mail.in_reply_to in ids}
    book = {canonical(address) for card in cards for address in card.emails()}
    for mail in mails:
        who = canonical(mail.sender.address) if mail.sender else ""
        facts = Facts(who in own, who in sent_to, who in answered, who in book)
        yield mail, Known(own, {who: facts}, mail.in_reply_to in ids)


def own_of(told: dict[str, Any]) -> frozenset[str]:
    """The owner's addresses, canonical."""
    return frozenset(canonical(address) for address in told["owner"]["addresses"])
