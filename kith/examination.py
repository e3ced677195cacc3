"""What `kith doctor` looks at: each check is one function that says how it stands, and none changes anything."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from interactions.errors import KithError
from interactions.machine import refused
from interactions.settings import Settings
from interactions.store.database import Database
from kith.check import Check
from kith.commands.session import MISSED_BEATS

#: Free bytes below which the disk is nearly full: as `workers.alerts` has it.
DISK_MIN = 100 * 1024 * 1024
#: Seconds that this machine's clock and the database's may differ.
CLOCK_MAX = 5.0
#: The project's first commit: a clock before it is wrong.
_YOUNGEST = datetime(2025, 1, 1).timestamp()


def examine(settings: Callable[[], Settings], *, offline: bool = False) -> list[Check]:
    """Everything, in the order in which one rests on the other; `offline`: without asking a provider."""
    try:
        found = settings()
    except KithError as problem:
        return [Check("settings", False, str(problem))]
    return [Check("settings", True, f"read; data folder {found.data_dir}"), *_with_settings(found, offline)]


def _with_settings(settings: Settings, offline: bool) -> Iterator[Check]:
    yield _guarded("folder", lambda: _folder(settings.data_dir))
    yield _guarded("disk", lambda: _disk(settings.data_dir))
    yield _guarded("zone", lambda: _zone(settings))
    yield _guarded("key", lambda: _key(settings))
    db: list[Database] = []
    yield _guarded("database", lambda: _database(settings, db))
    if db:
        try:
            yield _guarded("clock", lambda: _clock(db[0]))
            yield _guarded("processes", lambda: _processes(settings, db[0]))
            yield _guarded("streams", lambda: _streams(db[0]))
            if not offline:
                yield from _accounts(settings, db[0])
        finally:
            db[0].close()
    yield _guarded("broker", lambda: _broker(settings))


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except KithError as problem:
        return Check(name, False, str(problem))
    except OSError as error:
        return Check(name, False, refused(error.filename or name, error))


def _folder(folder: Path) -> Check:
    if not folder.exists():
        return Check("folder", None, "not made yet; the first  kith import  or  kith up  makes it")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check("folder", False, f"{folder} may not be written by this user. Run  chmod u+rwx '{folder}'.")
    if folder.stat().st_mode & 0o077:
        return Check("folder", False, f"{folder} is open to others. Run  chmod 700 '{folder}'.")
    return Check("folder", True, "yours alone, and writable")


def _disk(folder: Path) -> Check:
    import shutil

    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 1e9:,.1f} GB free"
    return Check("disk", free >= DISK_MIN, said if free >= DISK_MIN else f"only {said}. Make room.")


def _zone(settings: Settings) -> Check:
    zone = settings.zone()
    return Check("zone", True, f"{zone}, where it is {datetime.now(zone):%H:%M} now")


def _key(settings: Settings) -> Check:
    from interactions.secret import load_key

    if not settings.secret_key and not (settings.data_dir / "secret.key").exists():
        if (settings.data_dir / "kith.db").exists():
            return Check(
                "key", False, f"{settings.data_dir / 'secret.key'} is gone. Put it back from where you keep it."
            )
        return Check("key", None, "made on first use")
    return Check("key", True, f"readable, id {load_key(settings).id}")


def _database(settings: Settings, opened: list[Database]) -> Check:
    from interactions.queries.opening import open_existing
    from interactions.queries.soundness import problems

    db = open_existing(settings)
    if db is None:
        return Check("database", None, "not made yet; the first  kith import  or  kith up  makes it")
    opened.append(db)
    wrong = problems(db)
    kind = "SQLite" if db.sqlite else "PostgreSQL"
    if wrong:
        return Check("database", False, f"{kind}, damaged: {wrong[0]}. Stop Kith and run  kith restore FILE.")
    return Check("database", True, f"{kind}, sound, made with this key, at this Kith's schema")


def _clock(db: Database) -> Check:
    from interactions.queries.soundness import clock

    ours = time.time()
    apart = abs(clock(db) - ours)
    if ours < _YOUNGEST:
        return Check("clock", False, "this machine's clock is years behind. Set it (timedatectl set-ntp true).")
    if apart > CLOCK_MAX:
        return Check("clock", False, f"the database's clock is {apart:.0f} s off this machine's. Set both (NTP).")
    return Check("clock", True, "right, as far as can be told from here")


def _processes(settings: Settings, db: Database) -> Check:
    from interactions.store.processes import living
    from kith.supervisor import service_running

    alive = living(db, MISSED_BEATS * settings.heartbeat_seconds)
    roles = {process.role for process in alive}
    missing = {"pull", "classify"} - roles if "all" not in roles else set()
    missing |= {"schedule"} - roles
    if not alive:
        if service_running(settings):
            return Check(
                "processes", False, f"Kith runs, but no process is heard of. See {settings.data_dir / 'logs'}."
            )
        return Check("processes", None, "Kith does not run now; start it with  kith up  or  kith service install")
    if missing:
        return Check("processes", False, f"not heard of: {', '.join(sorted(missing))}. See  kith service logs.")
    counts = Counter(process.role for process in alive)
    told = [f"{count} {role}" if count > 1 else role for role, count in sorted(counts.items())]
    return Check("processes", True, f"{len(alive)} alive: {', '.join(told)}")


def _streams(db: Database) -> Check:
    from interactions.store.alerts import failing

    wrong = failing(db, 0.0)
    if not wrong:
        return Check("streams", True, "none is failing")
    return Check("streams", False, f"{len(wrong)} failing. Run  kith status.")


def _accounts(settings: Settings, db: Database) -> Iterator[Check]:
    from kith import google_checks, microsoft_checks

    for checks in (google_checks.checks, microsoft_checks.checks):
        try:
            yield from checks(settings, db)
        except KithError as problem:
            yield Check("accounts", False, str(problem))


def _broker(settings: Settings) -> Check:
    import redis

    from kith.datafolder import DataFolder
    from kith.supervisor import service_running

    if settings.broker_url:
        client = redis.Redis.from_url(settings.broker_url, socket_timeout=5, socket_connect_timeout=5)
        what, step = "the one of KITH_BROKER_URL", "Start it, or correct the setting."
    elif not service_running(settings):
        from kith.embedded import find_server

        return Check("broker", None, f"embedded, starts with Kith: {find_server()}")
    else:
        path = str(DataFolder(settings.data_dir).socket())
        client = redis.Redis(unix_socket_path=path, socket_timeout=5, socket_connect_timeout=5)
        what, step = "embedded", "Stop Kith and start it again."
    try:
        client.ping()
    except redis.RedisError as error:
        return Check("broker", False, f"{what} does not answer ({type(error).__name__}). {step}")
    return Check("broker", True, f"{what}, answers")
