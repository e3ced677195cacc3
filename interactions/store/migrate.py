"""The schema brought up to date when the database is opened: backed up first, refused when it is newer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from interactions.errors import BrokenDatabase, NewerDatabase
from interactions.schema import HEAD
from interactions.store.database import Database

#: One lock for all processes that open a PostgreSQL database at once: "kith" in ASCII.
_LOCK = 0x6B697468


def migrate(db: Database, backup: Callable[[Path], object] | None = None, folder: Path | None = None) -> bool:
    """Bring the tables to HEAD, all steps in one transaction; True when anything was done.

    An older database with tables in it is backed up into `folder` first. Raises NewerDatabase, BrokenDatabase.
    """
    with db.reading() as conn:
        found = revision(conn)
    if found == HEAD:
        return False
    if found is not None:
        if found not in known_revisions():
            raise NewerDatabase(
                f"This database was written by a newer Kith (schema {found}, this Kith knows {HEAD}). Upgrade Kith."
            )
        if backup is not None and folder is not None:
            backup(folder / f"before-{HEAD}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.kith")
    with db.writing() as conn:
        if not db.sqlite:
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if revision(conn) != HEAD:
            _upgrade(conn)
    return True


def revision(conn: Connection) -> str | None:
    """The schema a database has, None for an empty one. Raises BrokenDatabase for tables that are not ours."""
    tables = set(inspect(conn).get_table_names())
    if "alembic_version" not in tables:
        if {"items", "interactions", "streams"} & tables:
            raise BrokenDatabase("This database has tables named like Kith's that Kith did not make. Use an empty one.")
        return None
    found = conn.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return str(found[0]) if found else None


def known_revisions() -> set[str]:
    """Every schema this Kith can migrate from."""
    steps = Path(__file__).parents[1] / "schema" / "versions"
    return {match.group(0) for step in steps.glob("*.py") if (match := re.match(r"\d{4}", step.name))}


def _upgrade(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "schema"))
    config.attributes["connection"] = conn
    command.upgrade(config, HEAD)
