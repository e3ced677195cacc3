"""`kith include KIND VALUE`."""

from __future__ import annotations

import click

from interactions.errors import KithError
from kith.commands.session import opened, say
from kith.show.plain import plain


@click.command("include")
@click.argument("kind")
@click.argument("value")
@click.pass_context
def command_include(context: click.Context, kind: str, value: str) -> None:
    """Take an exclusion back; every source is read again for it."""
    from interactions.store import purge

    with opened(context) as session:
        if not purge.include(session.db, session.owner_id, kind, value):
            raise KithError(f"{plain(kind)} {plain(value)} is not excluded.  kith exclude  lists what is.")
        say(f"{plain(kind)} {plain(value)} is stored again; the sources are read again as soon as Kith runs.")
