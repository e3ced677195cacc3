"""A broker, a database of each kind, and workers on them, all of which may be killed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from interactions.store.database import Database
from interactions.store.migrate import migrate
from tests.conftest import POSTGRES, missing
from tests.torture.harness import Broker, Crew


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A private server."""
    (tmp_path / "b").mkdir()
    server = Broker(tmp_path / "b")
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kith.db'}"
        return
    name = f"kith_torture_{uuid.uuid4().hex[:10]}"
    admin = create_engine(make_url(POSTGRES), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
    except Exception:
        missing("PostgreSQL (KITH_TEST_POSTGRES)")
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """That database, opened here to look at what the workers do."""
    database = Database(url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def crew(url: str, broker: Broker, tmp_path: Path) -> Iterator[Crew]:
    """Workers of it."""
    workers = Crew(url, broker, tmp_path)
    yield workers
    workers.stop()
