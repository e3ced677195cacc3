"""Open alerts: what has been wrong long enough that somebody must hear of it, once."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, delete, select, update

from interactions.schema import alerts, streams
from interactions.store.database import Database, insert, now


class Alert(Struct, frozen=True):
    """One thing that is wrong; holds no name, address or subject."""

    #: failing, stopped, disk, week
    kind: str
    #: "stream 3", "disk", "week 1"
    subject: str
    sentence: str


def failing(db: Database, for_seconds: float) -> list[Alert]:
    """Streams that have failed for that long, and those that cannot go on without their owner."""
    with db.reading() as conn:
        clock = now(conn)
        rows = conn.execute(
            select(streams.c.id, streams.c.name, streams.c.state, streams.c.since)
            .where(streams.c.failures > 0)
            .order_by(streams.c.id)
        ).all()
    found = []
    for row in rows:
        if row.state == "stopped":
            found.append(
                Alert("stopped", f"stream {row.id}", f"{row.name} has stopped and needs you. Run: kith status")
            )
        elif row.since <= clock - for_seconds:
            found.append(
                Alert("failing", f"stream {row.id}", f"{row.name} has been failing for a long time. Run: kith status")
            )
    return found


def replace(db: Database, wrong: list[Alert]) -> list[Alert]:
    """Make `wrong` the open alerts; those that are new, and have to be told, come back."""

    def change(conn: Connection) -> list[Alert]:
        clock = int(now(conn))
        open_now = {(row.kind, row.subject) for row in conn.execute(select(alerts.c.kind, alerts.c.subject))}
        for kind, subject in open_now - {(one.kind, one.subject) for one in wrong}:
            conn.execute(delete(alerts).where(alerts.c.kind == kind, alerts.c.subject == subject))
        fresh = [one for one in wrong if (one.kind, one.subject) not in open_now]
        rows = [(one.kind, one.subject, clock, one.sentence) for one in fresh]
        insert(conn, alerts, ("kind", "subject", "since", "sentence"), rows)
        untold = conn.execute(
            select(alerts.c.kind, alerts.c.subject, alerts.c.sentence).where(alerts.c.told_at.is_(None))
        )
        return [Alert(row.kind, row.subject, row.sentence) for row in untold]

    return db.write(change)


def told(db: Database, one: Alert) -> None:
    """This alert reached somebody."""

    def change(conn: Connection) -> None:
        chosen = update(alerts).where(alerts.c.kind == one.kind, alerts.c.subject == one.subject)
        conn.execute(chosen.values(told_at=int(now(conn))))

    db.write(change)


def open_alerts(db: Database) -> list[Alert]:
    """What is wrong now."""
    with db.reading() as conn:
        rows = conn.execute(select(alerts).order_by(alerts.c.since, alerts.c.kind, alerts.c.subject))
        return [Alert(row.kind, row.subject, row.sentence) for row in rows]
