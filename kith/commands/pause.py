"""`kith pause ACCOUNT`."""

from __future__ import annotations

import click

from kith.commands.session import opened, say
from kith.show.plain import plain


@click.command("pause")
@click.argument("account")
@click.pass_context
def command_pause(context: click.Context, account: str) -> None:
    """Read nothing more of an account until  kith resume. What is read stays, and so does the consent."""
    from interactions.store import connections
    from kith.letting_go import found

    with opened(context) as session:
        one = found(session.db, session.owner_id, account)
        connections.pause(session.db, one.id, True)
        say(f"{plain(one.label)} is paused. kith resume {plain(one.label)}  goes on.")
