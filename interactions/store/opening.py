"""The database opened as every command and worker opens it: made, migrated, and held against the secret key."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select

from interactions.errors import StoreProblem, WrongKey
from interactions.schema import meta
from interactions.secret import Key, load_key
from interactions.settings import Settings
from interactions.store import backup
from interactions.store.database import Database, insert
from interactions.store.migrate import migrate


def database_url(settings: Settings) -> str:
    """Where the database is."""
    return settings.database_url or f"sqlite:///{settings.data_dir / 'kith.db'}"


def open_database(settings: Settings) -> Database:
    """The database, at this Kith's schema. Raises StoreProblem and its children, UsageProblem."""
    db = Database(database_url(settings))
    if db.sqlite or not settings.secret_key:
        # The file of the secret key is in it, too.
        _make_private(settings.data_dir)
    try:
        migrate(db, lambda file: backup.write(db, file), settings.data_dir / "backups")
        hold_against(db, settings)
        if db.sqlite:
            (settings.data_dir / "kith.db").chmod(0o600)
    except BaseException:
        db.close()
        raise
    return db


def hold_against(db: Database, settings: Settings) -> Key:
    """The secret key, made sure to be the one this database was made with; a new database remembers it.

    Raises WrongKey, UsageProblem.
    """
    with db.reading() as conn:
        known = conn.execute(select(meta.c.value).where(meta.c.name == "key_id")).scalar()
    key = load_key(settings, known or "")

    def change(conn: Connection) -> str:
        insert(conn, meta, ("name", "value"), [("key_id", key.id)], "ON CONFLICT (name) DO NOTHING")
        return str(conn.execute(select(meta.c.value).where(meta.c.name == "key_id")).scalar_one())

    if not known and db.write(change) != key.id:
        raise WrongKey("Another process gave this database another key just now. Use one KITH_SECRET_KEY for all.")
    return key


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreProblem(
            f"{folder} cannot be made: {error.strerror}. Choose another folder with KITH_DATA_DIR."
        ) from None
