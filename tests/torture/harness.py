"""Real workers under real kills: started, watched, restarted, and the invariants checked while they die."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import redis
from sqlalchemy import func, select

from interactions.schema import containers, items, streams
from interactions.store import accounts, claims, identity, ties
from interactions.store.database import Database

#: Short leases, so that a hundred deaths fit into minutes.
SHORT = {
    "KITH_LEASE_SECONDS": "1",
    "KITH_CLAIM_SECONDS": "1",
    "KITH_RENEW_SECONDS": "0.3",
    "KITH_BELL_SECONDS": "1",
    "KITH_CLASSIFY_BATCH": "25",
    "KITH_TICK_SECONDS": "0.1",
    "KITH_HEARTBEAT_SECONDS": "1",
}


@dataclass
class Broker:
    """A private server that can be killed, restarted and emptied."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self.folder / 's'}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [server(), "--port", "0", "--unixsocket", str(self.folder / "s"), "--dir", str(self.folder), "--save", ""],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        client = redis.Redis.from_url(self.url)
        for _ in range(100):
            try:
                client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise AssertionError("the broker did not start")

    def kill(self) -> None:
        """SIGKILL: everything in it is lost."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def flush(self) -> None:
        """Empty it."""
        redis.Redis.from_url(self.url).flushall()


def server() -> str:
    """A Redis or Valkey binary: the embedded one."""
    from kith.embedded import find_server

    return str(find_server())


@dataclass
class Crew:
    """Worker processes that are replaced as often as they die."""

    db_url: str
    broker: Broker
    folder: Path
    roles: Sequence[str] = ("pull", "pull", "classify", "classify", "schedule")
    page: int = 25
    short: bool = True
    #: More variables for the workers.
    more: dict[str, str] = field(default_factory=dict)
    running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)
    deaths: int = 0
    _draw: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def tally(self) -> Path:
        """Where the dying note what they died of."""
        return self.folder / "tally"

    def start(self, role: str, kill: bool) -> None:
        """Start one worker, with a fail-point armed or not."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
        environ |= {
            "KITH_DATABASE_URL": self.db_url if self.db_url.startswith("postgresql") else "",
            "KITH_DATA_DIR": str(self.folder),
            "KITH_BROKER_URL": self.broker.url,
            "KITH_TEST_TALLY": str(self.tally),
            "KITH_PAGE_ITEMS": str(self.page),
            **(SHORT if self.short else {}),
            **self.more,
        }
        if kill:
            environ["KITH_TEST_KILL"] = str(self._draw.random())
        with (self.folder / f"{role}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.torture.worker", role], env=environ, stdout=log, stderr=log
            )
        self.running.append((role, process))

    def start_all(self, kill: bool) -> None:
        """Start every role."""
        for role in self.roles:
            self.start(role, kill)

    def replace_dead(self, kill: bool) -> int:
        """Start anew what died; returns how many had."""
        dead = [(role, process) for role, process in self.running if process.poll() is not None]
        self.running = [one for one in self.running if one[1].poll() is None]
        for role, process in dead:
            assert process.returncode == -signal.SIGKILL, (self.folder / f"{role}.log").read_text()[-3000:]
            self.deaths += 1
            self.start(role, kill)
        return len(dead)

    def points(self) -> Counter[str]:
        """How often each fail-point struck."""
        return Counter(self.tally.read_text().splitlines()) if self.tally.exists() else Counter()

    def stop(self) -> None:
        """End everybody, politely at first."""
        for _, process in self.running:
            process.terminate()
        for _, process in self.running:
            try:
                process.wait(12)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()


def at_rest(db: Database) -> bool:
    """No stream is due or being pulled, and nothing is owed."""
    with db.reading() as conn:
        busy = conn.execute(
            select(func.count()).where((streams.c.due_at.isnot(None)) | (streams.c.lease_owner.isnot(None)))
        ).scalar_one()
    return not busy and claims.owed_left(db)[0] == 0 and not identity.is_due(db) and not ties.is_due(db)


def wait_for_rest(db: Database, crew: Crew, seconds: float, kill: bool = False) -> None:
    """Wait until all work is done, replacing the dead."""
    ends = time.monotonic() + seconds
    while not at_rest(db):
        crew.replace_dead(kill)
        assert time.monotonic() < ends, f"not at rest after {seconds} s: {claims.owed_left(db)} owed"
        time.sleep(0.05)


def register(db: Database, archive: Path, own: Sequence[str], names: Sequence[str]) -> list[int]:
    """What `kith import` writes."""
    owner = accounts.owner(db)
    accounts.add_own(db, owner, own)
    return accounts.register(db, owner, "archive", str(archive), archive.name, names, None)


def read_again(db: Database) -> None:
    """Make every stream list everything once more."""
    with db.reading() as conn:
        stream_ids = list(conn.execute(select(streams.c.id)).scalars())
    accounts.since_changed(db, stream_ids)


def cursor_is_never_ahead(db: Database, offsets: Sequence[int], name: str, first_listing: bool) -> int:
    """Of the mbox called `name`: the messages that start before the cursor are stored, in a first listing no others.

    Returns how many are stored.
    """
    with db.reading() as conn:
        row = conn.execute(
            select(containers.c.cursor, containers.c.id).where(containers.c.external_id.endswith(name))
        ).first()
        stored = conn.execute(select(func.count()).where(items.c.container_id == (row.id if row else -1))).scalar_one()
    at = msgspec.json.decode(row.cursor).get("at", 0) if row and row.cursor else 0
    expected = sum(1 for offset in offsets if offset < at)
    right = stored == expected if first_listing else stored >= expected
    assert right, f"the cursor at byte {at} stands for {expected} items, {stored} are stored"
    return int(stored)
