"""Opening a database: made, migrated after a backup, refused when it is newer or not ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from interactions.errors import BrokenDatabase, NewerDatabase
from interactions.schema import HEAD, metadata
from interactions.store.database import Database
from interactions.store.migrate import migrate


def test_an_empty_database_gets_every_table(db: Database) -> None:
    with db.reading() as conn:
        assert {table.name for table in metadata.sorted_tables} <= set(inspect(conn).get_table_names())


def test_migrating_twice_changes_nothing(db: Database) -> None:
    assert migrate(db) is False


def test_the_steps_lead_to_the_tables_the_code_uses(db: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.reading() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def take_away_what_came_later(conn: Connection) -> None:
    for index in ("ix_items_thread_key", "ix_addresses_tie_owed", "ix_addresses_role", "ix_participants_tie"):
        conn.execute(text(f"DROP INDEX {index}"))
    conn.execute(text("CREATE INDEX ix_participants_address ON participants (address_id, at)"))
    for table, column in (
        ("accounts", "scopes"), ("accounts", "skip_bulk"), ("owners", "people_due"), ("owners", "people_fence"),
        ("addresses", "role"), ("addresses", "tie_owed"), ("owners", "ties_at"),
        ("owners", "circles_at"), ("participants", "weight"),
        ("participants", "kind"),
        ("items", "judged_digest"),
        ("owners", "people_took"),
        ("owners", "people_claimed_until"), ("owners", "people_at"), ("credentials", "held_until"),
        ("credentials", "held_by"), ("streams", "changed_at"), ("items", "thread_key"),
        ("interactions", "message_key"), ("interactions", "reply_key"), ("interactions", "thread_key"),
    ):  # fmt: skip
        conn.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    for table in (
        "clients", "suggestions", "corrections", "ties", "proposals", "signed", "numbers", "circle_members", "circles",
        "replies", "exchanges", "introduced", "balances",
    ):  # fmt: skip
        conn.execute(text(f"DROP TABLE {table}"))
    conn.execute(text("CREATE TABLE corrections (id INTEGER PRIMARY KEY, kind TEXT NOT NULL)"))
    conn.execute(text("DROP TABLE backlog"))
    conn.execute(text("CREATE TABLE backlog (stream_id INTEGER NOT NULL, external_id TEXT NOT NULL)"))


def test_a_database_of_the_first_schema_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(database)
    with database.writing() as conn:
        take_away_what_came_later(conn)
        conn.execute(text("INSERT INTO owners (name, horizon) VALUES ('me', '2026-01-01')"))
        conn.execute(text("INSERT INTO accounts (owner_id, provider, subject, label, connected_at)"
                          " VALUES (1, 'archive', '/a', 'a', 0)"))  # fmt: skip
        conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert migrate(database, lambda file: file.touch(), tmp_path)
    assert list(tmp_path.glob(f"before-{HEAD}-*.kith")), "backed up first"
    with database.reading() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
        assert conn.execute(text("SELECT label, scopes, skip_bulk FROM accounts")).one() == ("a", "", 0)
    database.close()


def test_a_newer_database_is_refused_and_left_alone(db: Database) -> None:
    with db.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(NewerDatabase, match="newer Kith.*Upgrade"):
            migrate(db)
    finally:
        with db.writing() as conn:
            assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
            conn.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kith.db").write_bytes(b"this is a letter, not a database\n" * 100)
    with pytest.raises(BrokenDatabase, match="Restore a backup"):
        migrate(Database(f"sqlite:///{tmp_path / 'kith.db'}"))


def test_tables_of_somebody_else_are_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with database.writing() as conn:
        conn.execute(text("CREATE TABLE items (name TEXT)"))
    with pytest.raises(BrokenDatabase, match="did not make"):
        migrate(database)
