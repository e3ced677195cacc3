"""What went each way with each person, counted from the log when it is asked for and kept until something changes.

A tie that is counted anew takes its row away, so what is there is true but for time: a mail that was
open becomes one that was not answered, and after a month the two years have moved on.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, case, delete, func, or_, select, true

from interactions.schema import exchanges, interactions, participants, person_addresses, replies, ties
from interactions.store.accounts import hold
from interactions.store.database import Database, among, insert, now
from interactions.ties.balance import DAY, Exchange, Turn, exchange, window
from interactions.ties.weights import ASKED, UNIT

#: People counted in one transaction, and days before the two years that tell what was silence.
_AT_ONCE, _BEFORE = 300, 400
_HELP = {"owner.gave": "gave", "owner.received": "received"}
#: Who invited to these, nobody knows: an entry of one's own calendar without guests, and the owner's word.
_TOLD = ("calendar.from_title", "owner.met")
_FROM_TITLE = '"from":"your calendar"'
_COUNTS = (
    "began", "began_them", "asked", "asked_them", "answered", "answered_them", "hosted", "hosted_them", "reached",
    "reached_them", "helped", "helped_them", "given", "received",
)  # fmt: skip
_shared = msgspec.json.Encoder()
_COLUMNS = ("person_id", "owner_id", "since_day", "true_until", *_COUNTS, "shared", "draw")


def settle(db: Database, owner_id: int) -> int:
    """Count of everybody what is not counted yet; returns how many people that were."""
    people = 0
    while found := db.write(lambda conn: _count_some(conn, owner_id)):
        people += found
    return people


def _count_some(conn: Connection, owner_id: int) -> int:
    # One at a time, and not while ties are counted, which takes rows away.
    hold(conn, owner_id)
    clock = int(now(conn))
    since = window(clock // DAY)
    counted = (exchanges.c.person_id == ties.c.person_id) & (exchanges.c.since_day == since)
    late = or_(exchanges.c.person_id.is_(None), exchanges.c.true_until < clock // DAY)
    asked = select(ties.c.person_id, ties.c.median_gap).outerjoin(exchanges, counted)
    wanted = conn.execute(asked.where(ties.c.owner_id == owner_id, late).limit(_AT_ONCE)).all()
    if not wanted:
        return 0
    usual = {row[0]: row[1] or 0.0 for row in wanted}
    conn.execute(delete(exchanges).where(among(conn, exchanges.c.person_id, usual)))
    found = {person: exchange([], since * DAY, clock) for person in usual}
    for person, turns in by_person(turns_of(conn, list(usual), (since - _BEFORE) * DAY, clock)):
        found[person] = exchange(turns, since * DAY, clock, usual[person])
    rows = [
        (person, owner_id, since, one.true_until, *_counts(one), _shared.encode(one.shared).decode(), _draw())
        for person, one in sorted(found.items())
    ]
    insert(conn, exchanges, _COLUMNS, rows)
    insert(conn, replies, ("person_id", "mine", "length", "answered", "open"), list(_lengths(found)))
    return len(rows)


def turns_of(conn: Connection, people: Collection[int], since: int, until: int) -> Iterator[tuple[int, Turn]]:
    """(person id, what happened with them) from `since` to `until` (seconds since 1970 UTC), by rising person."""
    person = func.coalesce(person_addresses.c.person_id, participants.c.address_id)
    linked = select(person_addresses.c.address_id).where(among(conn, person_addresses.c.person_id, people))
    # Asked for as a list: of what a subquery may find PostgreSQL looks through everything.
    members = {*people, *conn.execute(linked).scalars()}
    other = participants.alias("other")
    others = select(true()).where(other.c.interaction_id == participants.c.interaction_id)
    organized = others.where(other.c.role == "organizer").exists()
    shared = others.where(other.c.address_id != participants.c.address_id, other.c.weight > 0).exists()
    told = interactions.c.rule.in_(_TOLD) | interactions.c.evidence.contains(_FROM_TITLE, autoescape=True)
    meeting = participants.c.kind == "meeting"
    rows = conn.execute(
        select(
            person, interactions.c.id, interactions.c.at, interactions.c.kind, interactions.c.direction,
            participants.c.role, participants.c.weight, case((meeting, or_(told, organized)), else_=False),
            case((participants.c.direction != "in", shared), else_=False), interactions.c.rule,
            interactions.c.message_key, interactions.c.reply_key, interactions.c.thread_key,
            case((interactions.c.reply_key.is_(None), interactions.c.title), else_=""),
        )
        .select_from(participants)
        .join(interactions, interactions.c.id == participants.c.interaction_id)
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .where(
            among(conn, participants.c.address_id, members),
            participants.c.at >= since, participants.c.at <= until, participants.c.weight > 0,
        )
        .order_by(person, interactions.c.at, interactions.c.id)
    )  # fmt: skip
    for row in rows.all():
        yield row[0], _turn(row)


def _turn(row: Sequence[Any]) -> Turn:
    _, id, at, kind, direction, role, weight, elsewhere, shared, rule, message, answers, conversation, title = row
    return Turn(
        id, at, kind, direction,
        asks=kind == "email" and weight >= int(ASKED * UNIT),
        shared=bool(shared),
        hosted=kind == "meeting" and not elsewhere,
        hosted_them=kind == "meeting" and role == "organizer",
        help=_HELP.get(rule, ""),
        message=message, answers=answers, conversation=conversation, title=title or "",
    )  # fmt: skip


def once(turns: Iterable[Turn]) -> list[Turn]:
    """Each interaction once: of two addresses of one person in one mail the first tells, but who hosted or asked."""
    found: dict[int, Turn] = {}
    for turn in turns:
        before = found.get(turn.id)
        if before is None or turn.hosted_them or (turn.asks and not before.asks):
            found[turn.id] = turn
    return list(found.values())


def by_person(rows: Iterable[tuple[int, Turn]]) -> Iterator[tuple[int, list[Turn]]]:
    """(person id, turns), each interaction once, of rows by rising person."""
    for person, several in groupby(rows, key=itemgetter(0)):
        yield person, once(turn for _, turn in several)


def _draw() -> int:
    # Sums of these for millions of people are still of 63 bits.
    return secrets.randbits(40)


def _counts(one: Exchange) -> tuple[float, ...]:
    mine, theirs = one.mine, one.theirs
    # Who was asked answers: the owner's answers stand beside what asked the owner.
    pairs = (
        (mine.began, theirs.began), (mine.asked, theirs.asked), (mine.answered, theirs.answered),
        (mine.hosted, theirs.hosted), (mine.reached, theirs.reached), (mine.helped, theirs.helped),
    )  # fmt: skip
    return (*(len(side) for pair in pairs for side in pair), mine.felt, theirs.felt)


def _lengths(found: dict[int, Exchange]) -> Iterator[tuple[int, bool, int, int, int]]:
    for person, one in sorted(found.items()):
        for mine, side in ((False, one.theirs), (True, one.mine)):
            for length, (done, still) in sorted(side.lengths.items()):
                yield person, mine, length, done, still
