"""`kith resume ACCOUNT`."""

from __future__ import annotations

import click

from kith.commands.session import opened, say
from kith.show.plain import plain


@click.command("resume")
@click.argument("account")
@click.pass_context
def command_resume(context: click.Context, account: str) -> None:
    """Go on reading a paused account where it was left."""
    from interactions.store import connections
    from kith.letting_go import found

    with opened(context) as session:
        one = found(session.db, session.owner_id, account)
        connections.pause(session.db, one.id, False)
        say(f"{plain(one.label)} is read again.")
