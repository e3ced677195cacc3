"""Whom to be in touch with: this week's proposals with names, reasons and what Kith can see at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, case, exists, select

from interactions.queries.codes import codes
from interactions.queries.names import Who, members_of, whos
from interactions.schema import addresses, interactions, ties
from interactions.store import tending
from interactions.store.database import Database, among
from interactions.store.tending import Proposed
from interactions.ties.tending import Standing


class Tended(Struct, frozen=True):
    """One person proposed."""

    #: By which they are answered.
    code: str
    who: Who
    #: All their canonical addresses.
    addresses: tuple[str, ...]
    #: "silent", or "new": answered once and not picked up.
    why: str
    standing: Standing
    work: bool
    #: In touch since it was proposed.
    done: bool = False


class Coverage(Struct, frozen=True):
    """Since when Kith sees anything, by kind; seconds since 1970 UTC."""

    mail: int | None
    meetings: int | None


class Tending(Struct, frozen=True):
    """The answer of `kith tend`."""

    #: The Monday of the week, an ISO date.
    week: str
    people: tuple[Tended, ...]
    #: Everybody who could be proposed, beside those.
    others: int
    first_look: bool
    resting: int
    snoozed: int
    coverage: Coverage


def tend(
    db: Database, owner_id: int, today: date, *, dormant: bool = False, limit: int = 20, keep: bool = True
) -> Tending:
    """This week's people; at the first look, and of the `dormant`, at most `limit`, the worthiest first.

    Without `keep` they are merely looked at: nobody counts as proposed for it.
    """
    week = tending.week(db, owner_id, today, dormant=dormant, keep=keep)
    several = week.first_look or dormant
    shown = [Proposed(one, 0, False) for one in week.others[:limit]] if several else week.proposed
    with db.reading() as conn:
        people = _named(conn, shown)
        return Tending(
            week.monday, tuple(people), len(week.others) - len(shown) * several, week.first_look, week.resting,
            week.snoozed, coverage(conn, owner_id),
        )  # fmt: skip


def coverage(conn: Connection, owner_id: int) -> Coverage:
    """Since when there is mail, and since when there are meetings."""

    def first(told: ColumnElement[int], *kinds: str) -> ColumnElement[int]:
        # In the order of an index, until the first: of a kind that is not there, a tie tells.
        mine = (interactions.c.owner_id == owner_id, interactions.c.kind.in_(kinds))
        at = select(interactions.c.at).where(*mine).order_by(interactions.c.at).limit(1).scalar_subquery()
        return case((exists().where(ties.c.owner_id == owner_id, told > 0), at), else_=None)

    mail, met = first(ties.c.emails, "email"), first(ties.c.meetings + ties.c.calls, "meeting", "call")
    return Coverage(*conn.execute(select(mail, met)).one())


def _named(conn: Connection, shown: Iterable[Proposed]) -> list[Tended]:
    people = list(shown)
    members = members_of(conn, [one.proposal.person_id for one in people])
    every = [number for group in members.values() for number in group]
    known = whos(conn, every)
    spelled = {
        row[0]: row[1]
        for row in conn.execute(select(addresses.c.id, addresses.c.canonical).where(among(conn, addresses.c.id, every)))
    }
    work = tending.at_work(conn, [one.proposal.person_id for one in people])
    named_so = codes(spelled[one.proposal.person_id] for one in people)
    return [
        Tended(
            named_so[spelled[one.proposal.person_id]],
            known[one.proposal.person_id],
            tuple(spelled[number] for number in members[one.proposal.person_id]),
            one.proposal.why,
            one.proposal.standing,
            one.proposal.person_id in work,
            one.done,
        )
        for one in people
    ]
