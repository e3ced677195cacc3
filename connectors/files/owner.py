"""Whose archive this is: addresses that look like the owner's, from a bounded number of its messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from connectors.address_list import is_addr_spec
from connectors.files.archive import Archive, survey
from connectors.files.ics import CalendarFiles
from connectors.files.labels import folder_labels
from connectors.files.maildir import Maildirs
from connectors.files.mbox import MboxFiles
from connectors.files.stream import FileStream, Position
from interactions.address import canonical
from interactions.errors import SourceUnreadable
from interactions.items import Email, Event

#: Messages looked at in all, and in one file.
LOOKED_AT = 6_000
_IN_ONE_FILE = 3_000
#: Bytes read of one file at most: the answer must come while a person waits.
_BYTES_IN_ONE_FILE = 256 * 1024 * 1024
_EVENTS = 50
_CANDIDATES_MAX = 20
#: An address that is in less of it than this share of the best is somebody else's.
_SHARE = 0.02
_SENT_WEIGHT, _DELIVERED_WEIGHT, _TO_WEIGHT, _CALENDAR_WEIGHT = 10.0, 3.0, 1.0, 500.0


class Candidate(Struct, frozen=True):
    """One address that may be the owner's."""

    address: str
    #: Short sentences: where it was seen.
    evidence: tuple[str, ...]
    score: float


class _Seen(Struct):
    """Counts by canonical address."""

    sent: Counter[str]
    delivered: Counter[str]
    received: Counter[str]
    senders: Counter[str]
    calendars: Counter[str]
    spelt: dict[str, str]
    messages: int = 0

    def count(self, counter: Counter[str], address: str) -> None:
        if is_addr_spec(address):
            key = canonical(address)
            self.spelt.setdefault(key, address)
            counter[key] += 1


def candidates(path: Path, limit: int = LOOKED_AT) -> list[Candidate]:
    """Addresses of the archive's owner, likeliest first; none when nothing tells.

    Raises UsageProblem or SourceUnreadable as `survey` does; a file that cannot be read is passed over.
    """
    archive = survey(path)
    seen = _Seen(Counter(), Counter(), Counter(), Counter(), Counter(), {})
    for stream in (MboxFiles(path), Maildirs(path)):
        for mail in _mails(stream, archive, seen, limit):
            _take(mail, seen)
    _take_calendars(archive, seen)
    return _ranked(seen)


def _mails(stream: FileStream, archive: Archive, seen: _Seen, limit: int) -> Iterator[Email]:
    members = archive.members.get(stream.stream, ())
    # What the owner sent says most, so those folders come first.
    for member in sorted(members, key=lambda member: "SENT" not in folder_labels(member.id)):
        looked = 0
        if seen.messages >= limit:
            return
        try:
            for step in stream.steps(member, Position("")):
                if isinstance(step.item, Email):
                    seen.messages += 1
                    looked += 1
                    yield step.item
                if looked >= _IN_ONE_FILE or seen.messages >= limit or step.at > _BYTES_IN_ONE_FILE:
                    break
        except SourceUnreadable:
            continue


def _take(mail: Email, seen: _Seen) -> None:
    if "DRAFT" in mail.labels or "SPAM" in mail.labels:
        return
    if mail.sender is not None:
        seen.count(seen.sent if "SENT" in mail.labels else seen.senders, mail.sender.address)
    for value in mail.headers.get("delivered-to", "").split("\n"):
        seen.count(seen.delivered, value.strip("<> "))
    if "SENT" not in mail.labels and len(mail.to) <= 3:
        for mailbox in mail.to:
            seen.count(seen.received, mailbox.address)


def _take_calendars(archive: Archive, seen: _Seen) -> None:
    """A person's main calendar bears their address as its name (Google), in the file or as the file's name."""
    stream = CalendarFiles(archive.path)
    for member in archive.members.get("file.ics", ())[:_EVENTS]:
        name = member.id.rpartition("/")[2].removesuffix(".ics")
        try:
            first = next(
                (step.item for step in stream.steps(member, Position("")) if isinstance(step.item, Event)), None
            )
        except SourceUnreadable:
            continue
        for address in {name, first.calendar if first is not None else ""}:
            # Google's other calendars have machine-made addresses.
            if not address.endswith(("calendar.google.com", ".v.calendar.google.com")):
                seen.count(seen.calendars, address)


def _ranked(seen: _Seen) -> list[Candidate]:
    scores: dict[str, float] = defaultdict(float)
    scale = 1.0 if not seen.sent else 0.1
    for key, count in seen.sent.items():
        scores[key] += count * _SENT_WEIGHT
    for key, count in seen.delivered.items():
        scores[key] += count * _DELIVERED_WEIGHT
    for key, count in seen.received.items():
        # Both written to and writing, in one archive: few but the owner are.
        scores[key] += min(count, 5 * seen.senders[key] + count * scale) * _TO_WEIGHT
    for key in seen.calendars:
        scores[key] += _CALENDAR_WEIGHT
    best = max(scores.values(), default=0)
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    return [
        Candidate(seen.spelt[key], _evidence(key, seen), scores[key])
        for key in ranked[:_CANDIDATES_MAX]
        if scores[key] >= best * _SHARE
    ]


def _evidence(key: str, seen: _Seen) -> tuple[str, ...]:
    found = []
    if seen.sent[key]:
        found.append(f"sender of {seen.sent[key]:,} messages in Sent")
    if seen.delivered[key]:
        found.append(f"Delivered-To of {seen.delivered[key]:,} messages")
    if seen.received[key]:
        found.append(f"in To of {seen.received[key]:,} messages")
    if seen.calendars[key]:
        found.append("name of a calendar")
    return tuple(found)
