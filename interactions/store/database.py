"""The open database: one engine, transactions that read and that write, its clock, and rows in bulk."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Engine,
    Table,
    any_,
    create_engine,
    event,
    exc,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.engine import URL, make_url

from interactions.errors import BrokenDatabase, StoreProblem
from interactions.machine import refused

T = TypeVar("T")

#: Seconds a writer waits for another one (SQLite has one writer at a time).
BUSY_SECONDS = 30
#: How often a transaction is tried that lost a deadlock or a serialization race.
_TRIES = 8


class Database:
    """A SQLite file or a PostgreSQL database. Thread-safe; not to be shared over a fork."""

    def __init__(self, url: str) -> None:
        """`url`: "sqlite:///path" or "postgresql+psycopg://…". Raises StoreProblem when it is neither."""
        self.url = _checked(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = _engine(self.url, self.sqlite)
        self._threads = threading.Lock()
        self._turns: int | None = None

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        if self._turns is not None:
            os.close(self._turns)
            self._turns = None

    def compact(self) -> None:
        """Leave nothing of deleted rows in a SQLite file or its journal (sqlite.org/lang_vacuum.html)."""
        if not self.sqlite:
            return
        with translated(self.url), self._turn(), self.engine.connect() as conn:
            whole = conn.execution_options(isolation_level="AUTOCOMMIT")
            whole.exec_driver_sql("VACUUM")
            whole.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; commits nothing."""
        with translated(self.url), self.engine.connect() as conn:
            if not self.sqlite:
                conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield conn

    @contextmanager
    def writing(self, lasting: bool = True) -> Iterator[Connection]:
        """One transaction, committed at the end; on SQLite it holds the write lock from its start.

        One that is not `lasting` may be forgotten when the machine loses power, and costs no wait for the disk on
        SQLite (sqlite.org/pragma.html#pragma_synchronous): for claims and bells, which are made again.
        """
        with (
            translated(self.url),
            self._turn(),
            self.engine.connect().execution_options(kith_write="FULL" if lasting else "NORMAL") as conn,
            conn.begin(),
        ):
            yield conn

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for this process's turn to write to a SQLite file.

        SQLite lets a second writer sleep and look again, up to 0.1 s at a time; a file lock wakes it at once. It only
        orders the writers: what keeps them apart is SQLite's own lock.
        """
        if not self.sqlite or not self.url.database or sys.platform == "win32":
            yield
            return
        with self._threads:
            if self._turns is None:
                self._turns = _opened(f"{self.url.database}-turn")
            fcntl.flock(self._turns, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._turns, fcntl.LOCK_UN)

    def write(self, change: Callable[[Connection], T], lasting: bool = True) -> T:
        """Run `change` in a transaction (`writing`), again from its start when it lost a deadlock to another one."""
        for last in [False] * (_TRIES - 1) + [True]:
            try:
                with self.writing(lasting) as conn:
                    return change(conn)
            except exc.DBAPIError as error:
                if last or not _lost_a_race(error):
                    raise
                time.sleep(0.05)
        raise AssertionError("unreachable")


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreProblem(refused(path, error)) from error


def now(conn: Connection) -> float:
    """The database's clock, seconds since 1970: leases and claims of every host go by this one."""
    if conn.dialect.name == "sqlite":
        return float(conn.exec_driver_sql("SELECT (julianday('now') - 2440587.5) * 86400.0").scalar_one())
    return float(conn.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())


def insert(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], end: str = ""
) -> None:
    """Insert many rows as tuples; `end` is what follows VALUES, such as "ON CONFLICT DO NOTHING"."""
    if not rows:
        return
    mark = "?" if conn.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(columns))
    conn.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) {end}", list(rows))


def many(conn: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run one statement with "?" marks for many tuples of values."""
    if not rows:
        return
    if conn.dialect.name != "sqlite":
        statement = statement.replace("?", "%s")
    conn.exec_driver_sql(statement, list(rows))


def among(conn: Connection, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` is one of `values`: one bound parameter however many there are, where IN would compile one for each."""
    wanted = list(values)
    if conn.dialect.name == "sqlite":
        each = func.json_each(json.dumps(wanted)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(wanted, ARRAY(column.type)))


def next_ids(conn: Connection, table: Table, count: int, above: int = 0) -> list[int]:
    """`count` ids nobody else will use, rising. On SQLite only inside `writing()`, and greater than `above`."""
    if count <= 0:
        return []
    if conn.dialect.name == "sqlite":
        first = max(int(conn.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()), above) + 1
        return list(range(first, first + count))
    sequence = f"{table.name}_id_seq"
    found = conn.execute(text("SELECT nextval(:s) FROM generate_series(1, :n)"), {"s": sequence, "n": count})
    return sorted(int(row[0]) for row in found)


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise StoreProblem(
            "KITH_DATABASE_URL is no database address. Use postgresql+psycopg://… or leave it out."
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreProblem(
            "KITH_DATABASE_URL names a database Kith does not use. Use postgresql+psycopg://… or leave it out."
        )
    return parsed


def _engine(url: URL, sqlite: bool) -> Engine:
    if not sqlite:
        return create_engine(url, pool_pre_ping=True, pool_size=8)
    # Last in, first out: one warm connection does the work, and only one has a full page cache.
    engine = create_engine(url, pool_use_lifo=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions by itself: BEGIN IMMEDIATE is ours, so that a writer waits at its
    # start and never fails half way with "database is locked".
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -8000",
        "temp_store = MEMORY",
        "journal_size_limit = 67108864",
        # Pages of the log's indexes are written again and again: fewer, larger checkpoints write them once.
        "wal_autocheckpoint = 8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    options = conn.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return  # VACUUM stands outside of transactions.
    synchronous = options.get("kith_write", "")
    if synchronous:
        conn.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
    conn.exec_driver_sql("BEGIN IMMEDIATE" if synchronous else "BEGIN")


def _lost_a_race(error: exc.DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    #: deadlock_detected, serialization_failure (PostgreSQL, appendix A)
    return code in ("40P01", "40001") or "database is locked" in str(error.orig)


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn the driver's words for a broken, full, read-only or unreachable database into ours."""
    try:
        yield
    except exc.DBAPIError as error:
        where = url.database if url.get_backend_name() == "sqlite" else f"{url.host}:{url.port or 5432}/{url.database}"
        problem = _problem(str(error.orig).lower(), str(where))
        if problem is None:
            raise
        raise problem from error


def _problem(said: str, where: str) -> StoreProblem | None:
    if "not a database" in said or "malformed" in said:
        return BrokenDatabase(f"{where} is damaged or no Kith database. Restore a backup: kith restore FILE.")
    if "disk is full" in said or "no space left" in said or "disk i/o error" in said:
        return StoreProblem(
            f"{where} cannot be written: the disk is full or failing. Make room; nothing stored is lost."
        )
    if "readonly" in said or "read-only" in said:
        return StoreProblem(f"{where} is read-only. Make the file and its folder writable for this user.")
    if "unable to open" in said:
        return StoreProblem(
            f"{where} cannot be opened. Check that it is a file, and let this user read and write it and its folder."
        )
    if (
        "connection refused" in said
        or "could not connect" in said
        or "failed to resolve" in said
        or "is not known" in said
    ):
        return StoreProblem(f"The database at {where} does not answer. Start it, or correct KITH_DATABASE_URL.")
    if "password authentication" in said or "does not exist" in said and "database" in said:
        return StoreProblem(
            f"The database at {where} refuses us. Correct the user, password or name in KITH_DATABASE_URL."
        )
    return None
