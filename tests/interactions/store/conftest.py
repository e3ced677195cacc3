"""The databases without waiting for the disk: what survives a power cut is tried elsewhere."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from sqlalchemy import event

from interactions.store.database import Database


def _hurry(connection: Any, _record: object) -> None:
    with contextlib.closing(connection.cursor()) as cursor:
        if "sqlite" in type(connection).__module__:
            cursor.execute("PRAGMA synchronous = OFF")
        else:
            cursor.execute("SET synchronous_commit = off")
            connection.commit()


@pytest.fixture
def db(db: Database) -> Database:
    """An empty database of either kind that does not sync."""
    if not event.contains(db.engine, "connect", _hurry):
        event.listen(db.engine, "connect", _hurry)
        db.engine.dispose()
    return db
