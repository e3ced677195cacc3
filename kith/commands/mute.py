"""`kith mute PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kith.commands.session import opened, say
from kith.show.plain import plain


@click.command("mute")
@click.argument("person", nargs=-1)
@click.option("--undo", "again", is_flag=True, help="Show them again.")
@click.pass_context
def command_mute(context: click.Context, person: Sequence[str], again: bool) -> None:
    """Leave somebody out of lists and questions; the log keeps what passed between you. Alone: who is muted."""
    from interactions.store import corrections, word
    from kith.commands import whom

    with opened(context) as session:
        if not person:
            say(whom.left_out(session, corrections.MUTE) or "Nobody is muted.")
            return
        found = whom.one(session, " ".join(person))
        word.leave_out(session.db, session.owner_id, corrections.MUTE, found.addresses, "" if again else "yes")
        whom.done(session, f"{plain(found.name)} is {'shown again' if again else 'muted'}.")
