"""`kith import`: archives surveyed, their owner known, registered, and waited for until everything is judged."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from interactions.address import canonical
from interactions.errors import KithError, UsageProblem
from interactions.queries import progress
from interactions.queries.status import StreamStatus, streams_of
from interactions.settings import Settings
from interactions.store import accounts, own, word
from interactions.store.database import Database
from kith.show.plain import plain
from kith.working import follow, workers

if TYPE_CHECKING:
    from connectors.files.archive import Archive
    from connectors.files.owner import Candidate

#: Words for "no limit" after --since.
NO_LIMIT = ("all", "everything")
#: A candidate this much less likely than the best is not proposed, only listed.
_PROPOSED = 0.1


class Outcome(Struct, frozen=True):
    """What came of an import."""

    streams: tuple[StreamStatus, ...]
    new_items: int
    new_interactions: int
    seconds: float


class Import(Struct):
    """One import: where to, and what."""

    settings: Settings
    db: Database
    owner_id: int
    archives: list[Archive]
    #: Seconds since 1970 UTC, None for no limit; "" keeps what holds for each archive.
    since: int | str | None = ""

    def run(self, *, said: bool = True) -> Outcome:
        """Register the archives and wait until they are read and judged."""
        started = time.monotonic()
        logged = progress.logged(self.db, self.owner_id)
        before = {one.id: one.counts.seen for one in self._statuses()}
        with workers(self.settings, self.db) as ours:
            if said and ours:
                click.echo("Nothing runs here yet, so Kith works for as long as this takes.", err=True)
            stream_ids = [number for archive in self.archives for number in self._register(archive)]
            follow(self.settings, self.db, self.owner_id, stream_ids)
            seconds = time.monotonic() - started
        found = tuple(one for one in self._statuses() if one.id in set(stream_ids))
        new = sum(one.counts.seen - before.get(one.id, 0) for one in found)
        return Outcome(found, new, progress.logged(self.db, self.owner_id) - logged, seconds)

    def _register(self, archive: Archive) -> list[int]:
        subject = str(archive.path)
        known = progress.archive(self.db, self.owner_id, subject)
        since = (known.since if known else None) if isinstance(self.since, str) else self.since
        label = archive.path.name or subject
        made = accounts.register(self.db, self.owner_id, "archive", subject, label, archive.streams, since)
        if known and since != known.since:
            from interactions.store import purge

            accounts.since_changed(self.db, made)
            self.db.write(lambda conn: purge.apply(conn, self.owner_id))
        return made

    def _statuses(self) -> tuple[StreamStatus, ...]:
        return streams_of(self.db, self.owner_id)


def survey_all(paths: Sequence[Path]) -> list[Archive]:
    """What lies at the paths, each once. Raises UsageProblem, SourceUnreadable."""
    from connectors.files.archive import survey

    return [survey(path) for path in dict.fromkeys(path.resolve() for path in paths)]


def since_from(text: str | None, now: int, zone: tzinfo) -> int | str | None:
    """The limit `--since` names, in seconds since 1970 UTC; None for none at all, "" when it was not given."""
    if text is None:
        return ""
    if text.lower() in NO_LIMIT:
        return None
    from datetime import datetime

    from interactions.queries.language import instant

    found = instant(text, datetime.fromtimestamp(now, zone).date(), zone)
    if found > now:
        raise UsageProblem(f"--since {text} lies ahead; nothing would be read.")
    return found


def settle_owner(
    db: Database, owner_id: int, archives: Sequence[Archive], me: Sequence[str], *, yes: bool, command: Sequence[str]
) -> None:
    """Make sure that the owner's addresses are known: named, known before, or inferred and confirmed.

    `command` is what the owner typed, to be repeated with the candidates. Raises UsageProblem.
    """
    if not me and not accounts.own(db, owner_id):
        me = _inferred(archives, yes=yes, command=command)
    if me:
        accounts.add_own(db, owner_id, me)
        # An address named now is theirs again, also when they had said that it is not.
        word.mine(db, owner_id, map(canonical, me), own.MINE)


def _inferred(archives: Sequence[Archive], *, yes: bool, command: Sequence[str]) -> Sequence[str]:
    found = _candidates(archives)
    if not found:
        if all(archive.streams == ("file.vcf",) for archive in archives):
            return ()
        raise UsageProblem(
            f"Nothing in it says which address is yours. Run  {_repeated(command, ['YOU@EXAMPLE.ORG'])}  with your own."
        )
    proposed = [one.address for one in found if one.score >= found[0].score * _PROPOSED]
    if yes:
        click.echo(f"Taken for yours: {', '.join(plain(address) for address in proposed)}", err=True)
        return proposed
    listed = [
        f"  {number}  {plain(one.address)}  {plain('; '.join(one.evidence))}" for number, one in enumerate(found, 1)
    ]
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "\n".join([
                "Which addresses are yours? These look like it:", *listed,
                f"If they are, run  {_repeated(command, proposed)}",
            ])
        )  # fmt: skip
    click.echo("\n".join(["Which of these addresses are yours?", *listed]), err=True)
    default = " ".join(str(number) for number, one in enumerate(found, 1) if one.address in proposed)
    answer = click.prompt("Their numbers, or other addresses", default=default, err=True)
    return chosen(default if str(answer).strip().lower() in ("y", "yes") else str(answer), found)


def chosen(answer: str, found: Sequence[Candidate]) -> list[str]:
    """The addresses an answer names, by number or written out. Raises UsageProblem."""
    from kith.commands.me import check

    picked = []
    for said in answer.replace(",", " ").split():
        if said.isascii() and said.isdigit():
            if not 1 <= int(said) <= len(found):
                raise UsageProblem(f"There is no number {said} in the list.")
            picked.append(found[int(said) - 1].address)
        else:
            check([said])
            picked.append(said)
    if not picked:
        raise UsageProblem("Without an address of yours nobody's mail can be told from others'. Use --me ADDRESS.")
    return picked


def _candidates(archives: Sequence[Archive]) -> list[Candidate]:
    from connectors.files.owner import candidates

    best: dict[str, Candidate] = {}
    for archive in archives:
        for one in candidates(archive.path):
            if one.address not in best or one.score > best[one.address].score:
                best[one.address] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.address))


def _repeated(command: Sequence[str], addresses: Sequence[str]) -> str:
    words = [*command, *(word for address in addresses for word in ("--me", address))]
    return plain(shlex.join(words))


def failures(streams: Sequence[StreamStatus]) -> list[str]:
    """A sentence for each stream that could not be read."""
    return [plain(one.sentence) for one in streams if one.state in ("failing", "stopped")]


def ended(outcome: Outcome) -> int:
    """Exit code: 1 when a stream failed. Raises KithError with what failed."""
    wrong = failures(outcome.streams)
    if wrong:
        raise KithError("\n".join(wrong))
    return 0
