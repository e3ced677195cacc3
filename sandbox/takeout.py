"""A life as a Google Takeout archive: a folder, or the zip one downloads."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from sandbox.addressbook import GROUPS
from sandbox.chance import dice
from sandbox.ics import calendar_text
from sandbox.mbox import mbox_bytes
from sandbox.model import CANARY, Life
from sandbox.vcf import cards_text

MBOX = "Takeout/Mail/All mail Including Spam and Trash.mbox"
#: The oldest date a zip entry can have: archives of one life are equal to the byte.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def files(life: Life) -> Iterator[tuple[str, bytes]]:
    """(path in the archive, content), in a fixed order."""
    mails = list(life.mails)
    # Takeout sorts by nothing one could rely on.
    dice(life.seed, "takeout").shuffle(mails)
    yield "Takeout/archive_browser.html", b"<!doctype html><title>Google Takeout</title><h1>Your archive</h1>\n"
    yield MBOX, mbox_bytes(mails)
    yield "Takeout/Mail/User Settings/Blocked Addresses.json", b"{}\n"
    for calendar in life.calendars:
        events = [event for event in life.events if calendar.name in event.calendars]
        yield f"Takeout/Calendar/{calendar.name}.ics", calendar_text(calendar, events, life.year.end).encode()
    for group, cards in (
        ("All Contacts", life.cards),
        *((name, tuple(one for one in life.cards if name in one.groups)) for name in ("My Contacts", *GROUPS)),
    ):
        yield f"Takeout/Contacts/{group}/{group}.vcf", cards_text(cards).encode()
    note = {"title": "Shopping", "textContent": f"Milk, seeds, {CANARY}", "isTrashed": False}
    yield "Takeout/Keep/Shopping.json", json.dumps(note).encode()
    yield "Takeout/Tasks/Tasks.json", b'{"kind": "tasks#taskLists", "items": []}\n'


def write_takeout(life: Life, folder: Path) -> None:
    """Writes `folder`/Takeout/…, making folders where needed."""
    for name, content in files(life):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_takeout_zip(life: Life, file: Path) -> None:
    """Writes the same archive as one zip."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files(life):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
