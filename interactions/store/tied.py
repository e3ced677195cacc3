"""Everybody the owner has a tie with, at as much of a glance as ways and offers need."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.schema import addresses, ties
from interactions.store.ties import TIE


class Tied(Struct, frozen=True):
    """One tie; days are numbered from 1 January 1970 UTC."""

    person_id: int
    canonical: str
    #: The day of the sums, and the sums (`interactions.ties.sums`).
    day: int
    sums: tuple[float, ...]
    median_gap: float | None
    last_out: int
    last_in: int


def tied(conn: Connection, owner_id: int) -> dict[int, Tied]:
    """Person id → the tie, of everybody with whom both sides acted; no office, no program."""
    rows = conn.execute(
        select(
            ties.c.person_id, addresses.c.canonical, *TIE[:7], ties.c.median_gap, ties.c.last_out, ties.c.last_in,
        )
        .join(addresses, addresses.c.id == ties.c.person_id)
        .where(ties.c.owner_id == owner_id, ties.c.last_out.isnot(None), ties.c.last_in.isnot(None), ~addresses.c.role)
    ).all()  # fmt: skip
    return {row[0]: Tied(row[0], row[1], row[2], tuple(row[3:9]), row[9], row[10], row[11]) for row in rows}
