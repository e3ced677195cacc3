"""The database opened for asking: nothing is made that is not there, and nothing loaded that asking does not need."""

from __future__ import annotations

from sqlalchemy import exc, select, text

from interactions.errors import StoreProblem
from interactions.schema import HEAD, meta
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store.database import Database


def open_existing(settings: Settings) -> Database | None:
    """The database as `interactions.store.opening.open_database` opens it, or None when there is none yet.

    Raises StoreProblem and its children, UsageProblem.
    """
    if not settings.database_url and not (settings.data_dir / "kith.db").exists():
        return None
    db = Database(settings.database_url or f"sqlite:///{settings.data_dir / 'kith.db'}")
    try:
        if _current(db):
            _hold_against_key(db, settings)
            return db
    except BaseException:
        db.close()
        raise
    db.close()
    from interactions.store.opening import open_database

    return open_database(settings)


def _current(db: Database) -> bool:
    """Whether the tables are those this Kith knows; anything else is for `open_database` to judge."""
    with db.reading() as conn:
        try:
            return conn.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        except (exc.OperationalError, exc.ProgrammingError) as error:
            if "alembic_version" in str(error.orig):
                return False
            raise


def _hold_against_key(db: Database, settings: Settings) -> None:
    with db.reading() as conn:
        known = conn.execute(select(meta.c.value).where(meta.c.name == "key_id")).scalar()
    if known is None:
        raise StoreProblem("This database has lost what it knows of its key. Restore a backup: kith restore FILE.")
    load_key(settings, known)
