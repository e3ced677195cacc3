"""How every stream stands: its sentence, its counts that add up, what is owed, and who is working."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from sqlalchemy import Connection, func, or_, select

from interactions.items import DEFERRED, NEVER
from interactions.queries.among import snapshot
from interactions.schema import accounts, backlog, containers, interactions, items, owners, streams
from interactions.store import processes, ties
from interactions.store.alerts import Alert, open_alerts
from interactions.store.database import Database, now
from interactions.store.processes import Process


class Counts(Struct):
    """Of items and refs: seen = kept + dropped + quarantined + gone + deferred + waiting."""

    seen: int = 0
    kept: int = 0
    #: By rule.
    dropped_by: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    gone: int = 0
    deferred: int = 0
    #: Owed, whatever they were judged before, or still to be fetched.
    waiting: int = 0

    @property
    def dropped(self) -> int:
        """Judged no interaction, by whatever rule."""
        return sum(self.dropped_by.values())

    def adds_up(self) -> bool:
        """Whether nothing is missing."""
        return self.seen == self.kept + self.dropped + self.quarantined + self.gone + self.deferred + self.waiting


class Stretch(Struct, frozen=True):
    """How far one container is read, in its own units (bytes of a file)."""

    name: str
    total: int
    done: int
    included: bool


class StreamStatus(Struct, frozen=True):
    """One stream as it stands. Instants are seconds since 1970 UTC."""

    id: int
    account_id: int
    provider: str
    #: What the owner calls the account.
    account: str
    connected_at: int
    paused: bool
    #: "file.mbox", "google.mail" …
    name: str
    #: waiting, pulling, done, failing, stopped
    state: str
    sentence: str
    #: Failing since then, or all right since then.
    since: int
    failures: int
    #: Last up to date.
    pulled_at: int | None
    #: Next try.
    due_at: float | None
    counts: Counts
    containers: tuple[Stretch, ...]


class Status(Struct, frozen=True):
    """Everything at one moment."""

    #: The database's clock.
    at: float
    streams: tuple[StreamStatus, ...]
    #: Items to be judged, and since when the oldest.
    owed: int
    owed_since: float | None
    processes: tuple[Process, ...]
    alerts: tuple[Alert, ...]
    interactions: int


class Resting(Struct, frozen=True):
    """Whether streams are at rest: cheap to ask often."""

    #: Names of streams still to be read or being read.
    busy: tuple[str, ...]
    #: Items to be judged, or addresses to be linked to people.
    owed: bool


def status(db: Database, owner_id: int, silent_for: float) -> Status:
    """The owner's streams; `silent_for` seconds without a heartbeat make a process count as dead."""
    with db.reading() as conn:
        snapshot(conn)
        clock = now(conn)
        mine = items.c.owner_id == owner_id
        owed, oldest = conn.execute(
            select(func.count(), func.min(items.c.owed_since)).where(mine, items.c.owed_since.isnot(None))
        ).one()
        there = interactions.c.owner_id == owner_id
        total = conn.execute(select(func.count()).select_from(interactions).where(there)).scalar_one()
        found = _statuses(conn, owner_id)
    alive = tuple(processes.living(db, silent_for))
    return Status(clock, found, int(owed), oldest, alive, tuple(open_alerts(db)), int(total))


def streams_of(db: Database, owner_id: int) -> tuple[StreamStatus, ...]:
    """The owner's streams alone."""
    with db.reading() as conn:
        return _statuses(snapshot(conn), owner_id)


def _statuses(conn: Connection, owner_id: int) -> tuple[StreamStatus, ...]:
    """Every stream of the owner, in the order of their accounts."""
    rows = conn.execute(
        select(streams, accounts.c.provider, accounts.c.label, accounts.c.connected_at, accounts.c.paused)
        .join(accounts, accounts.c.id == streams.c.account_id)
        .where(accounts.c.owner_id == owner_id)
        .order_by(accounts.c.id, streams.c.id)
    ).all()
    ids = [row.id for row in rows]
    counts, stretches = _counts(conn, ids), _stretches(conn, ids)
    return tuple(
        StreamStatus(
            id=row.id, account_id=row.account_id, provider=row.provider, account=row.label,
            connected_at=row.connected_at, paused=bool(row.paused), name=row.name, state=row.state,
            sentence=row.sentence, since=row.since, failures=row.failures, pulled_at=row.pulled_at,
            due_at=row.due_at, counts=counts[row.id], containers=tuple(stretches[row.id]),
        )
        for row in rows
    )  # fmt: skip


