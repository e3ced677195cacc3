"""Statements on PostgreSQL, kept to the views, whatever the user we connect as may do.

Before a statement runs, PostgreSQL itself parses it: as the condition of a temporary view that is never read and taken
back at once. That view's stored form names every relation and every function of the statement, those of WITH clauses
and subqueries included; unless each is one of ours, or a plain function of PostgreSQL's own, it does not run. A view
can hold one SELECT and nothing that writes. What passed runs as a cursor in a read-only transaction.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from time import monotonic
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader

from interactions.errors import StoreProblem
from interactions.queries.sql.answer import Answer, Moment, elsewhere, late, named, question, wrong
from interactions.queries.sql.filled import rows_of
from interactions.queries.sql.views import FILLED, VIEWS, table
from interactions.store.database import translated

#: Seconds for which what was filled is not asked again.
_FRESH = 60.0
#: Where a stored statement names relations and functions (PostgreSQL's nodes/outfuncs.c).
_RELATIONS = re.compile(r":relid (\d+)")
_FUNCTIONS = re.compile(r":(?:funcid|opfuncid|aggfnoid|winfnoid|tsmhandler) (\d+)")
#: PostgreSQL's own functions that are not IMMUTABLE and yet do nothing but compute; of the others some read files,
#: tables or settings by name. IMMUTABLE ones may not read anything (PostgreSQL, "Function Volatility Categories").
_PLAIN = re.compile(
    r"now|clock_timestamp|statement_timestamp|transaction_timestamp|random|age|concat|concat_ws|format|extract|length"
    r"|date|date_(?!in$|out$)\w+|time|timetz|timestamp|timestamptz|(?:timestamp|timestamptz)_[a-z]{2,3}_\w+"
    r"|timestamptz_(?:pl|mi)_interval|interval_pl_timestamptz|timezone|make_timestamptz|generate_series|in_range|overlaps"
    r"|to_(?:char|date|timestamp|number|json|jsonb)|(?:json|jsonb)_(?:agg|object_agg|build)\w*|row_to_json"
    r"|array_to_json|array_to_string|textanycat|anytextcat|quote_literal|quote_nullable|pg_typeof|numeric|money"
)
#: What must be refused; a server on which it is not is one that we do not understand.
_TRIALS = (
    "SELECT relname FROM pg_catalog.pg_class",
    "WITH x AS (SELECT count(*) FROM pg_catalog.pg_stat_activity) SELECT 1 FROM x",
    "SELECT pg_catalog.pg_read_file('x')",
    "SELECT 1 WHERE EXISTS (SELECT pg_catalog.set_config('role', 'none', false))",
    "SELECT query_to_xml('', true, true, '') IS NULL",
)
#: Types whose values are taken as PostgreSQL writes them: Python's are narrower, and JSON has none.
_AS_TEXT = ("date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "inet", "cidr")
#: What a statement is parsed in.
_WRAPPED = "CREATE TEMP VIEW kith_asked AS SELECT 1 AS one WHERE EXISTS (\n"
_CANCELED = "57014"


class PostgresAsking:
    """One session on a connection of its own."""

    def __init__(self, moment: Moment, seconds: float) -> None:
        self._moment, self._seconds = moment, seconds
        self._filled: dict[str, float] = {}
        url = moment.db.url
        _, given = moment.db.engine.dialect.create_connect_args(url)
        with translated(url):
            self._conn = psycopg.connect(**given, autocommit=True)
        try:
            self._views = self._prepared()
            self._try_out()
        except psycopg.Error as error:
            self._conn.close()
            raise StoreProblem(
                f"The views cannot be made: {_said(error)}. Let this user connect and make temporary tables."
            ) from None
        except BaseException:
            self._conn.close()
            raise

    def close(self) -> None:
        """Give the connection back; its views go with it."""
        self._conn.close()

    def ask(self, statement: str, limit: int) -> Answer:
        """The answer; see `Asking`."""
        text = question(statement)
        try:
            used, strange = self._named(text)
            if strange:
                raise elsewhere(strange)
            self._fill(used)
            return self._run(text, limit)
        except psycopg.Error as error:
            if self._conn.closed:
                raise StoreProblem("The database went away. Start it, and ask again.") from None
            raise late(self._seconds) if error.sqlstate == _CANCELED else wrong(_said(error)) from None

    def _prepared(self) -> dict[int, str]:
        """The views, by their number in PostgreSQL's catalogue."""
        for name in _AS_TEXT:
            self._conn.adapters.register_loader(name, TextLoader)
        run = self._conn.execute
        with self._conn.transaction():
            for view in VIEWS:
                names = ", ".join(f'"{one.name}"' for one in view.columns)
                made = f"CREATE TEMP VIEW {view.name} ({names}) AS {view.select(self._moment.owner_id, False)}"
                for step in (made,) if view.made else table(view, False):
                    run(step)
            found = run(
                "SELECT oid::bigint, relname::text FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
                " AND relname = ANY(%s)",
                [[view.name for view in VIEWS]],
            ).fetchall()
        for setting in (
            "search_path = pg_catalog, pg_temp", "TimeZone = 'UTC'", "DateStyle = 'ISO'", "IntervalStyle = 'iso_8601'",
            "cursor_tuple_fraction = 1", "standard_conforming_strings = on",
            f"statement_timeout = {max(1, int(self._seconds * 1000))}",
        ):  # fmt: skip
            run(f"SET {setting}")
        return {int(row[0]): row[1] for row in found}

    def _try_out(self) -> None:
        """Refuse a server whose stored statements do not read as we read them."""
        passed = any(not self._named(trial)[1] for trial in _TRIALS)
        known = self._named("SELECT lower(a.name) FROM v_people a, v_interactions")
        if passed or known != ({"v_people", "v_interactions"}, []):
            raise StoreProblem(
                "Kith cannot tell what a statement asks of this PostgreSQL, so it asks nothing. PostgreSQL 15 is known"
                " to be understood."
            )

    def _named(self, text: str) -> tuple[set[str], list[str]]:
        """The views a statement names, and whatever else that it must not. Raises psycopg.Error when it is wrong."""
        with self._undone() as cursor:
            # In the extended protocol PostgreSQL itself refuses a second statement (protocol-flow, "Extended Query").
            try:
                cursor.execute(f"{_WRAPPED}{text}\n)", binary=True)
            except psycopg.errors.SyntaxError as error:
                if int(error.diag.statement_position or 0) > len(_WRAPPED) + len(text):
                    raise wrong("something is missing at its end") from None
                raise
            cursor.execute("SELECT oid, ev_class, ev_action FROM pg_rewrite WHERE ev_class = 'kith_asked'::regclass")
            [(rule, itself, stored)] = cursor.fetchall()
            relations = {int(one) for one in _RELATIONS.findall(stored)} - {0, int(itself)}
            functions = {int(one) for one in _FUNCTIONS.findall(stored)} - {0}
            strange = [_name(cursor, "pg_class", "relname", one) for one in relations - self._views.keys()]
            strange += self._not_plain(cursor, functions)
            # Whatever else is not PostgreSQL's own (an extension's operator, a function of somebody's).
            cursor.execute(
                "SELECT DISTINCT pg_describe_object(refclassid, refobjid, 0) FROM pg_depend WHERE objid = %s"
                " AND classid = 'pg_rewrite'::regclass"
                " AND refclassid = ANY (ARRAY['pg_proc', 'pg_operator']::regclass[])",
                [rule],
            )
            strange += [str(row[0]) for row in cursor.fetchall()]
        return {self._views[one] for one in relations if one in self._views}, sorted(strange)

    def _not_plain(self, cursor: psycopg.Cursor[Any], functions: set[int]) -> list[str]:
        cursor.execute(
            "SELECT p.proname::text, p.provolatile = 'i', n.nspname = 'pg_catalog' FROM pg_proc p"
            " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid::bigint = ANY(%s)",
            [sorted(functions)],
        )
        rows = cursor.fetchall()
        strange = [row[0] for row in rows if not (row[2] and (row[1] or _PLAIN.fullmatch(row[0])))]
        return strange + ["a function that is not there"] * (len(functions) - len(rows))

    def _fill(self, used: set[str]) -> None:
        """Fill what the statement uses and was not filled lately."""
        wanted = [name for name in used if name in FILLED and monotonic() - self._filled.get(name, -1e9) > _FRESH]
        for name, rows in rows_of(self._moment, wanted).items():
            columns = [one.name for one in FILLED[name].columns]
            where = sql.Identifier("pg_temp", name)
            with self._conn.transaction(), self._conn.cursor() as cursor:
                cursor.execute(sql.SQL("TRUNCATE {}").format(where))
                into = sql.SQL("COPY {} ({}) FROM STDIN").format(
                    where, sql.SQL(", ").join(map(sql.Identifier, columns))
                )
                with cursor.copy(into) as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(sql.SQL("ANALYZE {}").format(where))
            self._filled[name] = monotonic()

    def _run(self, text: str, limit: int) -> Answer:
        ends = monotonic() + self._seconds
        with self._undone() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"DECLARE kith_answer NO SCROLL CURSOR FOR {text}", binary=True)
            cursor.execute(f"FETCH FORWARD {int(limit)} FROM kith_answer")
            columns = named(one.name for one in cursor.description or ())
            rows = tuple(tuple(row) for row in cursor.fetchall())
            # Each command has the whole time by itself; together they have it once.
            cursor.execute(f"SET LOCAL statement_timeout = {max(1, int((ends - monotonic()) * 1000))}")
            cursor.execute("MOVE FORWARD ALL FROM kith_answer")
            return Answer(columns, rows, len(rows) + max(0, cursor.rowcount))

    @contextlib.contextmanager
    def _undone(self) -> Iterator[psycopg.Cursor[Any]]:
        """One transaction that leaves nothing."""
        with self._conn.transaction(force_rollback=True), self._conn.cursor() as cursor:
            yield cursor


def _name(cursor: psycopg.Cursor[Any], catalogue: str, column: str, oid: int) -> str:
    cursor.execute(
        sql.SQL("SELECT {}::text FROM {} WHERE oid::bigint = %s").format(*map(sql.Identifier, (column, catalogue))),
        [oid],
    )
    found = cursor.fetchone()
    return str(found[0]) if found else "a table that is not there"


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or (str(error).splitlines() or ["it gave no answer"])[0]
