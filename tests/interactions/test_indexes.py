"""What is rare among much is found by an index: questions about everybody ask for it each time."""

from __future__ import annotations

import pytest
from sqlalchemy import ColumnElement, select

from interactions.schema import addresses, ties
from interactions.store.database import Database


@pytest.mark.parametrize(
    ("index", "rare"),
    [
        ("ix_addresses_tie_owed", addresses.c.tie_owed),
        ("ix_addresses_role", addresses.c.role),
        ("ix_ties_next_at", ties.c.next_at <= 1_800_000_000),
    ],
)
def test_sqlite_takes_the_index(tmp_path: object, index: str, rare: ColumnElement[bool]) -> None:
    """https://sqlite.org/partialindex.html: a condition has to be in the question as it is in the index."""
    from interactions.store.migrate import migrate

    db = Database(f"sqlite:///{tmp_path}/kith.db")
    migrate(db)
    table = addresses if index.startswith("ix_addresses") else ties
    with db.reading() as conn:
        asked = select(table.c[0]).where(table.c.owner_id == 1, rare).compile(conn.engine)
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", tuple(asked.params.values())).all()
    db.close()
    assert index in plan[0][3]
