"""Statements on a SQLite file, kept to the views.

What a statement names is found by having it compiled against empty views of the same names and columns in a database
in memory that holds nothing else; only then does it run against the file. (An authorizer on the file alone does not
do: what it is told as "the view that reads" is any name of a WITH clause, so `WITH v_people AS (SELECT * FROM items)`
would pass.) The file is opened for reading only besides.
"""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from interactions.errors import StoreProblem
from interactions.queries.sql.answer import Answer, Moment, elsewhere, late, named, question, wrong
from interactions.queries.sql.filled import rows_of
from interactions.queries.sql.views import FILLED, VIEWS, table
from interactions.store.database import BUSY_SECONDS

#: Steps of SQLite's machine between two looks at the clock.
_STEPS = 20_000
#: Bytes of one value, and seconds for which what was filled is asked again.
_VALUE_MAX, _FRESH = 64 * 1024 * 1024, 60.0
#: Tables that functions make of their arguments; each has to be made once before nothing else can be read.
_FUNCTIONS = ("json_each", "json_tree")
_READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_VIEWS = frozenset(view.name for view in VIEWS)
#: What SQLite says of what it was told not to compile, where it names nothing a person would know.
_REFUSED = {"not authorized", "vtable constructor failed"}
_NO_FUNCTIONS = ("load_extension", "fts3_tokenizer")


class SqliteAsking:
    """One session on a SQLite file."""

    def __init__(self, moment: Moment, seconds: float) -> None:
        self._moment, self._seconds = moment, seconds
        self._used: set[str] = set()
        self._strange: set[str] = set()
        self._filled: dict[str, float] = {}
        self._ends = 0.0
        self._stopped = False
        self._shapes = self._shaped()
        try:
            self._file = self._opened()
        except sqlite3.Error as error:
            self._shapes.close()
            raise StoreProblem(f"The database cannot be opened for reading: {error}. Run  kith doctor.") from None

    def close(self) -> None:
        """Give both connections back."""
        self._file.close()
        self._shapes.close()

    def ask(self, statement: str, limit: int) -> Answer:
        """The answer; see `Asking`."""
        text = question(statement)
        self._ends = time.monotonic() + self._seconds
        with self._interruptible():
            self._compile(text)
            self._fill()
            return self._run(text, limit)

    def _shaped(self) -> sqlite3.Connection:
        """Empty views of the same columns, and nothing else that could be read."""
        conn = sqlite3.connect(":memory:", isolation_level=None)
        for name in _FUNCTIONS:
            conn.execute(f"SELECT count(*) FROM {name}('[]')").fetchall()
        for view in VIEWS:
            nothing = ", ".join(f'NULL AS "{one.name}"' for one in view.columns)
            conn.execute(f"CREATE TEMP VIEW {view.name} AS SELECT {nothing} WHERE 0")
        conn.set_authorizer(self._may_name)
        conn.set_progress_handler(self._over, _STEPS)
        return conn

    def _opened(self) -> sqlite3.Connection:
        """The file, for reading, with the owner's views in its temporary part, which is memory."""
        path = Path(self._moment.db.url.database or "").absolute()
        conn = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        conn.text_factory = lambda raw: raw.decode(errors="replace")
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("PRAGMA cache_size = -8000")
        for view in VIEWS:
            names = ", ".join(f'"{one.name}"' for one in view.columns)
            made = f"CREATE TEMP VIEW {view.name} ({names}) AS {view.select(self._moment.owner_id, True)}"
            for step in (made,) if view.made else table(view, True):
                conn.execute(step)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_MAX)
        for name in _FUNCTIONS:
            conn.execute(f"SELECT count(*) FROM {name}('[]')").fetchall()
        conn.set_progress_handler(self._over, _STEPS)
        self._lock(conn)
        return conn

    def _lock(self, conn: sqlite3.Connection) -> None:
        conn.execute("PRAGMA query_only = ON")
        conn.set_authorizer(lambda action, one, two, *_: _read_only(action, two))

    def _may_name(self, action: int, one: str | None, two: str | None, base: str | None, _by: str | None) -> int:
        """SQLite's question whether a step may be compiled: `one` is what is read, `two` its column or the function."""
        name = (one or "").lower()
        if action != sqlite3.SQLITE_READ:
            allowed = _read_only(action, two)
            if allowed != sqlite3.SQLITE_OK and two and action == sqlite3.SQLITE_FUNCTION:
                self._strange.add(two)
            return allowed
        if name in _VIEWS and base in ("temp", None):
            self._used.add(name)
            return sqlite3.SQLITE_OK
        # Where only rows are counted, no column is named, and what is counted may be a name of a WITH clause.
        if name in _FUNCTIONS or (not two and not name.startswith("sqlite_")):
            return sqlite3.SQLITE_OK
        self._strange.add(name)
        return sqlite3.SQLITE_DENY

    def _compile(self, text: str) -> None:
        """Raises StatementProblem for what is wrong or names what is not there."""
        self._used.clear()
        self._strange.clear()
        try:
            self._shapes.execute(f"EXPLAIN {text}").fetchall()
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
            if self._strange or _REFUSED & {*str(error).split(":")}:
                raise elsewhere(sorted(self._strange)) from None
            raise self._told(error) from None

    def _fill(self) -> None:
        """Fill what the statement uses and was not filled lately."""
        wanted = [
            name for name in self._used if name in FILLED and time.monotonic() - self._filled.get(name, -1e9) > _FRESH
        ]
        if not wanted:
            return
        found = rows_of(self._moment, wanted)
        self._file.set_authorizer(None)
        self._file.execute("PRAGMA query_only = OFF")
        try:
            for name, rows in found.items():
                marks = ", ".join("?" * len(FILLED[name].columns))
                self._file.execute("BEGIN")
                self._file.execute(f"DELETE FROM temp.{name}")
                self._file.executemany(f"INSERT INTO temp.{name} VALUES ({marks})", rows)
                self._file.execute("COMMIT")
                self._filled[name] = time.monotonic()
        except sqlite3.Error as error:
            raise self._told(error) from None
        finally:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            self._lock(self._file)

    def _run(self, text: str, limit: int) -> Answer:
        cursor = self._file.cursor()
        try:
            cursor.execute(text)
            rows = tuple(cursor.fetchmany(limit))
            more = sum(1 for _ in cursor) if len(rows) == limit else 0
            return Answer(named(one[0] for one in cursor.description or ()), rows, len(rows) + more)
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError, MemoryError) as error:
            raise self._told(error) from None
        finally:
            cursor.close()

    def _told(self, error: Exception) -> BaseException:
        if "number of bindings" in str(error):
            return wrong("it has a ? or a :name, and nothing that could be put there")
        if "interrupted" in str(error):
            return KeyboardInterrupt() if self._stopped else late(self._seconds)
        return wrong(str(error) or "it needs more memory than there is")

    def _over(self) -> int:
        return int(self._stopped or time.monotonic() > self._ends)

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Ctrl-C while SQLite works is seen by `_over`: an exception raised there would get lost."""
        self._stopped = False
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(_number: int, _frame: FrameType | None) -> None:
            self._stopped = True

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        if self._stopped:
            raise KeyboardInterrupt


def _read_only(action: int, two: str | None) -> int:
    if action not in _READS or (action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in _NO_FUNCTIONS):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
