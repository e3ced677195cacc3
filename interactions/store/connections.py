"""Connected accounts: consented to, paused, resumed, let go, and, when their owner wants it, erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, delete, exists, select, update

from interactions.errors import UsageProblem
from interactions.schema import accounts, backlog, containers, credentials, items, streams
from interactions.secret import Key
from interactions.store import gone, purge, recount
from interactions.store.addresses import next_epoch
from interactions.store.credentials import Credentials, forget
from interactions.store.database import Database, insert, now
from interactions.store.people import forget_orphans


class Choice(Struct, frozen=True):
    """Whether one container (a calendar) is read, as the owner chose before the first pull."""

    stream: str
    id: str
    name: str
    included: bool


class Consent(Struct, frozen=True):
    """One consent and what the owner chose with it."""

    provider: str
    #: The provider's immutable id of the account.
    subject: str
    #: The account's address.
    label: str
    #: Granted, separated by spaces.
    scopes: str
    #: Sealed when it is stored.
    secret: bytes
    streams: Sequence[str]
    #: Streams that are off, with the sentence that says why.
    off: Mapping[str, str] = {}
    since: int | None = None
    skip_bulk: bool = False
    choices: Sequence[Choice] = ()


class Account(Struct, frozen=True):
    """One connected account as it stands."""

    id: int
    provider: str
    subject: str
    label: str
    paused: bool
    scopes: str
    since: int | None
    skip_bulk: bool
    #: There are credentials; without, the owner has let it go.
    connected: bool
    #: A stream has stopped because the consent is gone.
    waiting: bool


def connect(db: Database, key: Key, owner_id: int, consent: Consent, expected: str = "") -> tuple[int, bool]:
    """Store a consent and make its streams due now; (account id, whether it is new).

    A known account keeps its cursors. Raises UsageProblem when the account is somebody else's here, or another than
    `expected` (a subject).
    """
    if expected and consent.subject != expected:
        raise UsageProblem(
            "This is another account than the one to be connected again. Nothing was changed. Choose the same one, or"
            " add this one beside it with --new."
        )

    def change(conn: Connection) -> tuple[int, bool]:
        same = (accounts.c.provider == consent.provider, accounts.c.subject == consent.subject)
        rows = conn.execute(select(accounts.c.id, accounts.c.owner_id).where(*same)).all()
        if any(row.owner_id != owner_id for row in rows):
            raise UsageProblem("This account is connected here already, for somebody else. Nothing was changed.")
        account_id = _account(conn, owner_id, consent)
        Credentials(db, key, account_id).put(conn, consent.secret)
        _streams(conn, account_id, consent)
        return account_id, not rows

    return db.write(change)


def connected(db: Database, owner_id: int, provider: str = "") -> list[Account]:
    """The owner's accounts that are no archives, oldest first."""
    secret = exists().where(credentials.c.account_id == accounts.c.id)
    stopped = exists().where(
        streams.c.account_id == accounts.c.id, streams.c.state == "stopped", streams.c.failures > 0
    )
    chosen = select(
        accounts.c.id, accounts.c.provider, accounts.c.subject, accounts.c.label, accounts.c.paused, accounts.c.scopes,
        accounts.c.since, accounts.c.skip_bulk, secret, stopped,
    ).where(accounts.c.owner_id == owner_id, accounts.c.provider != "archive")  # fmt: skip
    if provider:
        chosen = chosen.where(accounts.c.provider == provider)
    with db.reading() as conn:
        return [Account(*row) for row in conn.execute(chosen.order_by(accounts.c.id)).all()]


def containers_of(db: Database, owner_id: int, stream: str) -> list[tuple[str, bool]]:
    """(name, whether it is read) of the owner's calendars or folders, those that are read first."""
    with db.reading() as conn:
        rows = conn.execute(
            select(containers.c.name, containers.c.included)
            .join(streams, streams.c.id == containers.c.stream_id)
            .join(accounts, accounts.c.id == streams.c.account_id)
            .where(accounts.c.owner_id == owner_id, streams.c.name == stream)
            .order_by(containers.c.included.desc(), containers.c.name)
        )
        return [(row.name, bool(row.included)) for row in rows]


def pause(db: Database, account_id: int, paused: bool) -> None:
    """Read nothing more of an account, or go on where it was left."""

    def change(conn: Connection) -> None:
        conn.execute(update(accounts).where(accounts.c.id == account_id).values(paused=paused))
        if paused:
            _stop(conn, account_id)
        else:
            mine = update(streams).where(streams.c.account_id == account_id, streams.c.state != "stopped")
            conn.execute(mine.values(due_at=now(conn), rung_at=None))

    db.write(change)


