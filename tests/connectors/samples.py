"""Small archives to read: what Takeout, mail programs and calendars write, with made-up people."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

FIRST = datetime(2024, 1, 1, 12, tzinfo=UTC)


def headers(n: int, *more: str) -> str:
    """The header block of the n-th mail, without the blank line behind it."""
    date = format_datetime(FIRST + timedelta(hours=n))
    lines = (f"Message-ID: <m{n}@example.org>", f"Date: {date}", "From: Ann <ann@example.org>", "To: bob@example.org")
    return "\n".join((*lines, f"Subject: mail {n}", *more)) + "\n"


def mbox(count: int, start: int = 0, body: str = "text\n>From here on\n") -> str:
    """An mboxrd of `count` mails."""
    return "".join(
        f"From ann@example.org Mon Jan  1 12:00:00 2024\n{headers(n)}\n{body}\n" for n in range(start, start + count)
    )


def gmail_number(n: int) -> int:
    """A message id as Gmail makes them: the time of arrival in milliseconds, and 20 bits more."""
    return (int((FIRST + timedelta(hours=n)).timestamp() * 1000) << 20) + n


def takeout_mbox(count: int, labels: str = "Inbox,Opened") -> str:
    """A mailbox as Google Takeout writes it."""
    return "".join(
        f"From {gmail_number(n)}@xxx Mon Jan 01 12:00:00 +0000 2024\nX-GM-THRID: {gmail_number(n // 2)}\n"
        f"X-Gmail-Labels: {labels}\nDelivered-To: owner@example.org\n{headers(n)}\ntext\n\n"
        for n in range(count)
    ).replace("\n", "\r\n")


def calendar(count: int, name: str = "Garden") -> str:
    """An iCalendar file of `count` events."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:e{n}@example.org\r\nDTSTART;TZID=Europe/Berlin:202401{1 + n % 28:02}T100000\r\n"
        f"DTEND;TZID=Europe/Berlin:202401{1 + n % 28:02}T110000\r\nSUMMARY:event {n}\r\nEND:VEVENT\r\n"
        for n in range(count)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:{name}\r\n{events}END:VCALENDAR\r\n"


def cards(count: int, groups: str = "myContacts") -> str:
    """A vCard file of `count` people."""
    return "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {n}\r\nEMAIL;TYPE=HOME:p{n}@example.org\r\n"
        f"CATEGORIES:{groups}\r\nEND:VCARD\r\n"
        for n in range(count)
    )


def takeout(mails: int = 7, events: int = 4, people: int = 3) -> dict[str, str]:
    """The files of a Takeout by their path in it."""
    return {
        "Takeout/archive_browser.html": "<html>",
        "Takeout/Mail/All mail Including Spam and Trash.mbox": takeout_mbox(mails),
        "Takeout/Calendar/owner@example.org.ics": calendar(events, "owner@example.org"),
        "Takeout/Contacts/All Contacts/All Contacts.vcf": cards(people),
        "Takeout/Contacts/My Contacts/My Contacts.vcf": cards(people, "myContacts,choir"),
    }


def write(root: Path, files: dict[str, str]) -> Path:
    """The files as a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


def pack(path: Path, files: dict[str, str]) -> Path:
    """The files as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text.encode())
    return path


def maildir(root: Path, mails: Iterable[str], flags: Callable[[int], str] = lambda n: "S") -> Path:
    """A Maildir: every second mail is new."""
    for place in ("cur", "new", "tmp"):
        (root / place).mkdir(parents=True, exist_ok=True)
    for n, text in enumerate(mails):
        name = f"new/{1704110400 + n}.M{n}.host" if n % 2 else f"cur/{1704110400 + n}.M{n}.host:2,{flags(n)}"
        (root / name).write_bytes(text.encode())
    return root
