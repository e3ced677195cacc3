"""Everybody the owner has a tie with, at as much of a glance as ways and offers need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select

from interactions.schema import addresses, ties
from interactions.store.database import among
from interactions.store.ties import TIE, tie_of
from interactions.ties.spread import Sums
from interactions.ties.tie import Tie


class Tied(Struct, frozen=True):
    """One tie; days are numbered from 1 January 1970 UTC."""

    person_id: int
    canonical: str
    sums: Sums
    last_out: int
    last_in: int


def tied(conn: Connection, owner_id: int) -> dict[int, Tied]:
    """Person id → the tie, of everybody with whom both sides acted; no office, no program."""
    rows = conn.execute(
        select(
            ties.c.person_id, addresses.c.canonical, *TIE[:7], ties.c.median_gap, ties.c.last_out, ties.c.last_in,
        )
        .join(addresses, addresses.c.id == ties.c.person_id)
        .where(*_both_ways(owner_id), ~addresses.c.role)
    ).all()  # fmt: skip
    return {row[0]: Tied(row[0], row[1], (row[0], *row[2:10]), row[10], row[11]) for row in rows}


def sums(conn: Connection, owner_id: int) -> Sequence[Sums]:
    """Of the same people, what their rank and the usual gap are told from."""
    chosen = select(ties.c.person_id, *TIE[:7], ties.c.median_gap).where(*_both_ways(owner_id))
    rows: Sequence[Any] = conn.execute(chosen).all()
    offices = _offices(conn, owner_id)
    return [row for row in rows if row[0] not in offices] if offices else rows


def of_people(conn: Connection, owner_id: int, people: Iterable[int]) -> dict[int, Tie]:
    """Person id → the whole tie, of those of these with whom both sides acted; no office, no program."""
    chosen = select(*TIE, ties.c.person_id).where(*_both_ways(owner_id), among(conn, ties.c.person_id, people))
    offices = _offices(conn, owner_id)
    return {row[-1]: tie_of(row) for row in conn.execute(chosen).all() if row[-1] not in offices}


def _offices(conn: Connection, owner_id: int) -> set[int]:
    # Few: left out by these, nobody else need be looked up.
    role = select(addresses.c.id).where(addresses.c.owner_id == owner_id, addresses.c.role)
    return set(conn.execute(role).scalars())


def _both_ways(owner_id: int) -> tuple[ColumnElement[bool], ...]:
    return ties.c.owner_id == owner_id, ties.c.last_out.isnot(None), ties.c.last_in.isnot(None)
