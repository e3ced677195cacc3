"""Mails and meetings of several people, by the persons in them: what tells who knows whom."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.circles.weave import MAIL_MAX, Act
from interactions.schema import interactions, participants, person_addresses


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
    person = func.coalesce(person_addresses.c.person_id, participants.c.address_id)
    rows = conn.execute(
        select(
            interactions.c.id, interactions.c.at, interactions.c.kind, interactions.c.key, interactions.c.title, person,
            participants.c.role,
        )
        .join(small, small.c.interaction_id == interactions.c.id)
        .join(participants, participants.c.interaction_id == interactions.c.id)
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .where(interactions.c.owner_id == owner_id)
        .order_by(interactions.c.id)
    )  # fmt: skip
    head: tuple[int, int, str, str, str] | None = None
    people: dict[int, str] = {}
    for id, at, kind, key, title, who, role in rows:
        if head is None or id != head[0]:
            if head is not None:
                yield _told(head, people)
            head, people = (id, at, kind, key, title), {}
        if people.get(who) != "from":
            people[who] = role
    if head is not None:
        yield _told(head, people)


def _told(head: tuple[int, int, str, str, str], people: dict[int, str]) -> Told:
    id, at, kind, key, title = head
    return Told(Act(id, at, kind, people), title, key.partition("|")[0] if key.startswith("e") else "")
