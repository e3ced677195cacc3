"""Mails and meetings of several people, by the persons in them: what tells who knows whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Subquery, func, select

from interactions.circles.weave import MAIL_MAX, Act
from interactions.schema import interactions, participants, person_addresses
from interactions.store.database import among


class Told(Struct, frozen=True):
    """An act with what its group may be known by."""

    act: Act
    title: str
    #: Of a calendar's series, the same for every occurrence; "" for anything else.
    series: str


def shared(conn: Connection, owner_id: int, now: int) -> Iterator[Told]:
    """Everything up to `now` that at least two others have a part in, and not too many, by rising id."""
    small = (
        select(participants.c.interaction_id)
        .where(participants.c.at <= now)
        .group_by(participants.c.interaction_id)
        .having(func.count().between(2, MAIL_MAX + 1))
        .subquery()
    )
    return _told(conn, small, owner_id)


def among_those(conn: Connection, owner_id: int, ids: Collection[int]) -> Iterator[Told]:
    """The same of these interactions, however many are in them."""
    return _told(
        conn,
        select(interactions.c.id.label("interaction_id")).where(among(conn, interactions.c.id, ids)).subquery(),
        owner_id,
    )


def gathered(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[tuple[Any, ...], dict[int, str]]]:
    """Rows of (id, …, person, role), those of one id behind each other → (id, …) and its people; who wrote, wrote."""
    head: tuple[Any, ...] | None = None
    people: dict[int, str] = {}
    for *there, who, role in rows:
        if head is None or there[0] != head[0]:
            if head is not None:
                yield head, people
            head, people = tuple(there), {}
        if people.get(who) != "from":
            people[who] = role
    if head is not None:
        yield head, people


def _told(conn: Connection, chosen: Subquery, owner_id: int) -> Iterator[Told]:
    person = func.coalesce(person_addresses.c.person_id, participants.c.address_id)
    rows = conn.execute(
        select(
            interactions.c.id, interactions.c.at, interactions.c.kind, interactions.c.key, interactions.c.title, person,
            participants.c.role,
        )
        .join(chosen, chosen.c.interaction_id == interactions.c.id)
        .join(participants, participants.c.interaction_id == interactions.c.id)
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .where(interactions.c.owner_id == owner_id)
        .order_by(interactions.c.id)
    )  # fmt: skip
    # By the thousand: one by one, each row is asked for by itself.
    for (id, at, kind, key, title), people in gathered(chain.from_iterable(rows.partitions(5_000))):
        yield Told(Act(id, at, kind, people), title, key.partition("|")[0] if key.startswith("e") else "")
