"""What `kith doctor` says of connected Google accounts: what is granted, what answers, and what Google refuses us."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactions.errors import KithError, SourceProblem, UsageProblem
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from kith.check import Check
from kith.provider_google import Google, client_of
from kith.show.plain import plain

if TYPE_CHECKING:
    from connectors.google.api import Online
    from connectors.google.live import Trial

REPORT = Path("kith-live-report.txt")


def online(settings: Settings, db: Database, account: connections.Account) -> Online:
    """A stored account as its connectors get it. Raises UsageProblem when there is no client."""
    from connectors.google.api import Online
    from connectors.rate import LocalLedger

    key = load_key(settings)
    tokens = credentials.Credentials(db, key, account.id)
    return Online(settings, client_of(db, key), tokens, LocalLedger(), account.subject, account.label)


def checks(settings: Settings, db: Database) -> Iterator[Check]:
    """Each connected account: its permissions, and one request that Google has to refuse."""
    for owner_id in accounts.owner_ids(db):
        for account in connections.connected(db, owner_id, "google"):
            if account.connected and not account.paused:
                yield _granted(account)
                yield _refused(settings, db, account)


def _granted(account: connections.Account) -> Check:
    from connectors.google.oauth import missing

    off = [Google.words[stream] for stream in missing(account.scopes)]
    name = f"google · {plain(account.label)}"
    if off:
        return Check(name, None, f"you did not allow {', '.join(off)}; kith connect google  asks again")
    return Check(name, True, "all permissions are there, and all of them only read")


def _refused(settings: Settings, db: Database, account: connections.Account) -> Check:
    from connectors.google.api import Api, Session
    from connectors.google.live import body_refused

    name = "forbidden"
    try:
        with closing(Session(online(settings, db, account), Api.GMAIL, "google.mail")) as session:
            holds, said = body_refused(session)
    except SourceProblem as problem:
        return Check(name, None, f"not tried: {problem}")
    if holds is None:
        return Check(name, None, f"not tried: {said}")
    if not holds:
        return Check(name, False, f"Google did not refuse the body of a mail ({said}). Disconnect, and report this.")
    return Check(
        name, True, f"a mail's body was asked for, and Google refused it ({said}): headers are all we can read"
    )


def live(settings: Settings, db: Database, owner_id: int, report: Path) -> tuple[list[str], bool]:
    """Try every belief on the owner's accounts; the lines to show, and whether all held. Writes the report.

    Raises UsageProblem when no account is connected or the report cannot be written.
    """
    from connectors.google.live import Live, Trial
    from interactions.queries.support import same_mail_other_id

    mine = [one for one in connections.connected(db, owner_id, "google") if one.connected]
    if not mine:
        raise UsageProblem("No Google account is connected. Run  kith connect google  first.")
    lines: list[str] = []
    held = True
    for number, account in enumerate(mine, 1):
        lines.append(f" account {number} of {len(mine)}")
        same, other = same_mail_other_id(db, owner_id)
        archive = Trial(
            "a Takeout archive calls a mail by the same id", None if not same + other else not other,
            f"{same} of {same + other} mails that both have",
        )  # fmt: skip
        with closing(Live(online(settings, db, account))) as tried:
            trials = [*_dotted(tried.trials()), archive]
        for trial in trials:
            mark = {True: "pass", False: "FAIL", None: "-"}[trial.holds]
            held = held and trial.holds is not False
            lines.append(f"  {mark:<5} {trial.belief:<62} {plain(trial.said)}")
    _write(report, lines)
    return [*lines, f" Written to {report}. It holds no personal data; paste it into a bug report."], held


def _dotted(trials: Iterable[Trial]) -> Iterator[Trial]:
    """A dot for each, so that one sees it go on."""
    for trial in trials:
        click.echo(".", nl=False, err=True)
        yield trial
    click.echo("", err=True)


def _write(report: Path, lines: list[str]) -> None:
    from importlib.metadata import version

    head = [f"Kith {version('kith')}, Python {sys.version.split()[0]}, {time.strftime('%Y-%m-%d', time.gmtime())}"]
    try:
        with open(os.open(report, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join([*head, *lines, ""]))
    except OSError as error:
        raise KithError(f"The report {report} cannot be written: {error.strerror}.") from None
