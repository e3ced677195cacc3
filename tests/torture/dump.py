"""The log as plain values without surrogate ids: two databases with the same log dump the same."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select

from interactions.schema import (
    addresses,
    facts,
    interactions,
    items,
    participants,
    person_addresses,
    sources,
    streams,
    suggestions,
    verdicts,
)
from interactions.schema import ties as tie_rows
from interactions.store import identity, ties
from interactions.store.database import Database
from interactions.ties.sums import Sums

_COUNTED = (
    "days_out", "days_in", "days_met", "first_day", "last_day", "last_out", "last_in", "days", "gaps", "median_gap",
    "fifth_out", "fifth_in", "steps", "next_at",
)  # fmt: skip

#: What is compared, without ids that depend on the order of arrival.
_QUERIES = {
    "items": select(
        streams.c.name,
        items.c.external_id,
        items.c.kind,
        items.c.digest,
        items.c.state,
        items.c.rule,
        items.c.sent,
        items.c.counts,
        verdicts.c.body,
    )
    .join(streams, streams.c.id == items.c.stream_id)
    .outerjoin(verdicts, verdicts.c.item_id == items.c.id),
    "interactions": select(
        interactions.c.key,
        interactions.c.kind,
        interactions.c.direction,
        interactions.c.at,
        interactions.c.ends_at,
        interactions.c.all_day,
        interactions.c.title,
        interactions.c.rule,
        interactions.c.evidence,
    ),
    "participants": select(
        interactions.c.key,
        addresses.c.canonical,
        participants.c.role,
        participants.c.name,
        participants.c.at,
        participants.c.direction,
        participants.c.weight,
    )
    .join(interactions, interactions.c.id == participants.c.interaction_id)
    .join(addresses, addresses.c.id == participants.c.address_id),
    "sources": select(interactions.c.key, streams.c.name, items.c.external_id)
    .select_from(sources)
    .join(interactions, interactions.c.id == sources.c.interaction_id)
    .join(items, items.c.id == sources.c.item_id)
    .join(streams, streams.c.id == items.c.stream_id),
    "suggestions": select(suggestions.c.kind, suggestions.c.target, suggestions.c.chance, suggestions.c.evidence),
    "facts": select(addresses.c.canonical, facts.c.own, facts.c.sent_to, facts.c.answered, facts.c.in_book).join(
        addresses, addresses.c.id == facts.c.address_id
    ),
}


def dump(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the log at rest, row for row, sorted."""
    while identity.is_due(db):
        identity.settle(db)
        time.sleep(0.01)
    ties.settle(db)
    with db.reading() as conn:
        found = {name: sorted(map(_plain, conn.execute(query).all()), key=repr) for name, query in _QUERIES.items()}
        clustered = conn.execute(
            select(person_addresses.c.person_id, addresses.c.canonical).join(
                addresses, addresses.c.id == person_addresses.c.address_id
            )
        ).all()
    people: dict[int, set[str]] = {}
    for person_id, canonical in clustered:
        people.setdefault(person_id, set()).add(canonical)
    found["ties"] = _ties(db, people)
    found["people"] = sorted((tuple(sorted(group)) for group in people.values()), key=repr)
    return found


def _ties(db: Database, people: dict[int, set[str]]) -> list[tuple[Any, ...]]:
    """Every tie that anything is known of, as it is felt on one fixed day whenever it was counted."""
    with db.reading() as conn:
        rows = (
            conn.execute(
                select(addresses.c.canonical, tie_rows).join(addresses, addresses.c.id == tie_rows.c.person_id)
            )
            .mappings()
            .all()
        )
    found = []
    for row in rows:
        sums = Sums(row["day"], tuple(value for name, value in row.items() if name.startswith("sum_"))).on(20_000)
        rest = tuple(row[name] for name in _COUNTED)
        who = tuple(sorted(people.get(row["person_id"], {row["canonical"]})))
        found.append((who, *rest, *(f"{value:.9g}" for value in sums.values)))
    return sorted(found, key=repr)


def _plain(row: Any) -> tuple[Any, ...]:
    return tuple(bool(value) if isinstance(value, bool) else value for value in row)
