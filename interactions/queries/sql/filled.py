"""Views that are filled when they are asked: their numbers are made by the questions that every command asks.

A second formula in SQL would be another answer sooner or later; so each row here is what `kith people`, `kith show`
and `kith circles` say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from interactions.queries.circles import names_and_members
from interactions.queries.codes import codes
from interactions.queries.names import persons_of
from interactions.queries.people import KINDS, people
from interactions.queries.sql.answer import Moment
from interactions.queries.ties import STEPS, standings
from interactions.schema import addresses, ties
from interactions.store import corrections

#: More than anybody knows.
_EVERYBODY = 2**31 - 1
_EPOCH = datetime(1970, 1, 1)
Rows = list[tuple[Any, ...]]


def rows_of(moment: Moment, views: Iterable[str]) -> dict[str, Rows]:
    """View → its rows, of those of `views` that are filled."""
    return {view: _FILLS[view](moment) for view in views if view in _FILLS}


def _people(moment: Moment) -> Rows:
    now = int(moment.clock().timestamp())
    found = people(moment.db, moment.owner_id, "", now, limit=_EVERYBODY)
    muted, rests = (_said(moment, kind) for kind in (corrections.MUTE, corrections.REST))
    return [
        (
            one.id, one.name, len(one.addresses), one.total, one.inward, one.outward, one.both,
            *(one.kinds.get(kind, 0) for kind in KINDS),
            _stamp(one.first_at), one.first_at, _stamp(one.last_at), one.last_at,
            int(one.in_book), int(one.id in muted), int(one.id in rests),
        )
        for one in found.people
    ]  # fmt: skip


def _said(moment: Moment, kind: str) -> set[int]:
    """Persons of whom the owner's word of this kind holds."""
    with moment.db.reading() as conn:
        held = corrections.held(conn, moment.owner_id, (kind,))
        targets = {target for _, target in held}
        rows = conn.execute(
            select(addresses.c.id, addresses.c.canonical).where(addresses.c.owner_id == moment.owner_id)
        )
        chosen = [row[0] for row in rows if row[1] in targets] if targets else []
        return set(persons_of(conn, chosen).values())


def _ties(moment: Moment) -> Rows:
    with moment.db.reading() as conn:
        mine = select(ties.c.person_id, ties.c.days, ties.c.days_out, ties.c.days_in, ties.c.days_met)
        mine = mine.add_columns(ties.c.first_day, ties.c.last_day).where(ties.c.owner_id == moment.owner_id)
        counted = {row[0]: tuple(row[1:]) for row in conn.execute(mine)}
    today = moment.clock().date()
    found = standings(moment.db, moment.owner_id, counted, today, ranked=True)
    return [
        (
            person, stands.word or None, _round(stands.strength, 4), _round(stands.momentum, 4),
            _round(stands.depth, 4), _round(stands.cadence, 2), stands.silence, *counted[person][:4],
            *(_day(number) for number in counted[person][4:]),
            *(at.isoformat() if (at := stands.steps.get(step)) else None for step in STEPS),
        )
        for person, stands in sorted(found.items())
        if stands.silence is not None
    ]  # fmt: skip


def _circles(moment: Moment) -> Rows:
    known = _known(moment)
    code_of = codes(known)
    return [(code_of[key], key, name, key.partition(":")[0], len(members)) for key, (name, members) in known.items()]


def _members(moment: Moment) -> Rows:
    known = _known(moment)
    code_of = codes(known)
    return [(code_of[key], person) for key, (_, members) in known.items() for person in sorted(members)]


def _known(moment: Moment) -> Mapping[str, tuple[str, frozenset[int]]]:
    with moment.db.reading() as conn:
        return names_and_members(conn, moment.owner_id)


def _stamp(at: int | None) -> str | None:
    return None if at is None else (_EPOCH + timedelta(seconds=at)).isoformat() + "Z"


def _day(number: int | None) -> str | None:
    return None if number is None else date.fromordinal(_EPOCH.toordinal() + number).isoformat()


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


_FILLS: Mapping[str, Callable[[Moment], Rows]] = {
    "v_people": _people,
    "v_ties": _ties,
    "v_circles": _circles,
    "v_circle_members": _members,
}
