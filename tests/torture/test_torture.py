"""Nothing is lost and nothing doubled, whatever dies: real workers, real kills, both databases."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interactions.schema import items
from interactions.store import recount
from interactions.store.database import Database
from interactions.store.migrate import migrate
from tests.torture.dump import dump
from tests.torture.harness import (
    Broker,
    Crew,
    at_rest,
    cursor_is_never_ahead,
    read_again,
    register,
    wait_for_rest,
)

pytestmark = [pytest.mark.torture, pytest.mark.timeout(600)]

KILLS = 100
NAMES = ("file.vcf", "file.ics", "file.mbox")
MBOX = "All mail Including Spam and Trash.mbox"


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of mail, meetings and cards as an archive."""
    folder = tmp_path_factory.mktemp("life")
    subprocess.run([sys.executable, "-m", "sandbox.life", str(folder), "--end", "2026-10-31"], check=True)
    return folder


@pytest.fixture(scope="module")
def own(life: Path) -> list[str]:
    """The owner's addresses."""
    return list(json.loads((life / "truth.json").read_text())["owner"]["addresses"])


@pytest.fixture(scope="module")
def clean(life: Path, own: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """The log of that archive when nobody dies."""
    folder = tmp_path_factory.mktemp("clean")
    return undisturbed(folder, life / "Takeout", own)


def undisturbed(folder: Path, archive: Path, own: list[str]) -> dict[str, list[tuple[object, ...]]]:
    """Import an archive with one worker of each kind and nothing in its way; the log it makes."""
    (folder / "b").mkdir(parents=True)
    broker = Broker(folder / "b")
    broker.start()
    database = Database(f"sqlite:///{folder / 'kith.db'}")
    migrate(database)
    crew = Crew(str(database.url), broker, folder, roles=("pull", "classify", "schedule"), page=500)
    try:
        register(database, archive, own, NAMES)
        crew.start_all(kill=False)
        wait_for_rest(database, crew, 120)
        return dump(database)
    finally:
        crew.stop()
        broker.kill()
        database.close()


def offsets(mbox: Path) -> list[int]:
    """Where each message of a mbox starts, found by other means than ours."""
    return [match.start() for match in re.finditer(rb"(?m)^From \d+@xxx ", mbox.read_bytes())]


def same(found: dict[str, list[tuple[object, ...]]], expected: dict[str, list[tuple[object, ...]]]) -> None:
    """Row for row."""
    for name, rows in expected.items():
        there, wanted = set(found[name]), set(rows)
        lost = [row for row in rows if row not in there]
        extra = [row for row in found[name] if row not in wanted]
        assert not lost, f"{name}: {len(lost)} lost, first: {lost[0]}; {len(extra)} extra, first: {extra[:1]}"
        assert not extra, f"{name}: {len(extra)} extra, first: {extra[0]}"
        assert len(found[name]) == len(rows), name


def test_a_hundred_kills_lose_nothing_and_double_nothing(
    life: Path, own: list[str], db: Database, broker: Broker, crew: Crew, clean: dict[str, list[tuple[object, ...]]]
) -> None:
    starts = offsets(life / "Takeout" / "Mail" / MBOX)
    register(db, life / "Takeout", own, NAMES)
    crew.start_all(kill=True)
    flushed = restarted = again = False
    ends = time.monotonic() + 400
    while crew.deaths < KILLS:
        assert time.monotonic() < ends, f"only {crew.deaths} deaths: {crew.points()}"
        crew.replace_dead(kill=True)
        cursor_is_never_ahead(db, starts, MBOX, not again)
        if crew.deaths > KILLS // 3 and not flushed:
            broker.flush()
            flushed = True
        if crew.deaths > 2 * KILLS // 3 and not restarted:
            broker.kill()
            broker.start()
            restarted = True
        if at_rest(db):
            # Everything is done before everybody has died: all of it once more, over what is there.
            db.write(lambda conn: recount.owe_all(conn, 1))
            read_again(db)
            again = True
        time.sleep(0.03)
    crew.stop()
    crew.start_all(kill=False)
    wait_for_rest(db, crew, 120)
    assert cursor_is_never_ahead(db, starts, MBOX, True) == len(starts)
    with db.reading() as conn:
        twice = conn.execute(
            select(items.c.stream_id, items.c.external_id)
            .group_by(items.c.stream_id, items.c.external_id)
            .having(func.count() > 1)
        ).all()
    assert not twice
    assert flushed
    assert restarted
    same(dump(db), clean)
    struck = crew.points()
    print(f"\n{db.engine.dialect.name}: {crew.deaths} kills: {dict(struck)}")
    assert crew.deaths >= KILLS
    assert len(struck) >= 7, struck


def test_mail_that_arrives_in_any_order_makes_the_same_log(
    life: Path, own: list[str], clean: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    source = (life / "Takeout" / "Mail" / MBOX).read_bytes()
    starts = [*offsets(life / "Takeout" / "Mail" / MBOX), len(source)]
    messages = [source[begin:end] for begin, end in zip(starts, starts[1:], strict=False)]
    for seed in range(3):
        archive = tmp_path / f"{seed}" / "Takeout"
        archive.parent.mkdir()
        shutil.copytree(life / "Takeout", archive)
        shuffled = random.Random(seed).sample(messages, len(messages))
        (archive / "Mail" / MBOX).write_bytes(b"".join(shuffled))
        same(undisturbed(tmp_path / f"run{seed}", archive, own), clean)


def test_an_item_that_kills_its_judge_is_set_aside_and_the_rest_goes_on(
    life: Path, own: list[str], db: Database, crew: Crew, tmp_path: Path
) -> None:
    archive = tmp_path / "crash.mbox"
    source = (life / "Takeout" / "Mail" / MBOX).read_bytes()
    source = source[: offsets(life / "Takeout" / "Mail" / MBOX)[500]]
    middle = offsets(life / "Takeout" / "Mail" / MBOX)[250]
    marked = re.sub(rb"(?m)^Subject: .*$", b"Subject: CRASH", source[middle:], count=1)
    archive.write_bytes(source[:middle] + marked)
    crew.page = 500
    register(db, archive, own, ("file.mbox",))
    crew.start_all(kill=False)
    wait_for_rest(db, crew, 120)
    with db.reading() as conn:
        states = dict(conn.execute(select(items.c.state, func.count()).group_by(items.c.state)).all())
    assert states["quarantined"] == 1
    assert states["kept"] + states["dropped"] == 499
    assert crew.points()["crashing item"] == 4


def test_after_one_kill_at_default_settings_work_is_taken_up_within_45_seconds(
    life: Path, own: list[str], db: Database, crew: Crew
) -> None:
    crew.short = False
    crew.roles = ("pull", "classify", "schedule")
    register(db, life / "Takeout", own, ("file.mbox",))
    crew.page = 50
    crew.start("schedule", kill=False)
    crew.start("pull", kill=False)
    crew.start("classify", kill=True)
    while crew.replace_dead(kill=False) == 0:
        time.sleep(0.02)
    died = time.monotonic()
    wait_for_rest(db, crew, 45)
    print(f"\n{db.engine.dialect.name}: taken up and finished {time.monotonic() - died:.1f} s after the kill")
