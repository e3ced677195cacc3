"""Background work waited for: somebody does it, its progress is shown, and it is over when nothing is owed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from interactions.errors import KithError, StoreProblem
from interactions.queries import progress
from interactions.queries.status import resting
from interactions.settings import Settings
from interactions.store import processes
from interactions.store.database import Database
from kith.commands.session import MISSED_BEATS
from kith.show.progress import View, view

#: Seconds between looks while much is to be done, and when little is.
LOOK = 0.1
LOOK_NEAR_THE_END = 0.03
#: Seconds between counts, which cost more than a look; and how many times as long as the last one took, so that of a
#: large log counting takes little from those who work.
COUNT_EVERY = 0.4
COUNT_SHARE = 20
#: Bytes free below which the workers cannot go on.
ROOM_MIN = 1_000_000
#: Seconds without any living process until waiting is given up.
PATIENCE = 45.0


@contextmanager
def workers(settings: Settings, db: Database) -> Iterator[bool]:
    """Somebody works for as long as the block runs: the service that runs already, or one started for it (True)."""
    from kith.supervisor import Supervisor, service_running

    if service_running(settings) or (settings.database_url and _alive(settings, db)):
        yield False
        return
    with Supervisor(settings).running():
        yield True


def follow(
    settings: Settings, db: Database, owner_id: int, stream_ids: Sequence[int], shown: View | None = None
) -> None:
    """Show progress until these streams are at rest and nothing of the owner's is owed. Raises KithError.

    What is waited for goes on without us: to stop waiting loses nothing.
    """
    shown = shown or view()
    try:
        _follow(settings, db, owner_id, stream_ids, shown)
    finally:
        shown.end()


def _follow(settings: Settings, db: Database, owner_id: int, stream_ids: Sequence[int], shown: View) -> None:
    counted, every = 0.0, COUNT_EVERY
    heard = checked = time.monotonic()
    while True:
        rest = resting(db, owner_id, stream_ids)
        now = time.monotonic()
        over = not rest.busy and not rest.owed
        if over or now - counted >= every:
            shown.show(progress.readings(db, stream_ids))
            counted = time.monotonic()
            every = max(COUNT_EVERY, COUNT_SHARE * (counted - now))
        if over:
            return
        if now - checked >= settings.heartbeat_seconds:
            checked = now
            _room(settings)
            heard = now if _alive(settings, db) else heard
            if now - heard > PATIENCE:
                raise KithError(
                    "Nothing works on it: no worker has been heard of for a while. What is read is kept; see "
                    f"{settings.data_dir / 'logs'}  or  kith doctor."
                )
        time.sleep(LOOK if rest.busy else LOOK_NEAR_THE_END)


def _room(settings: Settings) -> None:
    """Raises StoreProblem when nothing more can be written: waiting would be for nothing."""
    if shutil.disk_usage(settings.data_dir).free < ROOM_MIN:
        raise StoreProblem(
            f"The disk that holds {settings.data_dir} is full. What is read so far is kept: make room, then run the "
            "same command again."
        )


def _alive(settings: Settings, db: Database) -> bool:
    return bool(processes.living(db, MISSED_BEATS * settings.heartbeat_seconds))
