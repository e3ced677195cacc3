"""`kith demo`: an invented life at a Google and a Microsoft on this machine, connected, read and asked."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from interactions.address import canonical
from interactions.errors import KithError, UsageProblem
from interactions.queries.language import Filter
from interactions.queries.log import log
from interactions.queries.people import people
from interactions.queries.status import status
from interactions.queries.support import Supported, instant, supported
from interactions.settings import Settings, load_settings
from interactions.store import accounts
from interactions.store.database import Database
from kith.commands.session import MISSED_BEATS
from kith.show.answers import Moment, log_lines, log_sum, people_lines
from kith.show.screen import Screen
from kith.show.standing import status_lines

#: Where it all lies, in the folder the command is run in.
FOLDER = ".demo"
#: Says that a folder is ours to empty.
_MARK = "made-by-kith-demo"
#: Mails a person wrote; of the others none may be in the log.
_HUMAN = ("human_direct", "human_list")
_LOG_LINES, _PEOPLE_LINES = 12, 10


class Measured(Struct, frozen=True):
    """The log held against the truth of the life."""

    mails: int
    mails_missing: int
    meetings: int
    meetings_missing: int
    #: Newsletters, receipts, notices and the like that got into the log.
    machines: int
    machines_logged: int
    #: Addresses of programs that somebody in the log is said to have.
    robots_logged: int

    @property
    def right(self) -> bool:
        """Whether everything human is there and nothing else."""
        return not (self.mails_missing or self.meetings_missing or self.machines_logged or self.robots_logged)

    def sentence(self) -> str:
        """One line."""
        return (
            f"Against the truth: {self.mails - self.mails_missing:,} of {self.mails:,} human mails and "
            f"{self.meetings - self.meetings_missing:,} of {self.meetings:,} meetings are in the log; of "
            f"{self.machines:,} newsletters, receipts and notices {self.machines_logged or 'none'} is."
        )


def folder(keep: bool) -> Path:
    """A fresh folder for the demo (an old one of its own with `keep`). Raises UsageProblem for a stranger's."""
    place = Path.cwd() / FOLDER
    if not os.access(place.parent, os.W_OK):
        place = Path(tempfile.gettempdir()) / f"kith-demo-{os.getuid()}"
    if place.is_symlink() or (place.exists() and not (place / _MARK).is_file()):
        raise UsageProblem(f"{place} is there and was not made by kith demo. Move it away, or run from another folder.")
    if place.exists() and not keep:
        from kith.supervisor import service_running

        if service_running(settings(place)):
            raise KithError("A demo runs here already. Stop it with Ctrl-C where it runs.")
        shutil.rmtree(place)
    place.mkdir(mode=0o700, exist_ok=True)
    (place / _MARK).touch()
    return place


def settings(place: Path) -> Settings:
    """Settings of the demo: its own folder, nothing of the owner's but the time zone."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    if os.environ.get("KITH_TIMEZONE"):
        ours["KITH_TIMEZONE"] = os.environ["KITH_TIMEZONE"]
    return load_settings(ours, data_dir=place / "data")


def show(screen: Screen, found: Settings, db: Database, owner_id: int, moment: Moment) -> None:
    """The log, the people and the status."""
    newest = log(db, owner_id, Filter(), moment.now, limit=_LOG_LINES)
    click.echo("\n".join(["", "$ kith log", *log_lines(screen, newest.entries, moment)]))
    click.echo(f" {log_sum(newest, planned=False)}")
    everybody = people(db, owner_id, "", moment.now, limit=_PEOPLE_LINES)
    click.echo("\n".join(["", "$ kith people", *people_lines(screen, everybody.people, moment)]))
    click.echo(f" {everybody.total:,} people")
    stands = status(db, owner_id, MISSED_BEATS * found.heartbeat_seconds)
    click.echo("\n".join(["", "$ kith status", *status_lines(screen, stands), ""]))


def measure(db: Database, owner_id: int, truth: Mapping[str, Any]) -> Measured:
    """Hold the log against the truth."""
    there: Supported = supported(db, owner_id)
    human = {one["message_id"] for one in truth["mails"] if one["in_log"]}
    machines = {one["message_id"] for one in truth["mails"] if one["class"] not in _HUMAN} - human
    meetings = {(one["uid"], instant(one["start"])) for one in truth["occurrences"] if one["in_log"]}
    return Measured(
        mails=len(human),
        mails_missing=len(human - there.mails),
        meetings=len(meetings),
        meetings_missing=len(meetings - there.meetings),
        machines=len(machines),
        machines_logged=len(machines & there.mails),
        robots_logged=len({canonical(address) for address in truth["never"]} & there.addresses),
    )


def run(screen: Screen, *, once: bool, keep: bool) -> int:
    """The whole demo; with `once` it ends by itself, 1 when the log is not what the truth says."""
    from kith.demo_accounts import Sandbox, connected, read
    from kith.supervisor import Supervisor

    click.echo("Kith demo: a Google and a Microsoft that run on this machine, with a year of somebody's life in them:")
    click.echo("a private account, and one at work. All of it is invented, and nothing leaves your computer.")
    place = folder(keep)
    with Sandbox.started(place) as sandbox:
        sandbox.write_settings(place / "data")
        found = settings(place)
        db, owner_id, moment = _opened(found)
        try:
            truth: Mapping[str, Any] = json.loads((place / "truth.json").read_text(encoding="utf-8"))
            accounts.add_own(db, owner_id, truth["owner"]["addresses"])
            account_ids = connected(found, db, owner_id, sandbox)
            with Supervisor(found).running():
                read(found, db, owner_id, account_ids)
                show(screen, found, db, owner_id, moment)
                result = measure(db, owner_id, truth)
                click.echo(result.sentence())
                if once:
                    return 0 if result.right else 1
                _stay(place)
        finally:
            db.close()
    return 0


def _opened(found: Settings) -> tuple[Database, int, Moment]:
    import time

    from interactions.store.opening import open_database

    db = open_database(found)
    return db, accounts.owner(db, found.owner), Moment(int(time.time()), found.zone())


def _program() -> str:
    """How the owner runs `kith` from here."""
    if shutil.which("kith"):
        return "kith"
    ours = Path(sys.argv[0]).absolute()
    return shlex.quote(str(ours)) if ours.name == "kith" else f"{shlex.quote(sys.executable)} -m kith"


def _stay(place: Path) -> None:
    """Stay up until Ctrl-C, which is how this ends well."""
    told = f"KITH_DATA_DIR={shlex.quote(str(place / 'data'))} {_program()}"
    click.echo("\n".join([
        "It stays up until Ctrl-C. In another terminal try",
        *(f"  {told} {words}" for words in ("log with:anna after:6m", "show schmidt", "dropped", "why 1", "doctor")),
    ]))  # fmt: skip
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("\nStopping …", err=True)
