"""One week of the owner's: what they gave, with whom they are back in touch, whom to water, what lies ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from sqlalchemy import select

from interactions.queries.introductions import Introduced, introduced
from interactions.queries.language import Filter
from interactions.queries.log import Entry, entries, log, of_addresses
from interactions.queries.names import Who, members_of, whos
from interactions.queries.tend import Coverage, Tended, coverage, tend
from interactions.queries.touch import Answered, Revived, answered, revived
from interactions.schema import interactions
from interactions.store.database import Database

#: The rule of what the owner noted as help they gave.
GAVE = "owner.gave"
DAYS = 7
#: People to water, and meetings ahead, that are told.
WATERED, AHEAD = 3, 50


class Answer(Struct, frozen=True):
    """A mail that had waited and was answered."""

    who: Who
    told: Answered


class Back(Struct, frozen=True):
    """Somebody with whom the owner is in touch again."""

    who: Who
    told: Revived


class Water(Struct, frozen=True):
    """Somebody to be in touch with, and the last interaction there was with them."""

    told: Tended
    last: int | None


class Week(Struct, frozen=True):
    """The answer. Instants are seconds since 1970 UTC."""

    owner_id: int
    #: From `start` until before `end`.
    start: int
    end: int
    #: The owner's day at its end.
    day: date
    introduced: tuple[Introduced, ...]
    answered: tuple[Answer, ...]
    helped: tuple[Entry, ...]
    revived: tuple[Back, ...]
    water: tuple[Water, ...]
    #: The owner has not looked through whom to tend yet: nobody is proposed until then.
    first_look: bool
    ahead: tuple[Entry, ...]
    coverage: Coverage


def week(db: Database, owner_id: int, until: datetime, day: date | None = None) -> Week:
    """The seven days before `until` (aware, in the owner's zone), and the seven days after; nothing is written.

    `day` is the owner's day that it is the week of: that of `until`, unless that is the midnight at the day's end.
    """
    day = until.date() if day is None else day
    start, end = int((until - timedelta(days=DAYS)).timestamp()), int(until.timestamp())
    tending = tend(db, owner_id, day, keep=False)
    with db.reading() as conn:
        answers, back = answered(conn, owner_id, start, end), revived(conn, owner_id, start, end)
        known = whos(conn, {*(one.person_id for one in answers), *(one.person_id for one in back)})
        helped = conn.execute(
            select(interactions.c.id).where(
                interactions.c.owner_id == owner_id, interactions.c.at >= start, interactions.c.at < end,
                interactions.c.rule == GAVE,
            )
        ).scalars().all()  # fmt: skip
        seen = coverage(conn, owner_id)
    return Week(
        owner_id, start, end, day,
        introduced=tuple(sorted(
            (one for one in introduced(db, owner_id, end) if one.by is None and start <= one.at < end),
            key=lambda one: (one.at, one.interaction),
        )),
        answered=tuple(Answer(known[one.person_id], one) for one in answers),
        helped=tuple(reversed(entries(db, owner_id, helped, end))),
        revived=tuple(Back(known[one.person_id], one) for one in back),
        water=() if tending.first_look else _water(db, owner_id, tending.people, end),
        first_look=tending.first_look and bool(tending.people),
        ahead=_ahead(db, owner_id, until, day),
        coverage=seen,
    )  # fmt: skip


def _water(db: Database, owner_id: int, people: tuple[Tended, ...], end: int) -> tuple[Water, ...]:
    chosen = [one for one in people if not one.done][:WATERED]
    with db.reading() as conn:
        members = members_of(conn, [one.who.person_id for one in chosen])
    last = [of_addresses(db, owner_id, members[one.who.person_id], end, limit=1) for one in chosen]
    return tuple(Water(one, several[0].id if several else None) for one, several in zip(chosen, last, strict=True))


def _ahead(db: Database, owner_id: int, until: datetime, day: date) -> tuple[Entry, ...]:
    """Meetings and calls after `until`, to the end of the seventh day after `day`, soonest first."""
    zone, last = until.tzinfo, day + timedelta(days=DAYS)
    midnights = [datetime.combine(last + timedelta(days=1), time(), each).timestamp() for each in (zone, UTC)]
    # Days of their own begin at midnight UTC, which may lie on either side of the owner's.
    since = min(until.timestamp(), datetime.combine(day, time(), UTC).timestamp())
    asked = Filter(kinds=("meeting", "call"), before=int(max(midnights)))
    found = log(db, owner_id, asked, int(since), limit=4 * AHEAD, planned=True).entries
    meant = [
        one
        for one in found
        if (day < datetime.fromtimestamp(one.at, UTC).date() <= last if one.all_day else
            until.timestamp() < one.at < midnights[0])
    ]  # fmt: skip
    return tuple(meant[:AHEAD])
