"""The database opened for asking: nothing is made that is not there, and nothing loaded that asking does not need."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import exc, select, text

from interactions.errors import StoreProblem
from interactions.machine import refused, there
from interactions.schema import HEAD, meta
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store.database import Database


def open_existing(settings: Settings) -> Database | None:
    """The database as `interactions.store.opening.open_database` opens it, or None when there is none yet.

    Raises StoreProblem and its children, UsageProblem.
    """
    if not settings.database_url and not _is_there(settings.data_dir / "kith.db"):
        return None
    db = Database(settings.database_url or f"sqlite:///{settings.data_dir / 'kith.db'}")
    try:
        made_with = key_id(db)
        if made_with:
            load_key(settings, made_with)
            return db
    except BaseException:
        db.close()
        raise
    db.close()
    from interactions.store.opening import open_database

    return open_database(settings)


def _is_there(file: Path) -> bool:
    try:
        return there(file)
    except OSError as error:
        raise StoreProblem(refused(file, error)) from error


def key_id(db: Database) -> str:
    """The id of the key it was made with, "" when its tables are not at this Kith's schema or hold none yet.

    What that means is for `open_database` to judge, and to mend.
    """
    with db.reading() as conn:
        try:
            if conn.execute(text("SELECT version_num FROM alembic_version")).scalar() != HEAD:
                return ""
        except (exc.OperationalError, exc.ProgrammingError) as error:
            if "alembic_version" in str(error.orig):
                return ""
            raise
        return conn.execute(select(meta.c.value).where(meta.c.name == "key_id")).scalar() or ""
