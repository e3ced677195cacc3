"""Events to interactions: every series rebuilt as a whole from all its stored items, then compared with the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from interactions.address import canonical
from interactions.items import Event
from interactions.keys import instant
from interactions.meetings import Meeting, meetings
from interactions.prepare import decode
from interactions.schema import interactions, items, owners, payloads, sources, verdicts
from interactions.series import Window
from interactions.store import rows
from interactions.store.addresses import AddressIds
from interactions.ties.weights import meeting_share
from interactions.verdict import Verdict

_verdict = msgspec.json.Decoder(Verdict)

#: Series are expanded this many years back and ahead of the owner's horizon.
_YEARS_BACK, _YEARS_AHEAD = 5, 1


def rebuild(conn: Connection, owner_id: int, uid_keys: set[int], ids: AddressIds) -> dict[str, int]:
    """Bring the interactions of these series in line with their items; returns the address ids it used."""
    if not uid_keys:
        return {}
    window = horizon_window(conn, owner_id)
    wanted: dict[str, rows.Row] = {}
    for uid_key, told in _told(conn, owner_id, uid_keys).items():
        for number, meeting in enumerate(meetings(told, window), 1):
            row = _row(uid_key, meeting, number)
            wanted[row.key] = row
    there = _there(conn, owner_id, uid_keys)
    parties = {canonical(party.mailbox.address) for row in wanted.values() for party in row.parties}
    address_ids = ids.ids(conn, owner_id, parties)
    rows.drop(conn, [number for key, number in there.items() if key not in wanted])
    new = [row for key, row in wanted.items() if key not in there]
    rows.write(conn, owner_id, new, {there[key]: row for key, row in wanted.items() if key in there}, address_ids)
    return address_ids


def horizon_window(conn: Connection, owner_id: int) -> Window:
    """The days series are expanded over."""
    horizon = date.fromisoformat(conn.execute(select(owners.c.horizon).where(owners.c.id == owner_id)).scalar_one())
    return Window(_shifted(horizon, -_YEARS_BACK), _shifted(horizon, _YEARS_AHEAD))


def _shifted(day: date, years: int) -> date:
    # 29 February has no twin in most years.
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def _told(conn: Connection, owner_id: int, uid_keys: Iterable[int]) -> dict[int, list[tuple[int, Event, Verdict]]]:
    """All live items of these series that have been judged, with their verdicts."""
    found: dict[int, list[tuple[int, Event, Verdict]]] = {}
    series = sorted(uid_keys)
    for start in range(0, len(series), 500):
        stored = conn.execute(
            select(items.c.uid_key, items.c.id, payloads.c.body, verdicts.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .join(verdicts, verdicts.c.item_id == items.c.id)
            .where(
                items.c.uid_key.in_(series[start : start + 500]),
                items.c.owner_id == owner_id,
                items.c.state.in_(("kept", "dropped")),
            )
            .order_by(items.c.id)
        )
        for uid_key, item_id, body, verdict in stored:
            event = decode(body)
            assert isinstance(event, Event)
            found.setdefault(uid_key, []).append((item_id, event, _verdict.decode(verdict)))
    return found


def _there(conn: Connection, owner_id: int, uid_keys: set[int]) -> dict[str, int]:
    """Natural key → interaction id of everything these series have in the log now."""
    found: dict[str, int] = {}
    series = sorted(uid_keys)
    for start in range(0, len(series), 500):
        linked = conn.execute(
            select(interactions.c.key, interactions.c.id)
            .join(sources, sources.c.interaction_id == interactions.c.id)
            .join(items, items.c.id == sources.c.item_id)
            .where(items.c.uid_key.in_(series[start : start + 500]), items.c.owner_id == owner_id)
            .distinct()
        )
        found.update((row[0], row[1]) for row in linked)
    return found


def _row(uid_key: int, meeting: Meeting, number: int) -> rows.Row:
    return rows.Row(
        key=f"e{uid_key & (2**64 - 1):016x}|{meeting.key.rpartition('|')[2]}",
        kind=meeting.kind,
        direction=meeting.direction,
        at=instant(meeting.at),
        title=meeting.title,
        rule=meeting.rule,
        evidence=meeting.evidence,
        parties=meeting.parties,
        item_id=_first(meeting.item_ids),
        item_ids=list(meeting.item_ids),
        ends_at=instant(meeting.ends_at) if meeting.ends_at else None,
        all_day=meeting.all_day,
        share=meeting_share(meeting.evidence, number),
    )


def _first(item_ids: Sequence[int]) -> int:
    return item_ids[0]