def resting(db: Database, owner_id: int, stream_ids: Sequence[int]) -> Resting:
    """Which of these streams are still to be read, and whether any item, link or tie of the owner is owed."""
    with db.reading() as conn:
        clock = now(conn)
        rows = conn.execute(
            select(streams.c.name, streams.c.state, streams.c.due_at, streams.c.lease_owner).where(
                streams.c.id.in_(stream_ids)
            )
        ).all()
        busy = tuple(row.name for row in rows if _busy(row.state, row.due_at, row.lease_owner, clock))
        first = select(items.c.id).where(items.c.owner_id == owner_id, items.c.owed_since.isnot(None)).limit(1)
        linking = select(owners.c.id).where(
            owners.c.id == owner_id,
            or_(owners.c.people_due.isnot(None), owners.c.people_claimed_until.isnot(None)),
        )
        owed = conn.execute(first).first() is not None or conn.execute(linking).first() is not None
        owed = owed or ties.is_owed(conn, owner_id)
        return Resting(busy, owed)


def account_items(db: Database, account_id: int) -> int:
    """How many items an account or archive gave."""
    with db.reading() as conn:
        mine = select(func.count()).select_from(items).join(streams, streams.c.id == items.c.stream_id)
        return int(conn.execute(mine.where(streams.c.account_id == account_id)).scalar_one())


def _busy(state: str, due_at: float | None, lease_owner: str | None, clock: float) -> bool:
    """A stream that is up to date, or failed, is at rest until its next look."""
    if lease_owner is not None:
        return True
    return due_at is not None and (due_at <= clock or state not in ("done", "failing", "stopped"))


def _counts(conn: Connection, stream_ids: Sequence[int]) -> dict[int, Counts]:
    """Counted over all items, then what is owed moved from its old state to waiting."""
    found = {stream_id: Counts() for stream_id in stream_ids}
    grouped = select(items.c.stream_id, items.c.state, items.c.rule, func.count()).where(
        items.c.stream_id.in_(stream_ids)
    )
    by = (items.c.stream_id, items.c.state, items.c.rule)
    for stream_id, state, rule, number in conn.execute(grouped.group_by(*by)):
        found[stream_id].seen += number
        _add(found[stream_id], state, rule, number)
    for stream_id, state, rule, number in conn.execute(grouped.where(items.c.owed_since.isnot(None)).group_by(*by)):
        _add(found[stream_id], state, rule, -number)
        found[stream_id].waiting += number
    refs = select(backlog.c.stream_id, backlog.c.lane, func.count()).where(
        backlog.c.stream_id.in_(stream_ids), backlog.c.lane != NEVER
    )
    for stream_id, lane, number in conn.execute(refs.group_by(backlog.c.stream_id, backlog.c.lane)):
        found[stream_id].seen += number
        if lane == DEFERRED:
            found[stream_id].deferred += number
        else:
            found[stream_id].waiting += number
    return found


def _add(counts: Counts, state: str, rule: str | None, number: int) -> None:
    if state == "dropped":
        left = counts.dropped_by.get(rule or "", 0) + number
        counts.dropped_by[rule or ""] = left
        if not left:
            del counts.dropped_by[rule or ""]
    else:
        setattr(counts, state, getattr(counts, state) + number)


def _stretches(conn: Connection, stream_ids: Sequence[int]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = {stream_id: [] for stream_id in stream_ids}
    rows = conn.execute(
        select(containers.c.stream_id, containers.c.name, containers.c.total, containers.c.done, containers.c.included)
        .where(containers.c.stream_id.in_(stream_ids))
        .order_by(containers.c.stream_id, containers.c.name, containers.c.id)
    )
    for stream_id, name, total, done, included in rows:
        found[stream_id].append(Stretch(name, total, done, bool(included)))
    return found
