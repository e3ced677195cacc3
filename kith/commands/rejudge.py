"""`kith rejudge`."""

from __future__ import annotations

import click

from kith.commands.session import opened, say, tell


@click.command("rejudge")
@click.pass_context
def command_rejudge(context: click.Context) -> None:
    """Judge everything stored again, with today's rules and your corrections."""
    from interactions.queries.status import streams_of
    from interactions.store import quarantine
    from kith.show.answers import count
    from kith.show.progress import named
    from kith.show.standing import sums
    from kith.working import follow, workers

    with opened(context) as session:
        db, owner_id = session.db, session.owner_id
        owed = quarantine.rejudge(db, owner_id)
        tell(f"{count(owed, 'item')} to be judged. Ctrl-C stops waiting, not the judging, where Kith runs.")
        try:
            with workers(session.settings, db):
                follow(session.settings, db, owner_id, [one.id for one in streams_of(db, owner_id)])
        except KeyboardInterrupt:
            tell("What is not judged yet stays marked for it: it goes on where Kith runs, else with  kith up.")
            raise
        told = [(named(one.name), sums(one.counts)) for one in streams_of(db, owner_id)]
        width = max((len(name) for name, _ in told), default=0) + 2
        say([f"  {name:<{width}}{counts}" for name, counts in told])
