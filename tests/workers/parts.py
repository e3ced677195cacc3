"""What the tests of the workers share: an archive, a context on a real queue, and roles run in threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from interactions.schema import items, streams
from interactions.settings import Settings
from interactions.store import accounts, claims, identity, ties
from interactions.store.database import Database, now
from tests.torture.harness import Broker, register
from workers import __main__ as entry
from workers.broker import Queue, make_broker
from workers.classify import classify
from workers.context import Context
from workers.pull import pull

ME = "me@home.example"


def mail(number: int, subject: str = "") -> str:
    """One mail of an mbox, from a sender of its own."""
    clock = f"10:{number // 60 % 60:02}:{number % 60:02}"
    return (
        f"From s{number}@choir.example Mon Mar  2 10:00:00 2026\n"
        f"Message-ID: <{number}@choir.example>\nDate: Mon, 2 Mar 2026 {clock} +0000\n"
        f"From: Singer {number} <s{number}@choir.example>\nTo: Me <{ME}>\nDelivered-To: {ME}\n"
        f"Subject: {subject or f'Rehearsal {number}'}\n\nBody.\n\n"
    )


def mailbox(folder: Path, count: int, **subjects: str) -> Path:
    """A folder with one mbox of `count` mails; `subjects` are by number, as in m3="…"."""
    archive = folder / "archive"
    archive.mkdir(exist_ok=True)
    text = "".join(mail(number, subjects.get(f"m{number}", "")) for number in range(count))
    (archive / "inbox.mbox").write_text(text)
    return archive


def make_context(db: Database, broker: Broker, folder: Path, **settings: Any) -> Context:
    """What a worker process has, with settings of its own."""
    chosen = Settings(data_dir=folder, broker_url=broker.url, **settings)
    return Context(chosen, db, Queue(make_broker(broker.url)))


def registered(db: Database, archive: Path, names: Sequence[str] = ("file.mbox",)) -> int:
    """Register an archive of ours; the id of its first stream."""
    return register(db, archive, [ME], names)[0]


@contextmanager
def running(context: Context, *roles: str) -> Iterator[None]:
    """Roles at work as in processes of their own, each with its own connections to the queue."""
    threads = []
    for role in roles:
        broker = make_broker(context.settings.broker_url)
        theirs = Context(context.settings, context.db, Queue(broker), context.stopping)
        threads.append(threading.Thread(target=entry.run, args=(theirs, broker, role)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        context.stopping.set()
        for thread in threads:
            thread.join(15)
        context.stopping.clear()


def settle(context: Context) -> None:
    """Pull what is due and judge what is owed, in this thread, until nothing is left."""
    while True:
        for stream in accounts.due(context.db, 0.0):
            pull(context, stream.stream_id)
        owed = owed_ids(context.db)
        if not owed:
            identity.settle(context.db)
            ties.settle(context.db)
            return
        classify(context, owed)


def owed_ids(db: Database) -> list[int]:
    """Ids of the items that are owed."""
    with db.reading() as conn:
        return list(
            conn.execute(select(items.c.id).where(items.c.owed_since.isnot(None)).order_by(items.c.id)).scalars()
        )


def count(db: Database, *where: Any) -> int:
    """How many items there are."""
    with db.reading() as conn:
        return int(conn.execute(select(func.count()).select_from(items).where(*where)).scalar_one())


def stream_row(db: Database, stream_id: int) -> Any:
    """One stream as it is stored, and `due_in`: seconds until it is due, None for never."""
    with db.reading() as conn:
        clock = now(conn)
        row = conn.execute(select(streams).where(streams.c.id == stream_id)).one()
    return row, None if row.due_at is None else row.due_at - clock


def wait_until(there: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until it is so; the seconds it took."""
    started = time.monotonic()
    while not there():
        assert time.monotonic() - started < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def nothing_owed(db: Database) -> bool:
    """Everything is judged."""
    return claims.owed_left(db)[0] == 0
