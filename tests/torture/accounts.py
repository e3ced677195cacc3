"""What the tortures of connected accounts share: looking again, working again, and comparing what is there."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, func, select, update

from interactions.schema import backlog, streams
from interactions.store import claims, recount
from interactions.store.database import Database
from tests.torture.harness import Crew, read_again


def look_now(db: Database) -> None:
    """It is time to look for something new, everywhere."""

    def change(conn: Connection) -> None:
        conn.execute(update(streams).where(streams.c.state != "stopped").values(due_at=0))
        conn.execute(update(streams).where(streams.c.state == "stopped", streams.c.failures > 0).values(due_at=0))
        conn.execute(update(backlog).values(next_at=None))

    # Workers touch several of these rows at once, in an order of their own.
    db.write(change)


def work_again(db: Database) -> None:
    """There is always something to die at: what is read and judged is so once more, over what is there."""
    with db.reading() as conn:
        left = conn.execute(select(func.count()).select_from(backlog).where(backlog.c.lane == "wanted")).scalar_one()
    if not left and claims.owed_left(db)[0] == 0:
        db.write(lambda conn: recount.owe_all(conn, 1))
        read_again(db)
    look_now(db)


def without_gone(found: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """What is gone at Google was seen by one and never by the other."""
    rows = [row for row in found["items"] if row[4] != "gone"]
    return {**found, "items": rows}


def finish(db: Database, crew: Crew, unfinished: Callable[[], str], seconds: float) -> None:
    """Wait until nothing is unfinished, looking again and again."""
    ends = time.monotonic() + seconds
    looked, rounds, left = 0.0, 0, ""
    while True:
        crew.replace_dead(kill=False)
        if time.monotonic() - looked > 3:
            left = unfinished()
            if not left and rounds > 1:
                return
            look_now(db)
            looked, rounds = time.monotonic(), rounds + 1
        assert time.monotonic() < ends, left
        time.sleep(0.1)
