"""How ties stand: a word and a rhythm for people, numbers for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from sqlalchemy import select

from interactions.schema import ties
from interactions.store.database import Database, among
from interactions.store.ties import TIE, tie_of
from interactions.ties import strength
from interactions.ties.cadence import cadence, usual

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
    #: 0 to 100 among the owner's ties; None where both have not acted yet.
    strength: float | None
    momentum: float | None
    depth: float | None
    #: Step → the day it was reached, of those that were.
    steps: dict[str, date]


def standings(db: Database, owner_id: int, people: Iterable[int], today: date) -> dict[int, Standing]:
    """Person id → how their tie stands on the owner's day `today`; who has none is not there."""
    wanted = set(people)
    with db.reading() as conn:
        rows = conn.execute(select(*TIE, ties.c.person_id).where(ties.c.owner_id == owner_id)).all()
        told = select(ties.c.person_id, ties.c.steps).where(among(conn, ties.c.person_id, wanted))
        steps = {row[0]: row[1] for row in conn.execute(told)}
    known = {row[-1]: tie_of(row, steps.get(row[-1], "[]")) for row in rows}
    day = (today - _EPOCH).days
    around = usual(one for one in known.values() if one.gated())
    ranked = strength.strengths(known, day)
    found = {}
    for person in wanted & known.keys():
        one, rank = known[person], ranked.get(person)
        reached = {name: at for name, at in zip(STEPS, one.steps, strict=False) if at is not None}
        found[person] = Standing(
            word=strength.word(one, around, day),
            cadence=cadence(one, around) if one.gaps else None,
            silence=day - one.last_day if one.last_day is not None else None,
            strength=rank.strength if rank else None,
            momentum=rank.momentum if rank else None,
            depth=rank.depth if rank else None,
            steps={name: date.fromordinal(_EPOCH.toordinal() + at) for name, at in reached.items()},
        )
    return found
