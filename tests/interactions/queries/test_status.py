"""Counts that add up, and streams that rest or do not."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from interactions.items import Gone, Mailbox
from interactions.queries import progress
from interactions.queries.status import resting, status, streams_of
from interactions.schema import backlog, containers, streams
from interactions.store import leases, processes
from interactions.store.database import Database
from tests.interactions.queries.story import ME, SHOP, ago, mail, tell


def test_every_item_is_accounted_for_in_one_place(db: Database) -> None:
    story = tell(db)
    story.store(mail(20, SHOP, [Mailbox(ME)], "Unjudged", ago(days=1)))
    story.store(Gone("m4"))
    with db.writing() as conn:
        here = {"stream_id": story.stream_id, "container_id": conn.execute(select(containers.c.id)).scalar_one()}
        for lane in ("wanted", "deferred", "never"):
            conn.execute(insert(backlog).values(**here, external_id=lane, lane=lane))
    [one] = streams_of(db, story.owner_id)
    counts = one.counts
    assert (counts.seen, counts.kept, counts.quarantined, counts.gone) == (15, 7, 1, 1)
    assert (counts.deferred, counts.waiting) == (1, 2)
    assert counts.dropped_by == {"mail.bulk": 2, "mail.robot": 1}
    assert counts.adds_up()


def test_what_is_owed_again_is_waiting_whatever_it_was(db: Database) -> None:
    from interactions.store.quarantine import rejudge

    story = tell(db)
    owed = rejudge(db, story.owner_id)
    found = status(db, story.owner_id, 10)
    counts = found.streams[0].counts
    assert found.owed == owed == counts.waiting == 11
    assert (counts.kept, counts.dropped, counts.quarantined) == (0, 0, 1)
    assert counts.adds_up()
    assert found.owed_since is not None


def test_status_tells_of_containers_processes_and_the_log(db: Database) -> None:
    story = tell(db)
    processes.beat(db, "host:1:pull", "pull", 1)
    found = status(db, story.owner_id, 10)
    assert found.interactions == 6
    assert [process.role for process in found.processes] == ["pull"]
    [stretch] = found.streams[0].containers
    assert (stretch.name, stretch.total, stretch.done) == ("inbox.mbox", 1_000, 500)


def test_a_stream_rests_when_it_is_read_and_nothing_is_owed(db: Database) -> None:
    story = tell(db)
    assert resting(db, story.owner_id, [story.stream_id]) == resting(db, story.owner_id, [story.stream_id])
    assert not resting(db, story.owner_id, [story.stream_id]).busy
    assert not resting(db, story.owner_id, [story.stream_id]).owed
    story.store(mail(21, SHOP, [Mailbox(ME)], "Unjudged", ago(days=1)))
    assert resting(db, story.owner_id, [story.stream_id]).owed
    lease = story.lease()
    assert resting(db, story.owner_id, [story.stream_id]).busy == ("file.mbox",)
    leases.release(db, lease, state="failing", sentence="The disk is gone.", due_in=60, failed=True)
    assert not resting(db, story.owner_id, [story.stream_id]).busy
    with db.writing() as conn:
        conn.execute(update(streams).values(due_at=1.0))
    assert resting(db, story.owner_id, [story.stream_id]).busy


def test_progress_counts_bytes_items_and_what_is_to_be_judged(db: Database) -> None:
    story = tell(db)
    story.store(mail(22, SHOP, [Mailbox(ME)], "Unjudged", ago(days=1)))
    [one] = progress.readings(db, [story.stream_id])
    assert (one.done, one.total, one.seen, one.owed) == (500, 1_000, 13, 1)
    assert progress.logged(db, story.owner_id) == 6
    known = progress.archive(db, story.owner_id, "/archive")
    assert known is not None
    assert known.stream_ids == (story.stream_id,)
    assert progress.archive(db, story.owner_id, "/elsewhere") is None
