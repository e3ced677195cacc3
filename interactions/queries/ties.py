"""How ties stand: a word and a rhythm for people, numbers for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.schema import ties
from interactions.store import spreads
from interactions.store.database import Database, among
from interactions.store.ties import TIE, tie_of
from interactions.ties import strength
from interactions.ties.cadence import cadence, unusual, usual
from interactions.ties.strength import Strength
from interactions.ties.tie import Tie

_EPOCH = date(1970, 1, 1)
#: What the steps from casual to meaningful are called, in their order.
STEPS = ("seen", "in touch", "answered", "a talk", "met")


class Standing(Struct, frozen=True):
    """One person's tie today."""

    #: new, growing, steady, quiet; "" where both have not acted yet.
    word: str
    #: Days that usually pass between two conversations, None where there were too few; and days of silence, None
    #: where there was no contact.
    cadence: float | None
    silence: int | None
    #: 0 to 100 among the owner's ties; None where both have not acted yet, or nobody asked.
    strength: float | None
    momentum: float | None
    depth: float | None
    #: Step → the day it was reached, of those that were.
    steps: dict[str, date]
    #: How many pauses between conversations the cadence rests on.
    gaps: int = 0


def standings(
    db: Database, owner_id: int, people: Iterable[int], today: date, *, ranked: bool = False
) -> dict[int, Standing]:
    """Person id → how their tie stands on the owner's day `today`; who has none is not there.

    `ranked`: with their strength, for which every tie is read.
    """
    wanted, day = set(people), (today - _EPOCH).days
    mine = ties.c.owner_id == owner_id
    both = (ties.c.last_out.isnot(None), ties.c.last_in.isnot(None))
    with db.reading() as conn:
        around = spreads.usual(conn, owner_id, day) or usual(
            conn.execute(select(ties.c.median_gap).where(mine, ties.c.gaps > 0, *both)).scalars().all()
        )
        chosen = select(*TIE, ties.c.person_id, ties.c.steps).where(among(conn, ties.c.person_id, wanted))
        asked = conn.execute(chosen).all()
        others = conn.execute(select(*TIE, ties.c.person_id).where(mine)).all() if ranked else ()
    ranks = strength.strengths({row[-1]: tie_of(row) for row in others}, day)
    return {row[-2]: _standing(tie_of(row, row[-1]), around, day, ranks.get(row[-2])) for row in asked}


def words_of(conn: Connection, owner_id: int, day: int) -> dict[int, str]:
    """Person id → the word on their tie on the owner's `day` (numbered from 1 January 1970), where there is a tie."""
    found = _all_ties(conn, owner_id)
    around = usual(one.median_gap for one in found.values() if one.gaps)
    return {person: strength.word(one, around, day) for person, one in found.items()}


def closeness(conn: Connection, owner_id: int, day: int) -> dict[int, float]:
    """Person id → strength, 0 to 100 among the owner's ties, where there is a tie."""
    return {one: found.strength for one, found in strength.strengths(_all_ties(conn, owner_id), day).items()}


def silences(conn: Connection, owner_id: int, day: int) -> dict[int, float]:
    """Person id → how many times its usual length the silence has lasted, where there is a tie."""
    found = _all_ties(conn, owner_id)
    around = usual(one.median_gap for one in found.values() if one.gaps)
    return {person: unusual(one, around, day) for person, one in found.items()}


def _all_ties(conn: Connection, owner_id: int) -> dict[int, Tie]:
    """Person id → the tie, of everybody with whom both sides have acted."""
    mine = (ties.c.owner_id == owner_id, ties.c.last_out.isnot(None), ties.c.last_in.isnot(None))
    return {row[-1]: tie_of(row) for row in conn.execute(select(*TIE, ties.c.person_id).where(*mine)).all()}


def _standing(one: Tie, around: float, day: int, rank: Strength | None) -> Standing:
    reached = {name: at for name, at in zip(STEPS, one.steps, strict=False) if at is not None}
    return Standing(
        word=strength.word(one, around, day),
        cadence=cadence(one, around) if one.gaps else None,
        silence=day - one.last_day if one.last_day is not None else None,
        strength=rank.strength if rank else None,
        momentum=rank.momentum if rank else None,
        depth=rank.depth if rank else None,
        steps={name: date.fromordinal(_EPOCH.toordinal() + at) for name, at in reached.items()},
        gaps=one.gaps,
    )
