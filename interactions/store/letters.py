"""Which letters of the week were delivered, by way: kept in `meta` as "week:OWNER:WAY", so that none comes twice."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from interactions.schema import meta
from interactions.store.database import Database, insert, now

#: Seconds until a letter that could not be delivered is tried again: the first time, and at most.
_RETRY, _RETRY_MAX = 300.0, 6 * 3_600.0


class Delivery(Struct, frozen=True):
    """How it stands with one owner's letters on one way."""

    #: The Sunday of the letter that was delivered last, an ISO date; "" before the first.
    delivered: str = ""
    #: Seconds since 1970, by the database: until then somebody is at it, or it rests after a failure.
    not_before: float = 0.0
    failures: int = 0
    #: Why the last try failed, a few words without names.
    reason: str = ""


_delivery = msgspec.json.Decoder(Delivery)


def delivery(db: Database, owner_id: int, way: str) -> Delivery:
    """How it stands; `way` is file or mail."""
    with db.reading() as conn:
        return _read(conn, owner_id, way)


def claim(db: Database, owner_id: int, way: str, sunday: str, seconds: float) -> bool:
    """Take the letter of `sunday` (an ISO date) for so long; whether it is owed and nobody else has it."""

    def change(conn: Connection) -> bool:
        found, clock = _locked(conn, owner_id, way), now(conn)
        if found.delivered >= sunday or found.not_before > clock:
            return False
        _write(conn, owner_id, way, msgspec.structs.replace(found, not_before=clock + seconds))
        return True

    return db.write(change)


def delivered(db: Database, owner_id: int, way: str, sunday: str) -> None:
    """The letter of `sunday` arrived."""

    def change(conn: Connection) -> None:
        found = _locked(conn, owner_id, way)
        _write(conn, owner_id, way, Delivery(max(sunday, found.delivered)))

    db.write(change)


def failed(db: Database, owner_id: int, way: str, reason: str) -> None:
    """It could not be delivered: it rests, twice as long each time."""

    def change(conn: Connection) -> None:
        found, clock = _locked(conn, owner_id, way), now(conn)
        pause = min(_RETRY * 2.0 ** min(found.failures, 20), _RETRY_MAX)
        _write(conn, owner_id, way, Delivery(found.delivered, clock + pause, found.failures + 1, reason))

    db.write(change)


def _name(owner_id: int, way: str) -> str:
    return f"week:{owner_id}:{way}"


def _read(conn: Connection, owner_id: int, way: str) -> Delivery:
    value = conn.execute(select(meta.c.value).where(meta.c.name == _name(owner_id, way))).scalar()
    return _delivery.decode(value) if value else Delivery()


def _locked(conn: Connection, owner_id: int, way: str) -> Delivery:
    """The row, made when it is not there, and nobody else's until the transaction ends."""
    insert(conn, meta, ("name", "value"), [(_name(owner_id, way), "{}")], "ON CONFLICT (name) DO NOTHING")
    chosen = select(meta.c.value).where(meta.c.name == _name(owner_id, way)).with_for_update()
    return _delivery.decode(conn.execute(chosen).scalar_one())


def _write(conn: Connection, owner_id: int, way: str, found: Delivery) -> None:
    value = msgspec.json.encode(found).decode()
    conn.execute(update(meta).where(meta.c.name == _name(owner_id, way)).values(value=value))
