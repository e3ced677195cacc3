"""A Google account read while workers die, Google misbehaves and the account changes: the log of an undisturbed run."""

from __future__ import annotations

import random
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from interactions.schema import backlog, items, streams
from interactions.settings import Settings
from interactions.store import accounts, claims
from interactions.store.database import Database
from interactions.store.migrate import migrate
from sandbox.google.server import serve
from sandbox.google.world import Account, Google
from sandbox.life import Life, make_life
from tests.torture.accounts import finish, without_gone, work_again
from tests.torture.dump import dump
from tests.torture.harness import Broker, Crew
from tests.torture.test_torture import same
from tests.workers.google import connect, google_settings

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

#: At least so many deaths, at so many points, and so many kinds of faults.
KILLS, POINTS, KINDS = 40, 8, 8
END = date(2026, 10, 31)
#: (kind, route, chance)
FAULTS = (
    ("500", "gmail", 0.03), ("503", "calendar", 0.05), ("502", "people", 0.05), ("cut", "gmail.messages", 0.03),
    ("truncated", "batch", 0.03), ("part.missing", "batch", 0.05), ("part.shuffled", "batch", 0.2),
    ("html", "gmail.messages", 0.02), ("rate.retry", "gmail.messages.get", 0.004), ("500", "oauth.token", 0.1),
    ("shuffled", "gmail.messages", 0.3), ("unauthorized", "gmail.threads", 0.01), ("nothing", "calendar.events", 0.03),
)  # fmt: skip


@pytest.fixture(scope="module")
def life() -> Life:
    return make_life(4, END)


def settings_for(folder: Path, url: str, broker: Broker) -> Settings:
    chosen = google_settings(url, google_units_per_minute=100_000_000, google_people_requests_per_minute=1_000_000)
    return Settings(data_dir=folder, broker_url=broker.url, **chosen)


def variables(settings: Settings) -> dict[str, str]:
    wanted = {name: value for name, value in settings.environ().items() if name.startswith("KITH_GOOGLE_")}
    return {**wanted, "KITH_TEST_FETCHING": "1", "KITH_REQUEST_SECONDS": "5"}


def begin(db: Database, google: Google, settings: Settings, life: Life) -> None:
    owner_id, _ = connect(db, google, settings)
    accounts.add_own(db, owner_id, life.owner.addresses)
    with db.writing() as conn:
        conn.execute(text("UPDATE owners SET horizon = '2026-10-31'"))


def change(account: Account, rng: random.Random, number: int) -> None:
    """Something new in the account, as a week brings it; nothing is deleted that may have been seen."""
    mailbox, calendars, people = account.mailbox, account.calendars, account.people
    sender = f"newcomer{number}@people.example"
    headers = [
        ("From", sender), ("To", account.address), ("Subject", f"News {number}"),
        ("Message-ID", f"<news{number}@x.example>"), ("Date", "Fri, 30 Oct 2026 10:00:00 +0000"),
    ]  # fmt: skip
    id = mailbox.deliver(headers)
    mailbox.relabel(rng.choice(list(mailbox.messages)), ["STARRED"])
    mailbox.trash(id)
    mailbox.untrash(id)
    draft = mailbox.save_draft([("From", account.address), ("To", sender), *headers[2:]])
    for _ in range(3):
        draft = mailbox.save_draft([("From", account.address), ("To", sender), *headers[2:]], draft)
    mailbox.delete(draft)
    events = [one for one in calendars.books[account.address].events.values() if "recurrence" not in one]
    calendars.update(account.address, rng.choice(events)["id"], summary=f"Renamed {number}")
    people.add(f"people/n{number}", f"New {number}", [sender])
    if number % 4 == 3:
        mailbox.forget_history()
        calendars.forget_sync_tokens()
        people.forget_sync_tokens()


def unfinished(db: Database, account: Account) -> str:
    """What is still to come; "" when everything that is there is known, nothing waits and nothing is owed."""
    with db.reading() as conn:
        left = conn.execute(select(backlog.c.lane, func.count()).group_by(backlog.c.lane)).all()
        busy = conn.execute(select(streams.c.name, streams.c.state, streams.c.sentence, streams.c.due_at)).all()
        stored = conn.execute(
            select(streams.c.name, items.c.external_id)
            .join(streams, streams.c.id == items.c.stream_id)
            .where(items.c.state != "gone")
        ).all()
    mail = {id for name, id in stored if name == "google.mail"} ^ set(account.mailbox.live())
    people = {id for name, id in stored if "contacts" in name} ^ set(account.people.live())
    told = {
        "backlog": left, "streams": [row for row in busy if row.state != "done" or (row.due_at or 0) <= time.time()],
        "mail": sorted(mail)[:3],
        "people": sorted(people)[:3], "owed": claims.owed_left(db)[0],
    }  # fmt: skip
    return str({name: value for name, value in told.items() if value})[:2_000] if any(told.values()) else ""


def test_forty_kills_and_a_google_that_misbehaves_lose_nothing_and_double_nothing(
    life: Life, db: Database, broker: Broker, crew: Crew, tmp_path: Path
) -> None:
    google = Google()
    google.add_life(life)
    google.quota.rate, account, rng = 100_000, google.only(), random.Random(3)
    with serve(google) as running:
        settings = settings_for(tmp_path, running.url, broker)
        begin(db, google, settings, life)
        crew.more = variables(settings)
        for kind, route, chance in FAULTS:
            google.faults.add(kind, route, count=None, chance=chance)
        crew.start_all(kill=True)
        ends, changed, looked = time.monotonic() + 400, 0, time.monotonic()
        while crew.deaths < KILLS or len(crew.points()) < POINTS or len(google.faults.done) < KINDS:
            assert time.monotonic() < ends, f"only {crew.deaths} deaths: {crew.points()}"
            crew.replace_dead(kill=True)
            if crew.deaths // 4 > changed:
                changed += 1
                change(account, rng, changed)
                google.authorization.expire()
                if changed == 7:
                    broker.flush()
            if time.monotonic() - looked > 2:
                looked = time.monotonic()
                work_again(db)
            time.sleep(0.03)
        struck, done = crew.points(), dict(google.faults.done)
        google.faults.clear()
        crew.stop()
        crew.start_all(kill=False)
        finish(db, crew, lambda: unfinished(db, account), 240)
        print(f"\n{db.engine.dialect.name}: {crew.deaths} kills: {dict(struck)}; faults: {done}")
        assert len(struck) >= POINTS
        assert len(done) >= KINDS
        same(without_gone(dump(db)), without_gone(undisturbed(tmp_path, google, life)))


def undisturbed(tmp_path: Path, google: Google, life: Life) -> dict[str, list[tuple[object, ...]]]:
    """The log of the account as it is now, read by one worker of each kind."""
    folder = tmp_path / "clean"
    (folder / "b").mkdir(parents=True)
    broker = Broker(folder / "b")
    broker.start()
    database = Database(f"sqlite:///{folder / 'kith.db'}")
    migrate(database)
    crew = Crew(str(database.url), broker, folder, roles=("pull", "classify", "schedule"), page=500)
    try:
        with serve(google) as running:
            settings = settings_for(folder, running.url, broker)
            begin(database, google, settings, life)
            crew.more = variables(settings)
            crew.start_all(kill=False)
            finish(database, crew, lambda: unfinished(database, google.only()), 240)
        return dump(database)
    finally:
        crew.stop()
        broker.kill()
        database.close()
