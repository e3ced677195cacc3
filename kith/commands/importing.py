"""`kith import PATH…`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kith.commands.session import opened, say, tell

if TYPE_CHECKING:
    from kith.importing import Outcome
    from kith.show.screen import Screen


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours; as often as you have some.")
@click.option("--since", metavar="WHEN", help="Store nothing older: 2y, 6m, 2024-01-31, or all.")
@click.option("--yes", is_flag=True, help="Take the likeliest addresses for yours without asking.")
@click.pass_context
def command_import(
    context: click.Context, paths: Sequence[Path], me: Sequence[str], since: str | None, yes: bool
) -> int:
    """Read an archive: a mailbox (mbox, Maildir), calendar (ics), contacts (vcf), a folder or zip of these, or a
    Google Takeout.

    Headers only: no body of a mail, no description of an event. Importing again adds only what is new. Ctrl-C loses
    nothing; the same command goes on.
    """
    from kith import importing
    from kith.commands.me import check

    with opened(context) as session:
        check(me)
        limit = importing.since_from(since, session.now, session.zone)
        archives = importing.survey_all(paths)
        db, owner_id = session.make()
        command = ["kith", "import", *(["--since", since] if since else []), *map(str, paths)]
        importing.settle_owner(db, owner_id, archives, me, yes=yes, command=command)
        work = importing.Import(session.settings, db, owner_id, archives, limit)
        try:
            outcome = work.run()
        except KeyboardInterrupt:
            tell("What was read is kept. Run the same command to go on.")
            raise
        say(summary(session.screen, outcome))
        return importing.ended(outcome)


def summary(screen: Screen, outcome: Outcome) -> list[str]:
    """What was read, what became of it, and what to do next."""
    from kith.show.answers import count
    from kith.show.progress import named
    from kith.show.standing import sums

    width = max([9, *(len(named(one.name)) for one in outcome.streams)]) + 2
    lines = [f"  {named(one.name):<{width}}{sums(one.counts)}" for one in outcome.streams]
    if not outcome.new_items and not outcome.new_interactions:
        return [*lines, f"Nothing was new. {outcome.seconds:.1f} s"]
    change = outcome.new_interactions
    grown = count(change, "new interaction") if change >= 0 else f"{count(-change, 'interaction')} fewer"
    lines.append(f"{count(outcome.new_items, 'new item')}, {grown} in {outcome.seconds:.1f} s.")
    unread = sum(one.counts.quarantined for one in outcome.streams)
    if unread:
        lines.append(f"{count(unread, 'item')} could not be read; the reasons:  kith quarantine")
    foreign = sum(one.counts.dropped_by.get("mail.not_to_you", 0) for one in outcome.streams)
    if foreign > sum(one.counts.seen for one in outcome.streams) / 2:
        others = count(foreign, "mail is", "mails are")
        lines.append(f"{others} between others: is an address there yours?  kith dropped")
        lines.append("Then say so:  kith me add ADDRESS")
    kept = any(one.counts.kept for one in outcome.streams)
    return [*lines, "Next:  kith log   kith people   kith status" if kept else "Next:  kith dropped   kith status"]
