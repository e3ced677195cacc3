"""Backups: the whole log in one file, back into either kind of database, and never half of it."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from interactions.errors import BrokenDatabase, KithError, LeaseLost, NewerDatabase, UsageProblem
from interactions.items import Page
from interactions.schema import HEAD, metadata
from interactions.store import backup, forget, migrate, pages, purge, traces
from interactions.store.database import Database
from tests.interactions.store.life import ANNA, BORIS, OWNER, life, mail
from tests.interactions.store.sources import Source, holding, judge_all, rows
from tests.torture.dump import dump


def lived(db: Database) -> Source:
    """The whole life, at rest; the stream of the login."""
    sources: dict[str, Source] = {}
    for chain in life():
        for stream, container, item in chain:
            sources.setdefault(stream, Source(db, stream, subject=stream)).save(item, container=container)
    judge_all(db)
    return sources["google.mail"]


def everything(db: Database) -> dict[str, list[str]]:
    """Every row of every table but for what belongs to a moment."""
    found = {}
    with db.reading() as conn:
        for table in metadata.sorted_tables:
            columns = [
                one for one in table.c if one.name not in ("fence", "lease_owner", "lease_until", "rung_at", "seen_at")
            ]
            if table.name not in ("meta", "processes"):
                found[table.name] = sorted(str(tuple(row)) for row in conn.execute(select(*columns)))
    return found


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    migrate.migrate(database)
    yield database
    database.close()


def test_a_backup_comes_back_as_it_was_through_either_kind_of_database(
    db: Database, other: Database, tmp_path: Path
) -> None:
    lived(db)
    before, log = everything(db), dump(db)
    assert backup.write(db, tmp_path / "one.kith") == (tmp_path / "one.kith").stat().st_size > 0
    backup.restore(other, tmp_path / "one.kith")
    assert (everything(other), dump(other)) == (before, log)
    backup.write(other, tmp_path / "two.kith")
    Source(db, "google.mail").log(mail("later", BORIS, [OWNER], "Later", 90))
    backup.restore(db, tmp_path / "two.kith")
    assert (everything(db), dump(db)) == (before, log)
    # Life goes on: new rows get ids that nobody has.
    Source(db, "google.mail").log(mail("later", BORIS, [OWNER], "Later", 90))
    assert len(dump(db)["interactions"]) == len(log["interactions"]) + 1


def test_a_backup_is_one_private_file_and_leaves_nothing_beside_it(db: Database, tmp_path: Path) -> None:
    lived(db)
    folder = tmp_path / "backups"
    backup.write(db, folder / "one.kith")
    assert [one.name for one in folder.iterdir()] == ["one.kith"]
    assert stat.S_IMODE((folder / "one.kith").stat().st_mode) == 0o600
    backup.restore(db, folder / "one.kith")
    assert [one.name for one in folder.iterdir()] == ["one.kith"]


def test_a_file_that_exists_is_not_written_over(db: Database, tmp_path: Path) -> None:
    there = tmp_path / "letter.txt"
    there.write_text("Dear Anna")
    with pytest.raises(UsageProblem, match="exists already"):
        backup.write(db, there)
    assert there.read_text() == "Dear Anna"


@pytest.mark.parametrize("pulling", [True, False], ids=["pulling at the backup", "pulling since the backup"])
def test_a_worker_that_pulled_before_the_restore_cannot_commit_after_it(
    db: Database, tmp_path: Path, pulling: bool
) -> None:
    source = lived(db)
    lease = source.lease() if pulling else None
    backup.write(db, tmp_path / "one.kith")
    lease = lease or source.lease()
    number, reading = source.container(lease, "all"), pages.reader(db, lease)
    backup.restore(db, tmp_path / "one.kith")
    before = dump(db)
    page = Page((mail("late", ANNA, [OWNER], "Late"),), "late")
    with pytest.raises(LeaseLost):
        pages.save_page(db, lease, number, page, reading, source.ids)
    assert dump(db) == before
    assert rows(db, "SELECT count(*) FROM streams WHERE lease_owner IS NOT NULL") == [(0,)]


def test_a_restore_forgets_the_address_ids_that_workers_remember(db: Database, tmp_path: Path) -> None:
    source = Source(db, "google.mail")
    backup.write(db, tmp_path / "empty.kith")
    source.log(mail("1", ANNA, [OWNER], "Choir"))
    backup.restore(db, tmp_path / "empty.kith")
    source._containers.clear()
    source.save(mail("2", BORIS, [OWNER], "Apples"), mail("1", ANNA, [OWNER], "Choir"))
    senders = "SELECT i.external_id, a.canonical FROM items i JOIN addresses a ON a.id = i.sender_id ORDER BY 1"
    assert rows(db, senders) == [("1", ANNA.address), ("2", BORIS.address)]


def test_what_was_excluded_since_the_backup_stays_excluded(db: Database, tmp_path: Path) -> None:
    source = lived(db)
    backup.write(db, tmp_path / "one.kith")
    purge.exclude(db, source.owner_id, "address", BORIS.address)
    backup.restore(db, tmp_path / "one.kith")
    judge_all(db)
    assert holding(db, BORIS.address) == ["tombstones.value"]
    assert purge.excluded(db, source.owner_id) == [("address", BORIS.address)]
    backup.restore(db, tmp_path / "one.kith")
    assert purge.excluded(db, source.owner_id) == [("address", BORIS.address)]


def test_who_was_forgotten_since_the_backup_is_forgotten_again_and_in_no_byte_of_the_file(
    db: Database, tmp_path: Path
) -> None:
    source = lived(db)
    backup.write(db, tmp_path / "one.kith")
    done = forget.forget(db, source.owner_id, [BORIS.address], [BORIS.name])
    again = backup.restore(db, tmp_path / "one.kith")
    assert (again.erased, again.redacted) == (done.erased, done.redacted)
    assert done.erased > 0
    assert traces.search(db, [BORIS.address]) == []
    backup.write(db, tmp_path / "two.kith")
    assert backup.restore(db, tmp_path / "two.kith") == forget.Again()


def _damaged(whole: Path, file: Path) -> None:
    content = bytearray(whole.read_bytes())
    for start in range(4_096, len(content), 4_096):
        content[start : start + 2_000] = b"\xff" * 2_000
    file.write_bytes(bytes(content))


def _cut(whole: Path, file: Path) -> None:
    file.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def _letter(whole: Path, file: Path) -> None:
    file.write_text("Dear Anna, " * 1_000)


def _other_program(whole: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("CREATE TABLE recipes (name TEXT)")
        conn.commit()


def _nothing(whole: Path, file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("spoil", [_damaged, _cut, _letter, _other_program, _nothing])
def test_what_is_no_sound_backup_is_refused_in_a_sentence_and_changes_nothing(
    db: Database, tmp_path: Path, spoil: object
) -> None:
    lived(db)
    folder = tmp_path / "backups"
    backup.write(db, folder / "one.kith")
    assert callable(spoil)
    spoil(folder / "one.kith", folder / "bad.kith")
    before = everything(db)
    with pytest.raises(BrokenDatabase) as refusal:
        backup.restore(db, folder / "bad.kith")
    assert "bad.kith" in str(refusal.value)
    assert everything(db) == before
    assert sorted(one.name for one in folder.iterdir()) == ["bad.kith", "one.kith"]


@pytest.mark.parametrize("name", ["missing.kith", "."])
def test_a_backup_that_is_not_there_is_refused(db: Database, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem, match="is not there or no file"):
        backup.restore(db, tmp_path / name)


def test_a_backup_of_a_newer_kith_is_refused_and_changes_nothing(db: Database, tmp_path: Path) -> None:
    lived(db)
    backup.write(db, tmp_path / "one.kith")
    with closing(sqlite3.connect(tmp_path / "one.kith")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
    before = everything(db)
    with pytest.raises(NewerDatabase, match="newer Kith"):
        backup.restore(db, tmp_path / "one.kith")
    assert everything(db) == before


def test_an_older_database_is_backed_up_before_it_is_migrated(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(db)
    log = dump(db)
    monkeypatch.setattr(migrate, "known_revisions", lambda: {"0000", "0001"})
    with db.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    def write(file: Path) -> None:
        backup.write(db, file)
        raise KithError("stop here")

    try:
        with pytest.raises(KithError, match="stop here"):
            migrate.migrate(db, write, tmp_path / "backups")
        with db.reading() as conn:
            assert migrate.revision(conn) == "0000"
    finally:
        with db.writing() as conn:
            conn.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
    [made] = (tmp_path / "backups").iterdir()
    with closing(sqlite3.connect(made)) as whole:
        assert whole.execute("SELECT count(*) FROM interactions").fetchone() == (len(log["interactions"]),)
