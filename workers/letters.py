"""The letter of the week, delivered on Sundays where the owner chose: into a file, by mail, once on each way.

It is made and sent in a thread of its own, so that a slow mail server holds nothing up. A crash between sending and
remembering sends it twice; both have one Message-ID.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import threading
from datetime import datetime, time, timedelta
from pathlib import Path

from interactions.errors import StoreProblem, UsageProblem
from interactions.settings import Settings
from interactions.settings_week import ENDINGS
from interactions.store import accounts, letters
from interactions.store.alerts import Alert
from interactions.store.database import Database
from workers.mailing import Undelivered, send

log = logging.getLogger(__name__)

#: The owner's hour on Sunday at which the week ends; each week goes on where the one before ended.
_HOUR = 18
#: Days after Sunday on which it is still delivered, where nothing ran or nothing worked then.
_LATE = 1
#: Seconds that one delivery is left alone by everybody else.
_CLAIM = 600.0
FILE, MAIL = "file", "mail"
_WAYS = {FILE: "written into its file (KITH_WEEK_FILE)", MAIL: "sent by mail (KITH_WEEK_SMTP_URL)"}
_SEVERAL = "There are several owners here: say with KITH_OWNER whose week is delivered."


class Letters:
    """Looks whether a letter is due, and delivers it beside whatever else goes on."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self._settings, self._db = settings, db
        self._thread: threading.Thread | None = None

    def look(self, now: datetime | None = None) -> None:
        """Begin to deliver what is due at `now` (aware, the owner's zone). Returns at once. Raises StoreProblem."""
        if not ways(self._settings) or (self._thread is not None and self._thread.is_alive()):
            return
        until = due(datetime.now(self._settings.zone()) if now is None else now)
        owner_id = _owner(self._settings, self._db) if until is not None else None
        if until is None or owner_id is None:
            return
        sunday = until.date().isoformat()
        owed = [
            way
            for way in ways(self._settings)
            if letters.delivery(self._db, owner_id, way).delivered < sunday
            and letters.claim(self._db, owner_id, way, sunday, _CLAIM)
        ]
        if owed:
            self._thread = threading.Thread(
                target=self._deliver, args=(owner_id, owed, until), name="letters", daemon=True
            )
            self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for what is being delivered, at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _deliver(self, owner_id: int, owed: list[str], until: datetime) -> None:
        for way in owed:
            try:
                self._try(owner_id, way, until)
            except StoreProblem as problem:
                # The claim ends by itself, and it is tried again then.
                log.error("%s", problem)

    def _try(self, owner_id: int, way: str, until: datetime) -> None:
        reason = ""
        try:
            deliver(self._settings, self._db, owner_id, way, until)
        except Undelivered as problem:
            reason = str(problem)
        except StoreProblem:
            raise
        except Exception as error:
            # What it says could name somebody.
            reason = f"something unexpected happened ({type(error).__name__})"
        if reason:
            letters.failed(self._db, owner_id, way, reason)
            log.error("the week could not be %s: %s. It is tried again.", _WAYS[way], reason)
            return
        letters.delivered(self._db, owner_id, way, until.date().isoformat())
        log.info("the week was %s", _WAYS[way])


def ways(settings: Settings) -> list[str]:
    """How letters are to be delivered; none where nobody asked for them."""
    return [FILE] * (settings.week_file is not None) + [MAIL] * bool(settings.week_smtp_url)


def due(now: datetime) -> datetime | None:
    """The end of the week whose letter is to be delivered at `now` (aware, the owner's zone); None on other days."""
    since = (now.weekday() + 1) % 7
    until = datetime.combine(now.date() - timedelta(days=since), time(_HOUR), now.tzinfo)
    return until if since <= _LATE and now >= until else None


def deliver(settings: Settings, db: Database, owner_id: int, way: str, until: datetime) -> None:
    """Make the letter of the week that ends at `until`, and deliver it. Raises Undelivered, StoreProblem."""
    from interactions.letters.forms import FORMS
    from interactions.letters.letter import letter
    from interactions.queries.week import week

    told = letter(week(db, owner_id, until), settings.zone())
    if way == MAIL:
        send(settings, told)
    elif settings.week_file is not None:
        _write(settings.week_file, FORMS[ENDINGS[settings.week_file.suffix.lower()]](told))


def wrong(settings: Settings, db: Database) -> list[Alert]:
    """What keeps letters from being delivered, a sentence each."""
    if not ways(settings):
        return []
    try:
        owner_id = accounts.find_owner(db, settings.owner)
    except UsageProblem:
        return [Alert("week", "week", _SEVERAL)]
    found = [(way, letters.delivery(db, owner_id, way)) for way in ways(settings)] if owner_id is not None else []
    return [
        Alert(
            "week", f"week {owner_id} {way}", f"Your week could not be {_WAYS[way]}: {one.reason}. It is tried again."
        )
        for way, one in found
        if one.failures
    ]


def _owner(settings: Settings, db: Database) -> int | None:
    """Whose week it is; None where there is nobody yet, or nobody said who."""
    try:
        return accounts.find_owner(db, settings.owner)
    except UsageProblem:
        return None


def _write(path: Path, text: str) -> None:
    """Put `text` under its name wholly or not at all, for the owner alone."""
    try:
        handle, part = tempfile.mkstemp(prefix=".kith-week-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
    except OSError as error:
        raise Undelivered(f"its folder refuses it ({error.strerror or type(error).__name__})") from error
