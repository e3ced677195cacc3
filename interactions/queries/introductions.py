"""Introductions made and received, with what came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.queries.names import Who, members_of, organisations_of, whos
from interactions.schema import interactions, participants, person_addresses
from interactions.store.acts import gathered
from interactions.store.database import Database
from interactions.ties.introductions import OWNER, Act, Introduction, introductions, may_say_so

#: A mail or meeting of more people brings nobody together.
_PEOPLE_MAX = 12


class Introduced(Struct, frozen=True):
    """One introduction with names; None stands for the owner."""

    by: Who | None
    whom: tuple[Who | None, Who | None]
    #: Seconds since 1970 UTC.
    at: int
    #: possible or confirmed
    state: str
    evidence: tuple[str, ...]
    #: The interaction that did it, and the first that took it up.
    interaction: int
    taken_up: int | None
    #: Days on which the two were in touch or seen together since.
    days_since: int


def introduced(db: Database, owner_id: int, now: int) -> list[Introduced]:
    """All of them up to `now` (seconds since 1970 UTC), the latest first."""
    with db.reading() as conn:
        acts = list(_acts(conn, owner_id, now))
        told = {person for act in acts if may_say_so(act.title) for person in act.people}
        names = {person: who.name for person, who in whos(conn, told).items()}
        found = introductions(acts, organisations_of(conn, {person for act in acts for person in act.people}), names)
        wanted = {person for one in found for person in (one.by, *one.whom) if person != OWNER}
        members = members_of(conn, wanted)
        known = whos(conn, [group[0] for group in members.values()])
    by_person = {person: known[members[person][0]] for person in wanted}
    since = _since(acts, found)
    return [_named(one, by_person, days) for one, days in sorted(zip(found, since, strict=True), key=_latest)]


def _latest(one: tuple[Introduction, int]) -> tuple[int, int]:
    return -one[0].at, one[0].act


def _named(one: Introduction, known: dict[int, Who], days: int) -> Introduced:
    first, second = (known.get(person) for person in one.whom)
    return Introduced(known.get(one.by), (first, second), one.at, one.state, one.evidence, one.act, one.taken_up, days)


def _since(acts: Iterable[Act], found: Sequence[Introduction]) -> list[int]:
    """On how many later days each two were in touch, as far as the owner sees."""
    second = {one.whom[1] for one in found}
    of: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        for person in second.intersection(act.people):
            of[person].append(act)
    return [
        len({
            act.at // 86_400
            for act in of[one.whom[1]]
            if act.at > one.at and (one.whom[0] == OWNER or one.whom[0] in act.people)
            and (one.whom[0] != OWNER or act.direction != "in" or act.people[one.whom[1]] == "from")
        })
        for one in found
    ]  # fmt: skip


def _acts(conn: Connection, owner_id: int, now: int) -> Iterable[Act]:
    """Everything small enough, by the persons in it."""
    small = (
        select(participants.c.interaction_id)
        .join(interactions, interactions.c.id == participants.c.interaction_id)
        .where(interactions.c.owner_id == owner_id, interactions.c.at <= now)
        .group_by(participants.c.interaction_id)
        .having(func.count() <= _PEOPLE_MAX)
        .subquery()
    )
    person = func.coalesce(person_addresses.c.person_id, participants.c.address_id)
    rows = conn.execute(
        select(
            interactions.c.id, interactions.c.at, interactions.c.kind, interactions.c.direction, interactions.c.title,
            interactions.c.evidence, person, participants.c.role,
        )
        .join(small, small.c.interaction_id == interactions.c.id)
        .join(participants, participants.c.interaction_id == interactions.c.id)
        .outerjoin(person_addresses, person_addresses.c.address_id == participants.c.address_id)
        .order_by(interactions.c.id)
    )  # fmt: skip
    for head, people in gathered(rows):
        yield _act(head, people)


def _act(told: tuple[Any, ...], people: dict[int, str]) -> Act:
    number, at, kind, direction, title, evidence = told
    in_copy = kind == "email" and msgspec.json.decode(evidence).get("to") == "you in copy"
    return Act(number, at, kind, direction, title, people, in_copy)
