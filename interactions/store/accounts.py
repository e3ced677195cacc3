"""Owners, their addresses, accounts and streams: registered by commands, pulled by workers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import Connection, func, or_, select, update

from interactions.address import canonical
from interactions.errors import UsageProblem
from interactions.schema import accounts, addresses, facts, items, owners, streams
from interactions.store import leases
from interactions.store.database import Database, insert, now
from interactions.store.facts import owe_where, own_addresses

#: The owner made on first use when no name was chosen.
FIRST_OWNER = "me"


class StreamDue(Struct, frozen=True):
    """A stream that waits to be pulled."""

    stream_id: int
    name: str


def owner(db: Database, name: str = "") -> int:
    """Id of the owner called `name`; "" is the only one, made on first use. Raises UsageProblem when unclear."""

    def change(conn: Connection) -> int:
        found = {row.name: row.id for row in conn.execute(select(owners.c.id, owners.c.name))}
        if name in found:
            return int(found[name])
        if not name and len(found) == 1:
            return int(next(iter(found.values())))
        if not name and found:
            raise UsageProblem(f"There are several owners ({', '.join(sorted(found))}). Choose one with --owner.")
        today = datetime.fromtimestamp(now(conn), UTC).date().isoformat()
        insert(conn, owners, ("name", "horizon"), [(name or FIRST_OWNER, today)])
        return int(conn.execute(select(owners.c.id).where(owners.c.name == (name or FIRST_OWNER))).scalar_one())

    return db.write(change)


def find_owner(db: Database, name: str = "") -> int | None:
    """Like `owner`, without making one: None when there is none yet."""
    with db.reading() as conn:
        found = {row.name: row.id for row in conn.execute(select(owners.c.id, owners.c.name))}
    if name in found or (not name and len(found) == 1):
        return int(found[name] if name in found else next(iter(found.values())))
    if name and found:
        raise UsageProblem(f"There is no owner {name!r}. There is: {', '.join(sorted(found))}.")
    if len(found) > 1:
        raise UsageProblem(f"There are several owners ({', '.join(sorted(found))}). Choose one with --owner.")
    return None


def owner_ids(db: Database) -> list[int]:
    """Everybody who has a log here."""
    with db.reading() as conn:
        return list(conn.execute(select(owners.c.id).order_by(owners.c.id)).scalars())


def own(db: Database, owner_id: int) -> frozenset[str]:
    """Canonical addresses of the owner."""
    with db.reading() as conn:
        return own_addresses(conn, owner_id)


def add_own(db: Database, owner_id: int, added: Iterable[str]) -> frozenset[str]:
    """Take addresses for the owner's that are not theirs by their own word alone; what is stored is judged again.

    Returns the canonical addresses that are new.
    """
    # What rests on it takes the rules, which a question does not need.
    from interactions.store import own as own_store

    wanted = {canonical(address) for address in added}

    def change(conn: Connection) -> frozenset[str]:
        return own_store.declare(conn, owner_id, dict.fromkeys(wanted - own_store.denied(conn, owner_id), True))

    return db.write(change)


#: A From address of so many mails with the provider's own mark of having been sent is the owner's.
_ALIAS_MAILS = 3


def learn_own(db: Database, owner_id: int, stream_id: int) -> frozenset[str]:
    """Take the addresses for the owner's that they send from, as a connected mailbox shows; those that are new.

    Counted over all that is stored, so that the order of arrival does not matter.
    """
    with db.reading() as conn:
        from_them = (
            select(addresses.c.canonical)
            .join(items, items.c.sender_id == addresses.c.id)
            .outerjoin(facts, facts.c.address_id == addresses.c.id)
            .where(items.c.stream_id == stream_id, items.c.sent, func.coalesce(facts.c.own, False).is_(False))
            .group_by(addresses.c.canonical)
            .having(func.count() >= _ALIAS_MAILS)
        )
        found = set(conn.execute(from_them).scalars())
    return add_own(db, owner_id, found) if found else frozenset()


def quiet_for(db: Database, stream_id: int) -> float:
    """Seconds since something new came of this stream."""
    with db.reading() as conn:
        changed = conn.execute(select(streams.c.changed_at).where(streams.c.id == stream_id)).scalar()
        return max(0.0, now(conn) - changed) if changed is not None else 0.0


def register(
    db: Database, owner_id: int, provider: str, subject: str, label: str, names: Sequence[str], since: int | None
) -> list[int]:
    """Register an account with its streams, due now; registering it again makes its streams due. Stream ids."""

    def change(conn: Connection) -> list[int]:
        clock = now(conn)
        end = "ON CONFLICT (owner_id, provider, subject) DO UPDATE SET label = excluded.label, since = excluded.since"
        columns = ("owner_id", "provider", "subject", "label", "since", "connected_at")
        insert(conn, accounts, columns, [(owner_id, provider, subject, label, since, int(clock))], end)
        account_id = conn.execute(
            select(accounts.c.id).where(
                accounts.c.owner_id == owner_id, accounts.c.provider == provider, accounts.c.subject == subject
            )
        ).scalar_one()
        rows = [(account_id, name, clock, int(clock)) for name in names]
        end = "ON CONFLICT (account_id, name) DO UPDATE SET due_at = excluded.due_at, rung_at = NULL"
        insert(conn, streams, ("account_id", "name", "due_at", "since"), rows, end)
        chosen = select(streams.c.id).where(streams.c.account_id == account_id, streams.c.name.in_(names))
        return list(conn.execute(chosen.order_by(streams.c.id)).scalars())

    return db.write(change)


def since_changed(db: Database, stream_ids: Sequence[int]) -> None:
    """What may be stored has changed: these streams list everything again."""

    db.write(lambda conn: leases.read_again(conn, stream_ids))


def due(db: Database, again_after: float) -> list[StreamDue]:
    """Streams that are due, free, and not rung lately; marked as rung now."""

    def change(conn: Connection) -> list[StreamDue]:
        clock = now(conn)
        found = conn.execute(
            select(streams.c.id, streams.c.name)
            .join(accounts, accounts.c.id == streams.c.account_id)
            .where(
                streams.c.due_at <= clock,
                or_(streams.c.lease_until.is_(None), streams.c.lease_until < clock),
                or_(streams.c.rung_at.is_(None), streams.c.rung_at < clock - again_after),
                ~accounts.c.paused,
            )
            .order_by(streams.c.due_at, streams.c.id)
        ).all()
        if found:
            rung = update(streams).where(streams.c.id.in_([row.id for row in found]))
            conn.execute(rung.values(rung_at=clock))
        return [StreamDue(row.id, row.name) for row in found]

    if not _anything_due(db, again_after):
        return []
    return db.write(change)


def _anything_due(db: Database, again_after: float) -> bool:
    with db.reading() as conn:
        clock = now(conn)
        return (
            conn.execute(
                select(func.count())
                .select_from(streams)
                .join(accounts, accounts.c.id == streams.c.account_id)
                .where(
                    ~accounts.c.paused,
                    streams.c.due_at <= clock,
                    or_(streams.c.lease_until.is_(None), streams.c.lease_until < clock),
                    or_(streams.c.rung_at.is_(None), streams.c.rung_at < clock - again_after),
                )
            ).scalar_one()
            > 0
        )


def move_horizons(db: Database) -> int:
    """Move every owner's horizon to today and owe the series that recur; returns for how many owners."""

    def change(conn: Connection) -> int:
        today = datetime.fromtimestamp(now(conn), UTC).date().isoformat()
        stale = list(conn.execute(select(owners.c.id).where(owners.c.horizon < today)).scalars())
        if not stale:
            return 0
        conn.execute(update(owners).where(owners.c.id.in_(stale)).values(horizon=today))
        owe_where(conn, items.c.owner_id.in_(stale) & items.c.recurs)
        return len(stale)

    return db.write(change)


def labels(db: Database, owner_id: int) -> list[tuple[int, str, str]]:
    """(account id, provider, label) of the owner's accounts."""
    with db.reading() as conn:
        rows = conn.execute(
            select(accounts.c.id, accounts.c.provider, accounts.c.label)
            .where(accounts.c.owner_id == owner_id)
            .order_by(accounts.c.id)
        )
        return [(row[0], row[1], row[2]) for row in rows]


def hold(conn: Connection, owner_id: int) -> None:
    """Let whoever else counts for this owner wait until the transaction is over."""
    conn.execute(select(owners.c.id).where(owners.c.id == owner_id).with_for_update())
