"""What every command has at hand: settings, the database and its owner, the clock, and the screen."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

import click

from interactions.errors import KithError
from kith.show.screen import Screen, screen

if TYPE_CHECKING:
    from interactions.secret import Key
    from interactions.settings import Settings
    from interactions.store.database import Database

#: A process is taken for dead after this many missed heartbeats.
MISSED_BEATS = 4


class NothingYet(KithError):
    """There is no database, or no owner in it."""

    def __init__(self, said: str = "Nothing here yet.") -> None:
        super().__init__(
            f"{said} Run  kith import PATH  with a mailbox, calendar, contacts or Google Takeout, or"
            "  kith setup google  to connect an account."
        )


class Session:
    """One run of one command. Everything is made at its first use, so that errors come where they belong."""

    def __init__(self, owner: str | None = None) -> None:
        self._owner = owner
        self._stack = contextlib.ExitStack()

    def close(self) -> None:
        """Give everything back."""
        self._stack.close()

    @cached_property
    def settings(self) -> Settings:
        """Raises UsageProblem with everything that is off, KithError when the data folder is a file."""
        from interactions.settings import load_settings

        found = load_settings(owner=self._owner)
        if os.path.exists(found.data_dir) and not os.path.isdir(found.data_dir):
            raise KithError(f"{found.data_dir} is a file, no folder. Name another data folder with KITH_DATA_DIR.")
        return found

    @cached_property
    def zone(self) -> tzinfo:
        """The owner's time zone."""
        return self.settings.zone()

    @cached_property
    def now(self) -> int:
        """This command's moment, seconds since 1970 UTC."""
        return int(time.time())

    @property
    def moment(self) -> datetime:
        """The same, in the owner's zone."""
        return datetime.fromtimestamp(self.now, self.zone)

    @cached_property
    def screen(self) -> Screen:
        """Standard output."""
        return screen()

    @cached_property
    def db(self) -> Database:
        """The database there is. Raises NothingYet."""
        from interactions.queries.opening import open_existing

        found = open_existing(self.settings)
        if found is None:
            raise NothingYet
        self._stack.callback(found.close)
        gc.freeze()
        # Answers come by the thousand rows and are over at once: looking for cycles after every 700 is time lost.
        gc.set_threshold(20_000, 10, 10)
        gc.enable()
        self._warn(found)
        return found

    @cached_property
    def owner_id(self) -> int:
        """Whose log is asked. Raises NothingYet, UsageProblem."""
        from interactions.store.accounts import find_owner

        found = find_owner(self.db, self.settings.owner)
        if found is None:
            raise NothingYet
        return found

    def make(self) -> tuple[Database, int]:
        """The database and its owner, both made when they are not there."""
        from interactions.store.accounts import owner
        from interactions.store.opening import open_database

        db = open_database(self.settings)
        gc.enable()
        self._stack.callback(db.close)
        self._warn(db)
        return db, owner(db, self.settings.owner)

    @cached_property
    def key(self) -> Key:
        """The secret key that credentials are sealed with; asked for after the database was opened or made."""
        from interactions.secret import load_key

        return load_key(self.settings)

    def _warn(self, db: Database) -> None:
        """One line when something needs the owner, and only to a person."""
        if not sys.stderr.isatty():
            return
        from interactions.store.alerts import open_alerts
        from kith.show.plain import plain

        alerts = open_alerts(db)
        if alerts:
            more = f" (and {len(alerts) - 1} more: kith status)" if len(alerts) > 1 else ""
            click.secho(plain(alerts[0].sentence) + more, fg="yellow", err=True)


@contextlib.contextmanager
def opened(context: click.Context) -> Iterator[Session]:
    """The session of a command."""
    session = context.find_object(Session)
    assert session is not None
    yield session


def say(lines: str | Sequence[str]) -> None:
    """Write to standard output."""
    text = lines if isinstance(lines, str) else "\n".join(lines)
    click.echo(text, nl=not text.endswith("\n"))


def tell(text: str) -> None:
    """Write a sentence to standard error, where it does not get into what a program reads; a full one is no matter."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True)


def agreed(question: str, yes: bool, otherwise: str) -> bool:
    """Whether the owner says yes; off a terminal only `--yes` does. Raises UsageProblem with `otherwise`."""
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        from interactions.errors import UsageProblem

        raise UsageProblem(otherwise)
    return click.confirm(question, err=True)
