"""Backups: one SQLite file whatever the database is, consistent while the service runs, restored in one transaction."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select, text, update
from sqlalchemy.engine import URL

from interactions.errors import BrokenDatabase, StoreProblem, UsageProblem
from interactions.schema import meta, metadata, numbers, streams, tombstones
from interactions.store import forget, purge
from interactions.store.addresses import read_epoch
from interactions.store.database import Database
from interactions.store.migrate import migrate, revision

_BATCH = 5_000
#: Heartbeats are of this machine and this moment.
_NOT_KEPT = ("processes",)


def write(db: Database, file: Path) -> int:
    """Write a backup to `file`, which must not exist yet; returns its size in bytes. Raises StoreProblem, UsageProblem.

    The file appears under its name only when it is complete.
    """
    if file.exists() or file.is_symlink():
        raise UsageProblem(f"{file} exists already. Choose another name for the backup.")
    part = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _fill(db, part)
        with part.open("rb") as done:
            os.fsync(done.fileno())
        os.link(part, file)
    except FileExistsError:
        raise UsageProblem(f"{file} exists already. Choose another name for the backup.") from None
    except OSError as error:
        raise StoreProblem(
            f"The backup {file} cannot be written: {error.strerror}. Nothing was lost; choose another place."
        ) from None
    finally:
        _cleared(part)
    return file.stat().st_size


def restore(db: Database, file: Path) -> forget.Again:
    """Put the contents of a backup in place of what is there, while the service runs or not.

    What was excluded or forgotten since the backup stays so; returns what was forgotten again. Every worker's lease
    ends: nothing read from the old state can be committed onto the new one. Raises BrokenDatabase, NewerDatabase,
    UsageProblem.
    """
    copy = file.with_name(f".{file.name}.restoring-{os.getpid()}")
    try:
        source = _opened(file, copy)
        try:
            migrate(source)
            again = db.write(lambda conn: _replace(conn, source))
        finally:
            source.close()
    finally:
        _cleared(copy)
    # Whoever was forgotten again stood in the file for a moment: nothing of them stays in its unused pages.
    db.compact()
    return again


def _cleared(file: Path) -> None:
    """Take a SQLite file away with everything that was made beside it."""
    for ending in ("", "-wal", "-shm", "-turn"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def key_id(file: Path) -> str:
    """Id of the secret key a backup was made with; "" when it does not say or cannot be read."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
            found = conn.execute("SELECT value FROM meta WHERE name = 'key_id'").fetchone()
    except sqlite3.Error:
        return ""
    return str(found[0]) if found else ""


def _fill(db: Database, part: Path) -> None:
    if db.sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            part.unlink()
            conn.execute(text("VACUUM INTO :part"), {"part": str(part)})
        part.chmod(0o600)
        return
    target = Database(str(URL.create("sqlite", database=str(part))))
    try:
        migrate(target)
        with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn, target.writing() as out:
            _copy(conn, out)
    finally:
        target.close()
    with sqlite3.connect(part) as whole:
        whole.execute("PRAGMA journal_mode = DELETE")


def _opened(file: Path, copy: Path) -> Database:
    """The backup, copied so that migrating it changes nothing of the original."""
    if not file.is_file():
        raise UsageProblem(f"{file} is not there or no file. Give the backup that kith backup wrote.")
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as original, sqlite3.connect(copy) as target:
            original.backup(target)
    except sqlite3.Error:
        raise BrokenDatabase(f"{file} is no Kith backup, or it is damaged. Nothing was changed.") from None
    copy.chmod(0o600)
    source = Database(str(URL.create("sqlite", database=str(copy))))
    with source.reading() as conn:
        if revision(conn) is None:
            source.close()
            raise BrokenDatabase(f"{file} is no Kith backup. Nothing was changed.")
    return source


def _replace(conn: Connection, source: Database) -> forget.Again:
    laid = conn.execute(select(tombstones)).mappings().all()
    fence = conn.execute(select(func.coalesce(func.max(streams.c.fence), 0))).scalar_one()
    epoch = int(read_epoch(conn))
    owner_names = _owner_names(conn)
    key_id = conn.execute(select(meta.c.value).where(meta.c.name == "key_id")).scalar()
    for table in reversed(metadata.sorted_tables):
        if table.name not in _NOT_KEPT:
            conn.execute(table.delete())
    with source.reading() as original:
        _copy(original, conn)
    conn.execute(
        update(streams).values(fence=streams.c.fence + fence + 1, lease_owner=None, lease_until=None, rung_at=None)
    )
    conn.execute(text("UPDATE items SET rung_at = NULL, claimed_until = NULL WHERE owed_since IS NOT NULL"))
    conn.execute(update(meta).where(meta.c.name == "epoch").values(value=str(max(epoch, int(read_epoch(conn))) + 1)))
    if key_id is not None:
        conn.execute(update(meta).where(meta.c.name == "key_id").values(value=key_id))
    _lay_again(conn, [dict(row) for row in laid], owner_names)
    again = forget.apply_all(conn)
    purge.apply_all(conn)
    return again


def _owner_names(conn: Connection) -> dict[int, str]:
    return {row[0]: row[1] for row in conn.execute(text("SELECT id, name FROM owners"))}


def _lay_again(conn: Connection, laid: list[dict[str, object]], names: dict[int, str]) -> None:
    """Tombstones laid since the backup, for the owners it knows by name."""
    ids = {name: owner_id for owner_id, name in _owner_names(conn).items()}
    known = {
        (row[0], row[1], row[2])
        for row in conn.execute(select(tombstones.c.owner_id, tombstones.c.kind, tombstones.c.value))
    }
    for row in laid:
        owner_id = ids.get(names.get(int(str(row["owner_id"])), ""))
        if owner_id is not None and (owner_id, row["kind"], row["value"]) not in known:
            values = {"owner_id": owner_id, "kind": row["kind"], "value": row["value"], "made_at": row["made_at"]}
            conn.execute(insert(tombstones).values(values))


def _copy(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        if table.name in _NOT_KEPT:
            continue
        target.execute(table.delete())
        for rows in _batches(source, table):
            target.execute(insert(table), rows)
        if (
            target.dialect.name == "postgresql"
            and "id" in table.c
            and table.c.id.autoincrement
            and not table.c.id.foreign_keys
        ):
            top = f"SELECT setval('{table.name}_id_seq', GREATEST((SELECT coalesce(max(id), 0) FROM {table.name}), 1))"
            target.execute(text(top))
    if target.dialect.name == "postgresql":
        # Numbers of what left the log are nobody else's.
        last = target.execute(select(func.max(numbers.c.interaction_id))).scalar() or 0
        target.execute(text("SELECT setval('interactions_id_seq', GREATEST(nextval('interactions_id_seq'), :last))"),
                       {"last": last})  # fmt: skip


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = source.execution_options(stream_results=True).execute(select(table))
    for rows in found.mappings().partitions(_BATCH):
        yield [dict(row) for row in rows]