def disconnect(db: Database, account_id: int) -> None:
    """Forget an account's credentials; what it gave stays, and so do its cursors."""

    def change(conn: Connection) -> None:
        _stop(conn, account_id)
        forget(conn, account_id)
        mine = update(streams).where(streams.c.account_id == account_id)
        conn.execute(mine.values(state="stopped", sentence="disconnected", due_at=None, failures=0))

    db.write(change)


def erase(db: Database, owner_id: int, account_id: int) -> int:
    """Remove an account and everything that came of it; returns how many items that were.

    What other accounts or archives saw as well is told from them from now on. Whatever read for the account loses
    its lease first, so that nothing of it comes back.
    """

    def change(conn: Connection) -> int:
        _stop(conn, account_id)
        mine = list(conn.execute(select(streams.c.id).where(streams.c.account_id == account_id)).scalars())
        doomed = list(
            conn.execute(select(items.c.id).where(items.c.stream_id.in_(mine)).order_by(items.c.id)).scalars()
        )
        for start in range(0, len(doomed), 500):
            part = doomed[start : start + 500]
            purge.owe_answers(conn, owner_id, part)
            gone.retire(conn, owner_id, part)
            conn.execute(delete(items).where(items.c.id.in_(part)))
        conn.execute(delete(backlog).where(backlog.c.stream_id.in_(mine)))
        conn.execute(delete(containers).where(containers.c.stream_id.in_(mine)))
        conn.execute(delete(streams).where(streams.c.id.in_(mine)))
        forget(conn, account_id)
        conn.execute(delete(accounts).where(accounts.c.id == account_id))
        recount.recount(conn, owner_id)
        forget_orphans(conn, owner_id)
        next_epoch(conn)
        return len(doomed)

    erased = db.write(change)
    db.compact()
    return erased


def _account(conn: Connection, owner_id: int, consent: Consent) -> int:
    columns = ("owner_id", "provider", "subject", "label", "since", "connected_at", "scopes", "skip_bulk")
    row = (
        owner_id, consent.provider, consent.subject, consent.label, consent.since, int(now(conn)), consent.scopes,
        consent.skip_bulk,
    )  # fmt: skip
    end = (
        "ON CONFLICT (owner_id, provider, subject) DO UPDATE SET label = excluded.label, since = excluded.since,"
        " scopes = excluded.scopes, skip_bulk = excluded.skip_bulk, paused = false"
    )
    insert(conn, accounts, columns, [row], end)
    chosen = select(accounts.c.id).where(
        accounts.c.owner_id == owner_id, accounts.c.provider == consent.provider, accounts.c.subject == consent.subject
    )
    return int(conn.execute(chosen).scalar_one())


def _streams(conn: Connection, account_id: int, consent: Consent) -> None:
    clock = now(conn)
    rows = [
        (account_id, name, None if name in consent.off else clock, int(clock), *_standing(consent, name))
        for name in consent.streams
    ]
    end = (
        "ON CONFLICT (account_id, name) DO UPDATE SET due_at = excluded.due_at, rung_at = NULL,"
        " since = excluded.since, state = excluded.state, sentence = excluded.sentence, failures = 0"
    )
    insert(conn, streams, ("account_id", "name", "due_at", "since", "state", "sentence"), rows, end)
    chosen = select(streams.c.name, streams.c.id).where(streams.c.account_id == account_id)
    ids = {row.name: row.id for row in conn.execute(chosen)}
    made = [(ids[one.stream], one.id, one.name, one.included) for one in consent.choices if one.stream in ids]
    end = "ON CONFLICT (stream_id, external_id) DO UPDATE SET included = excluded.included, name = excluded.name"
    insert(conn, containers, ("stream_id", "external_id", "name", "included"), made, end)


def _standing(consent: Consent, name: str) -> tuple[str, str]:
    return ("stopped", consent.off[name]) if name in consent.off else ("waiting", "")


def _stop(conn: Connection, account_id: int) -> None:
    """Whoever reads for the account now may commit nothing more."""
    mine = update(streams).where(streams.c.account_id == account_id)
    conn.execute(mine.values(fence=streams.c.fence + 1, lease_owner=None, lease_until=None))
    reading = mine.where(streams.c.state == "pulling")
    conn.execute(reading.values(state="waiting"))
