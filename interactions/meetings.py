"""Events of one series to meetings: copies, changed and cancelled occurrences settled, whatever order they came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from msgspec import Struct, json

from interactions.items import Event, Moment
from interactions.series import Window, in_zone, occurrences, original_start
from interactions.verdict import Party, Verdict

Told = tuple[int, Event, Verdict]

_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_encode = json.Encoder(order="deterministic").encode

#: A copy without the owner among its guests, or without guests, says nothing about whether the owner met.
_NO_OPINION = frozenset({"calendar.not_invited", "calendar.guestless", "calendar.room_only"})
#: What the owner's part reads like in a copy that does not know the owner's answer.
_UNANSWERED = frozenset({"", "needs-action"})


class Meeting(Struct, frozen=True):
    """One occurrence that belongs in the log."""

    #: UID, "|", and the original start: an instant in UTC, or the date of an all-day event.
    key: str
    kind: str
    direction: str
    #: Aware UTC; an all-day date's midnight UTC.
    at: datetime
    ends_at: datetime | None
    all_day: bool
    title: str
    rule: str
    evidence: dict[str, str]
    parties: tuple[Party, ...]
    #: Every item that stands for it; the one it is told from comes first.
    item_ids: tuple[int, ...]


def meetings(told: Sequence[Told], window: Window) -> list[Meeting]:
    """The meetings that these items of one UID make, in order of time; the same for every order of `told`."""
    masters = [one for one in told if one[1].recurrence_id is None]
    changes: dict[Moment, list[Told]] = {}
    master = _settled(masters)
    for one in told:
        if one[1].recurrence_id is not None:
            frame = master[1] if master else one[1]
            changes.setdefault(original_start(frame, one[1].recurrence_id), []).append(one)
    found: list[Meeting] = []
    standing = {original: settled for original, several in changes.items() if (settled := _settled(several))}
    if master is not None and master[2].kept:
        for occurrence in occurrences(master[1], window):
            if occurrence.original not in standing:
                found.append(_meeting(master, masters, occurrence.original, occurrence.start, occurrence.end))
    if master is None or master[2].kept or master[2].rule != "calendar.cancelled":
        for original, settled in standing.items():
            if settled[2].kept:
                found.append(_meeting(settled, changes[original], original, settled[1].start, settled[1].end))
    return sorted(found, key=lambda meeting: (meeting.at, meeting.key))


def _settled(copies: Sequence[Told]) -> Told | None:
    """Which of several copies speaks: the latest version, and among equals the one that says no.

    An older copy that still says "accepted" must not bring back what was declined or cancelled since.
    """
    opinions = [one for one in copies if one[2].rule not in _NO_OPINION] or list(copies)
    if len(opinions) < 2:
        return opinions[0] if opinions else None
    opinions.sort(key=_rank)
    first = opinions[0]
    if first[2].kept and first[2].evidence.get("you", "") in _UNANSWERED:
        # The owner's own calendar knows the answer before a colleague's copy does.
        return next((one for one in opinions if _declines(one) and one[1].sequence == first[1].sequence), first)
    return first


def _declines(one: Told) -> bool:
    return one[2].rule == "calendar.declined"


def _rank(one: Told) -> tuple[int, timedelta, bool, str, bytes, int]:
    item_id, event, verdict = one
    age = _LATEST - (event.updated or _EARLIEST)
    return -event.sequence, age, verdict.kept, event.id, _encode(event), item_id


def _meeting(settled: Told, copies: Sequence[Told], original: Moment, start: Moment, end: Moment | None) -> Meeting:
    _, event, verdict = settled
    others = sorted(one[0] for one in copies if one[2].kept and one[0] != settled[0])
    return Meeting(
        key=f"{event.uid}|{original.isoformat()}",
        kind=verdict.kind,
        direction=verdict.direction,
        at=_instant(start),
        ends_at=None if end is None else _instant(end),
        all_day=not isinstance(start, datetime),
        title=event.summary,
        rule=verdict.rule,
        evidence=verdict.evidence,
        parties=verdict.parties,
        item_ids=(settled[0], *others),
    )


def _instant(moment: Moment) -> datetime:
    return in_zone(moment, UTC) if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
