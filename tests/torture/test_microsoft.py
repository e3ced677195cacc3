"""A Microsoft account read while workers die, Graph misbehaves and the account changes: an undisturbed run's log."""

from __future__ import annotations

import random
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from interactions.schema import items, streams
from interactions.settings import Settings
from interactions.store import accounts, claims
from interactions.store.database import Database
from interactions.store.migrate import migrate
from sandbox.life import Life, make_life
from sandbox.microsoft.server import Running, serve
from sandbox.microsoft.world import Account, Microsoft
from tests.torture.accounts import finish, without_gone, work_again
from tests.torture.dump import dump
from tests.torture.harness import Broker, Crew
from tests.torture.test_torture import same
from tests.workers.microsoft import connect, microsoft_settings

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

#: At least so many deaths, at so many points, and so many kinds of faults.
KILLS, POINTS, KINDS = 25, 8, 7
END = date(2026, 10, 31)
#: (kind, route, chance)
FAULTS = (
    ("500", "graph.messages", 0.02), ("503", "graph.calendarView", 0.03), ("502", "graph.contacts", 0.05),
    ("cut", "graph.messages", 0.02), ("truncated", "graph.messages", 0.02), ("html", "graph.folders", 0.002),
    ("duplicate", "graph.messages", 0.2), ("shuffled", "graph.messages", 0.2), ("rate", "graph.messages", 0.01),
    ("unauthorized", "graph.calendars", 0.05), ("expired", "graph.messages", 0.02), ("foreign", "graph.messages", 0.01),
    ("500", "oauth.token", 0.1), ("part.missing", "batch", 0.03),
)  # fmt: skip


@pytest.fixture(scope="module")
def life() -> Life:
    return make_life(4, END)


def settings_for(folder: Path, running: Running, broker: Broker) -> Settings:
    chosen = microsoft_settings(running, microsoft_requests_per_minute=1_000_000, microsoft_calendar_years=1)
    return Settings(data_dir=folder, broker_url=broker.url, **chosen)


def variables(settings: Settings) -> dict[str, str]:
    wanted = ("KITH_MICROSOFT_", "KITH_CA_FILE")
    found = {name: value for name, value in settings.environ().items() if name.startswith(wanted)}
    return {**found, "KITH_TEST_RENEWING": "1", "KITH_REQUEST_SECONDS": "5"}


def begin(db: Database, microsoft: Microsoft, settings: Settings, life: Life) -> None:
    owner_id, _ = connect(db, microsoft, settings)
    accounts.add_own(db, owner_id, life.owner.addresses)
    with db.writing() as conn:
        conn.execute(text("UPDATE owners SET horizon = '2026-10-31'"))


def change(microsoft: Microsoft, rng: random.Random, number: int) -> None:
    """Something new in the account, as a week brings it; nothing is deleted that may have been seen."""
    account = microsoft.only()
    mailbox, calendars = account.mailbox, account.calendars
    sender = f"newcomer{number}@people.example"
    headers = [
        ("From", sender), ("To", account.address), ("Subject", f"News {number}"),
        ("Message-ID", f"<news{number}@x.example>"), ("Date", "Fri, 30 Oct 2026 10:00:00 +0000"),
    ]  # fmt: skip
    mailbox.deliver(headers)
    folder = mailbox.add_folder(f"Folder {number}")
    for id in rng.sample(sorted(mailbox.live()), 5):
        if mailbox.folders[mailbox.messages[id].folder].well_known != "sentitems":
            mailbox.move(id, folder)
    mailbox.categorize(rng.choice(sorted(mailbox.live())), [f"Category {number}"])
    draft = mailbox.save_draft([("From", account.address), ("To", sender), *headers[2:]])
    mailbox.delete(mailbox.save_draft([("From", account.address), ("To", sender), *headers[2:]], draft))
    book = calendars.book("Work")
    series = [one for one in book.entries.values() if one.occurrences]
    chosen = rng.choice(series)
    assert chosen.occurrences is not None
    calendars.delete_occurrence(chosen.id, rng.choice(sorted(chosen.occurrences)))
    calendars.update(rng.choice(sorted(book.entries)), subject=f"Renamed {number}")
    account.contacts.add(f"New {number}", [sender])
    if number % 4 == 3:
        microsoft.forget_tokens()


