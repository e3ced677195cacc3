"""How fast questions are answered: `python -m bench.questions [PEOPLE] [INTERACTIONS]` (10,000 and 1,000,000).

The network of `bench.network` is written into SQLite and, where KITH_TEST_POSTGRES or a local PostgreSQL is there, into
that; all ties are counted from scratch, circles looked for and named, and what went each way counted, timed. Then every
question is asked of 40 people drawn at random, warm, beside the bare SQL that fetches the same rows without making
anything of them; milliseconds are the 95th of a hundred. The last line is JSON: of each database `ties_seconds`,
`circles_seconds`, `exchanges_seconds`, and of each question `ms` and `times` (of its bare SQL).
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bench.ended import ended
from bench.network import NOW, make
from interactions import schema
from interactions.queries.balance import balances
from interactions.queries.language import Filter
from interactions.queries.log import log, of_addresses
from interactions.queries.paths import paths
from interactions.queries.people import address_ids, named, people
from interactions.queries.tend import tend
from interactions.queries.ties import standings
from interactions.schema import exchanges, interactions, participants, ties
from interactions.store import circles
from interactions.store import ties as tie_store
from interactions.store.database import Database
from interactions.store.migrate import migrate

_ROUNDS = 40
_POSTGRES = os.environ.get("KITH_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
_TODAY = date(1970, 1, 1) + timedelta(days=NOW // 86_400)


def main() -> int:
    """Print the figures."""
    wanted = [int(one) for one in sys.argv[1:]] or [10_000, 1_000_000]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        found["sqlite"] = _measured(f"sqlite:///{Path(folder) / 'kith.db'}", *wanted)
    with _postgres() as url:
        if url:
            found["postgresql"] = _measured(url, *wanted)
    print(json.dumps(found))
    return 0


def _measured(url: str, people_count: int, count: int) -> dict[str, object]:
    db = Database(url)
    try:
        migrate(db)
        owner_id = make(db, people_count, count)
        told: dict[str, object] = {"ties_seconds": _seconds(lambda: tie_store.count(db, owner_id))}
        told["circles_seconds"] = _seconds(lambda: circles.renew(db, owner_id))
        db.write(_name_circles)
        told["exchanges_seconds"] = _seconds(lambda: balances(db, owner_id, NOW))
        if not db.sqlite:
            # As the server does by itself a minute after so much has come.
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.execute(text("VACUUM ANALYZE"))
        rng = random.Random(1)
        drawn = [one.name for one in rng.sample(people(db, owner_id, "", NOW, limit=people_count).people, _ROUNDS)]
        # As every command does: what is there by now is not looked through for garbage again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 10, 10)
        for name, ask, bare in _questions(db, owner_id):
            asked, fetched = _p95(ask, drawn), _p95(bare, drawn)
            told[name] = {"ms": round(asked, 1), "times": round(asked / fetched, 1)}
            print(f"{db.engine.dialect.name:<11}{name:<8}{asked:8.1f} ms, bare SQL {fetched:.1f}", file=sys.stderr)
        return told
    finally:
        db.close()


def _name_circles(conn: Connection) -> None:
    """Give every circle a name: the balance is told of those that have one."""
    for (id,) in conn.execute(select(schema.circles.c.id)).all():
        conn.execute(update(schema.circles).where(schema.circles.c.id == id).values(name=f"Circle {id}"))


def _questions(db: Database, owner_id: int) -> Iterator[tuple[str, Callable[[str], object], Callable[[str], object]]]:
    """(name, the question, the same rows by bare SQL)."""

    def show(name: str) -> object:
        one = named(db, owner_id, name, NOW).people[0]
        ids = address_ids(db, one.id)
        return of_addresses(db, owner_id, ids, NOW, limit=10), standings(db, owner_id, [one.id], _TODAY)

    def theirs(conn: Connection, name: str) -> object:
        mine = select(participants.c.address_id).where(participants.c.name == name).limit(1)
        found = select(participants.c.interaction_id).where(participants.c.address_id.in_(mine)).limit(10)
        return conn.execute(select(interactions).where(interactions.c.id.in_(found))).all()

    def newest(conn: Connection, _: str) -> object:
        page = select(interactions).order_by(interactions.c.at.desc()).limit(50).subquery()
        conn.execute(text("SELECT count(*) FROM interactions")).all()
        return conn.execute(select(participants, page).join(page, page.c.id == participants.c.interaction_id)).all()

    def all_ties(conn: Connection, _: str) -> object:
        return conn.execute(select(ties)).all()

    def shared(conn: Connection, name: str) -> object:
        mine = select(participants.c.address_id).where(participants.c.name == name).limit(1)
        found = select(participants.c.interaction_id).where(participants.c.address_id.in_(mine))
        conn.execute(select(ties.c.person_id, ties.c.sum_1, ties.c.sum_365)).all()
        return conn.execute(select(participants).where(participants.c.interaction_id.in_(found))).all()

    def exchanged(conn: Connection, _: str) -> object:
        return conn.execute(select(exchanges)).all()

    yield "show", show, _bare(db, theirs)
    yield "log", lambda _: log(db, owner_id, Filter(), NOW), _bare(db, newest)
    yield "tend", lambda _: tend(db, owner_id, _TODAY), _bare(db, all_ties)
    yield "balance", lambda _: balances(db, owner_id, NOW), _bare(db, exchanged)
    yield "path", lambda name: paths(db, owner_id, name, NOW, _TODAY), _bare(db, shared)


def _bare(db: Database, fetch: Callable[[Connection, str], object]) -> Callable[[str], object]:
    def run(name: str) -> object:
        with db.reading() as conn:
            return fetch(conn, name)

    return run


def _p95(ask: Callable[[str], object], drawn: list[str]) -> float:
    ask(drawn[0])
    times = []
    for name in drawn:
        began = time.perf_counter()
        ask(name)
        times.append(1_000 * (time.perf_counter() - began))
    return sorted(times)[int(0.95 * len(times))]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of an empty database, taken away afterwards; "" without a server."""
    url = make_url(_POSTGRES)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"kith_bench_{os.getpid()}"
    try:
        with engine.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        print("There is no PostgreSQL: measured on SQLite alone.", file=sys.stderr)
        yield ""
        return
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as conn:
            conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


if __name__ == "__main__":
    raise SystemExit(ended(main))
