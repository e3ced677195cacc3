"""`kith rest PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kith.commands.session import opened, say
from kith.show.plain import plain


@click.command("rest")
@click.argument("person", nargs=-1)
@click.option("--undo", "again", is_flag=True, help="Think of them again.")
@click.pass_context
def command_rest(context: click.Context, person: Sequence[str], again: bool) -> None:
    """Let somebody rest: Kith proposes nothing about them any more, and asks for no reason. Alone: who rests."""
    from interactions.store import corrections, word
    from kith.commands import whom

    with opened(context) as session:
        if not person:
            say(whom.left_out(session, corrections.REST) or "Nobody is let rest.")
            return
        found = whom.one(session, " ".join(person))
        word.leave_out(session.db, session.owner_id, corrections.REST, found.addresses, "" if again else "yes")
        whom.done(session, f"{plain(found.name)} {'is thought of again' if again else 'rests'}.")
