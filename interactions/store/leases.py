"""Who may pull a stream now: leases with a fence, by the database's clock."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, Select, or_, select, update

from interactions.errors import LeaseLost
from interactions.schema import accounts, containers, streams
from interactions.store.database import Database, now


class Lease(Struct, frozen=True):
    """The right to commit to one stream until it is given back, taken over, or runs out."""

    stream_id: int
    owner_id: int
    #: "file.mbox", "google.mail" …
    stream: str
    #: "archive", "google", "microsoft"
    provider: str
    #: The account's subject: an archive's path.
    subject: str
    holder: str
    fence: int
    account_id: int = 0
    #: What the owner calls the account: its address, an archive's name.
    label: str = ""
    #: Nothing older is wanted, seconds since 1970 UTC.
    since: int | None = None
    #: Bulk mail is never fetched.
    skip_bulk: bool = False


def acquire(db: Database, stream_id: int, holder: str, seconds: float) -> Lease | None:
    """Take the stream if nobody has it; None when somebody has, or it is paused or gone."""

    def change(conn: Connection) -> Lease | None:
        clock = now(conn)
        free = or_(streams.c.lease_until.is_(None), streams.c.lease_until < clock)
        taken = conn.execute(
            update(streams)
            .where(streams.c.id == stream_id, free, streams.c.account_id.notin_(_paused()))
            .values(lease_owner=holder, lease_until=clock + seconds, fence=streams.c.fence + 1, state="pulling")
        )
        if taken.rowcount != 1:
            return None
        row = conn.execute(
            select(
                streams.c.name,
                streams.c.fence,
                accounts.c.owner_id,
                accounts.c.provider,
                accounts.c.subject,
                accounts.c.id.label("account_id"),
                accounts.c.label,
                accounts.c.since,
                accounts.c.skip_bulk,
            )
            .join(accounts, accounts.c.id == streams.c.account_id)
            .where(streams.c.id == stream_id)
        ).one()
        return Lease(
            stream_id, row.owner_id, row.name, row.provider, row.subject, holder, row.fence,
            row.account_id, row.label, row.since, bool(row.skip_bulk),
        )  # fmt: skip

    return db.write(change)


def _paused() -> Select[tuple[int]]:
    return select(accounts.c.id).where(accounts.c.paused)


def renew(db: Database, lease: Lease, seconds: float) -> bool:
    """Hold the lease for longer; False when it is no longer ours."""

    def change(conn: Connection) -> bool:
        held = update(streams).where(streams.c.id == lease.stream_id, streams.c.fence == lease.fence)
        return conn.execute(held.values(lease_until=now(conn) + seconds)).rowcount == 1

    return db.write(change)


def read_again(conn: Connection, stream_ids: Sequence[int], container_ids: Sequence[int] | None = None) -> None:
    """List these containers (None: all of the streams') from their start at the next pull, which is now.

    A pull under way loses its lease: it must not save its cursor over the one that was taken away.
    """
    where = containers.c.stream_id.in_(stream_ids)
    if container_ids is not None:
        where = containers.c.id.in_(container_ids)
    conn.execute(update(containers).where(where).values(cursor=None))
    again = update(streams).where(streams.c.id.in_(stream_ids))
    conn.execute(
        again.values(
            due_at=now(conn),
            rung_at=None,
            fence=streams.c.fence + 1,
            lease_owner=None,
            lease_until=None,
            state="waiting",
        )
    )


def check(conn: Connection, lease: Lease) -> None:
    """Lock the stream's row and make sure that the lease is still ours: first statement of every commit to it.

    A lease that ran out and that nobody took is still ours: the fence alone decides. Raises LeaseLost.
    """
    held = update(streams).where(streams.c.id == lease.stream_id, streams.c.fence == lease.fence)
    if conn.execute(held.values(fence=lease.fence)).rowcount != 1:
        raise LeaseLost(f"{lease.stream}: another worker has taken this stream over.")


def release(
    db: Database, lease: Lease, *, state: str, sentence: str, due_in: float | None, failed: bool = False
) -> None:
    """Give the stream back: what became of it in a sentence, and in how many seconds it is due again (None: never)."""

    def change(conn: Connection) -> None:
        clock = now(conn)
        row = conn.execute(select(streams.c.failures).where(streams.c.id == lease.stream_id)).first()
        if row is None:
            return
        values = {
            "lease_owner": None,
            "lease_until": None,
            "due_at": None if due_in is None else clock + due_in,
            "rung_at": None,
            "state": state,
            "sentence": sentence,
            "failures": row.failures + 1 if failed else 0,
        }
        if failed != (row.failures > 0):
            values["since"] = int(clock)
        if state == "done":
            values["pulled_at"] = int(clock)
        conn.execute(
            update(streams).where(streams.c.id == lease.stream_id, streams.c.fence == lease.fence).values(values)
        )

    db.write(change)
