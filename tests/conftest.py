"""Real parts for tests: databases of both kinds, a queue, and the corpus; missing ones skip here and fail in CI."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from interactions.schema import metadata
from interactions.store.database import Database
from interactions.store.migrate import migrate

POSTGRES = os.environ.get("KITH_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
REDIS = os.environ.get("KITH_TEST_REDIS", "redis://127.0.0.1:6379/0")


def pytest_configure() -> None:
    """A runner started in the background hands on an ignored SIGINT, and what is tested would never see Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def missing(what: str) -> None:
    """Skip on a laptop, fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI has to have it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real mail, calendars and cards that KITH_CORPUS names."""
    folder = Path(os.environ.get("KITH_CORPUS", "/nonexistent"))
    if not (folder / "mail").is_dir():
        missing("the corpus (KITH_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def contracts(corpus: Path) -> Path:
    """The folder of what providers say their JSON looks like, beside the corpus."""
    folder = corpus.parent / "contracts"
    if not (folder / "graph_types.json").is_file():
        missing("the folder contracts beside the corpus")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of this test process's own."""
    name = f"kith_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(make_url(POSTGRES), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        admin.dispose()
        missing("PostgreSQL (KITH_TEST_POSTGRES)")
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as conn:
            conn.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def _postgres(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'kith.db'}")
        migrate(database)
        yield database
        database.close()
        return
    database = request.getfixturevalue("_postgres")
    with database.writing() as conn:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        conn.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        conn.execute(text("INSERT INTO meta (name, value) VALUES ('epoch', '1'), ('log', '0')"))
    yield database


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis server to test against."""
    import redis

    try:
        redis.Redis.from_url(REDIS).ping()
    except redis.RedisError:
        missing("Redis (KITH_TEST_REDIS)")
    return REDIS