def unfinished(db: Database, account: Account) -> str:
    """What is still to come; "" when everything that is there is known, nothing waits and nothing is owed."""
    with db.reading() as conn:
        busy = conn.execute(select(streams.c.name, streams.c.state, streams.c.sentence, streams.c.due_at)).all()
        stored = conn.execute(
            select(streams.c.name, items.c.external_id)
            .join(streams, streams.c.id == items.c.stream_id)
            .where(items.c.state != "gone")
        ).all()
    mail = {id for name, id in stored if name == "microsoft.mail"} ^ set(account.mailbox.live())
    people = {id for name, id in stored if name == "microsoft.contacts"} ^ set(account.contacts.live())
    told = {
        "streams": [row for row in busy if row.state != "done" or (row.due_at or 0) <= time.time()],
        "mail": sorted(mail)[:3],
        "people": sorted(people)[:3], "owed": claims.owed_left(db)[0],
    }  # fmt: skip
    return str({name: value for name, value in told.items() if value})[:2_000] if any(told.values()) else ""


def test_kills_and_a_graph_that_misbehaves_lose_nothing_and_double_nothing(
    life: Life, db: Database, broker: Broker, crew: Crew, tmp_path: Path
) -> None:
    microsoft = Microsoft()
    microsoft.add_life(life)
    account, rng = microsoft.only(), random.Random(3)
    with serve(microsoft, tmp_path / "tls") as running:
        settings = settings_for(tmp_path, running, broker)
        begin(db, microsoft, settings, life)
        crew.more = variables(settings)
        for kind, route, chance in FAULTS:
            microsoft.faults.add(kind, route, count=None, chance=chance)
        crew.start_all(kill=True)
        ends, changed, looked = time.monotonic() + 400, 0, time.monotonic()
        while crew.deaths < KILLS or len(crew.points()) < POINTS or len(microsoft.faults.done) < KINDS:
            assert time.monotonic() < ends, f"{crew.deaths} deaths: {crew.points()}; {unfinished(db, account)}"
            crew.replace_dead(kill=True)
            if crew.deaths // 4 > changed:
                changed += 1
                change(microsoft, rng, changed)
                microsoft.authorization.expire()
                if changed == 4:
                    broker.flush()
            if time.monotonic() - looked > 2:
                looked = time.monotonic()
                work_again(db)
            time.sleep(0.03)
        struck, done = crew.points(), dict(microsoft.faults.done)
        microsoft.faults.clear()
        crew.stop()
        crew.start_all(kill=False)
        finish(db, crew, lambda: unfinished(db, account), 240)
        print(f"\n{db.engine.dialect.name}: {crew.deaths} kills: {dict(struck)}; faults: {done}")
        assert microsoft.throttle.refused == 0, "never more than four at once, whoever was killed"
        same(without_gone(dump(db)), without_gone(undisturbed(tmp_path, microsoft, life)))


def undisturbed(tmp_path: Path, microsoft: Microsoft, life: Life) -> dict[str, list[tuple[object, ...]]]:
    """The log of the account as it is now, read by one worker of each kind."""
    folder = tmp_path / "clean"
    (folder / "b").mkdir(parents=True)
    broker = Broker(folder / "b")
    broker.start()
    database = Database(f"sqlite:///{folder / 'kith.db'}")
    migrate(database)
    crew = Crew(str(database.url), broker, folder, roles=("pull", "classify", "schedule"), page=500)
    try:
        with serve(microsoft, folder / "tls") as running:
            settings = settings_for(folder, running, broker)
            begin(database, microsoft, settings, life)
            crew.more = variables(settings)
            crew.start_all(kill=False)
            finish(database, crew, lambda: unfinished(database, microsoft.only()), 240)
        return dump(database)
    finally:
        crew.stop()
        broker.kill()
        database.close()
