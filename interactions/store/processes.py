"""Heartbeats: which processes run, as the database sees it."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from interactions.schema import processes
from interactions.store.database import Database, insert, now


class Process(Struct, frozen=True):
    """One process that was alive a moment ago."""

    name: str
    #: pull, classify, all, schedule
    role: str
    pid: int
    #: Seconds since its last heartbeat.
    silent: float


def beat(db: Database, name: str, role: str, pid: int) -> None:
    """Say that this process lives."""

    def change(conn: Connection) -> None:
        clock = now(conn)
        end = "ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, role = excluded.role, pid = excluded.pid"
        insert(
            conn, processes, ("name", "role", "pid", "started_at", "seen_at"), [(name, role, pid, clock, clock)], end
        )

    db.write(change)


def leave(db: Database, name: str) -> None:
    """Say that this process ends."""
    with db.writing() as conn:
        conn.execute(delete(processes).where(processes.c.name == name))


def bury(db: Database, silent_for: float) -> None:
    """Forget processes that have been silent for `silent_for` seconds."""

    def change(conn: Connection) -> None:
        conn.execute(delete(processes).where(processes.c.seen_at < now(conn) - silent_for))

    db.write(change)


def living(db: Database, silent_for: float) -> list[Process]:
    """Processes heard of within the last `silent_for` seconds."""
    with db.reading() as conn:
        clock = now(conn)
        rows = conn.execute(
            select(processes).where(processes.c.seen_at >= clock - silent_for).order_by(processes.c.name)
        )
        return [Process(row.name, row.role, row.pid, max(0.0, clock - row.seen_at)) for row in rows]
