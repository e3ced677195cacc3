"""What the owner could give this week: an introduction, an answer, a word of thanks."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection

from interactions.circles import offers
from interactions.circles.offers import Known
from interactions.circles.weave import weave
from interactions.queries.circles import names_and_members
from interactions.queries.introductions import Introduced, introduced
from interactions.queries.log import Entry, of_addresses
from interactions.queries.names import Who, members_of, organisations_of, whos
from interactions.queries.tend import Coverage, coverage
from interactions.store import corrections
from interactions.store.acts import shared
from interactions.store.database import Database
from interactions.store.tied import Tied, tied
from interactions.store.waiting import waiting
from interactions.ties import strength
from interactions.ties.spread import spread

_EPOCH = date(1970, 1, 1)
#: Days since they wrote between which a mail is told to be open, and how many are.
_OPEN_FROM, _OPEN_TO, _OPEN_MAX = 2, 60, 7
#: Days since an introduction for which thanks are not late.
_THANKS = 180


class Pair(Struct, frozen=True):
    """Two people who could meet through the owner, and the circles that each is in."""

    one: Who
    other: Who
    circles: tuple[tuple[str, ...], tuple[str, ...]]


class Open(Struct, frozen=True):
    """The last that somebody wrote, which the owner has not answered."""

    who: Who
    entry: Entry


class Offer(Struct, frozen=True):
    """The answer."""

    pairs: tuple[Pair, ...]
    open: tuple[Open, ...]
    #: Introductions after which the owner has not written to whoever made them.
    thanks: tuple[Introduced, ...]
    coverage: Coverage


def offer(db: Database, owner_id: int, now: int, today: date) -> Offer:
    """What could be given, told from what is seen up to `now` (seconds since 1970 UTC)."""
    day = (today - _EPOCH).days
    with db.reading() as conn:
        awake = _awake(conn, owner_id)
        pairs = _pairs(conn, owner_id, awake, now, day)
        last = _theirs_is_last(conn, awake, day)
        who = whos(conn, [one.person_id for one in last])
        members = members_of(conn, [one.person_id for one in last])
        seen = coverage(conn, owner_id)
    latest = [(one, of_addresses(db, owner_id, members[one.person_id], now, limit=5)) for one in last]
    opened = [
        Open(who[one.person_id], next(entry for entry in several if entry.direction == "in"))
        for one, several in latest
        if any(entry.direction == "in" for entry in several)
    ]
    return Offer(pairs, tuple(opened), _thanks(introduced(db, owner_id, now), awake, today), seen)


def _theirs_is_last(conn: Connection, known: dict[int, Tied], day: int) -> list[Tied]:
    """Who wrote last and to the owner rather than to a crowd, not just now and not long ago; the latest first."""
    able = [one for one in known.values() if one.last_in > one.last_out and _OPEN_FROM <= day - one.last_in <= _OPEN_TO]
    asked = waiting(conn, [one.person_id for one in able])
    found = [one for one in able if one.person_id in asked]
    return sorted(found, key=lambda one: (-one.last_in, one.person_id))[:_OPEN_MAX]


def _awake(conn: Connection, owner_id: int) -> dict[int, Tied]:
    """Everybody the owner has a tie with; nobody muted or at rest."""
    said = {target for _, target in corrections.held(conn, owner_id, (corrections.MUTE, corrections.REST))}
    return {person: one for person, one in tied(conn, owner_id).items() if one.canonical not in said}


def _pairs(conn: Connection, owner_id: int, known: dict[int, Tied], now: int, day: int) -> tuple[Pair, ...]:
    sums = [one.sums for one in known.values()]
    ranks = strength.ranks(sums, spread(sums, day), day)
    close = sorted(ranks, key=lambda one: (-ranks[one], one))[: offers.CLOSE]
    inside: dict[int, set[str]] = defaultdict(set)
    circles = names_and_members(conn, owner_id)
    for key, (_, people) in circles.items():
        for one in people:
            inside[one].add(key)
    at = organisations_of(conn, close)
    able = [Known(one, ranks[one], frozenset(inside[one]), at.get(one, frozenset())) for one in close]
    together = weave((told.act for told in shared(conn, owner_id, now)), now)
    chosen = offers.pairs(able, together)
    who = whos(conn, {one for pair in chosen for one in pair})

    def named(person: int) -> tuple[str, ...]:
        return tuple(sorted(circles[key][0] for key in inside[person] if circles[key][0]))

    return tuple(Pair(who[one], who[other], (named(one), named(other))) for one, other in chosen)


def _thanks(found: list[Introduced], known: dict[int, Tied], today: date) -> tuple[Introduced, ...]:
    since = (today - timedelta(days=_THANKS) - _EPOCH).days * 86_400
    return tuple(
        one
        for one in found
        if one.state == "confirmed" and None in one.whom and one.at >= since and one.by is not None
        and one.by.person_id in known and known[one.by.person_id].last_out < one.at // 86_400
    )  # fmt: skip
