"""A column compared with many ids at once, without the databases' limits on the number of parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, func, literal, select


def among(conn: Connection, column: ColumnElement[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """`column` is one of `ids`."""
    wanted = sorted(set(ids))
    if conn.dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(wanted)).table_valued("value").c.value))
    return column == any_(literal(wanted, ARRAY(BigInteger)))


def snapshot(conn: Connection) -> Connection:
    """Make everything read on `conn` one view, before anything is read. SQLite's transactions are so already."""
    if conn.dialect.name != "sqlite":
        conn.execution_options(isolation_level="REPEATABLE READ")
    return conn
