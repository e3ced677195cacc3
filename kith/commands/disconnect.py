"""`kith disconnect ACCOUNT [--purge]`."""

from __future__ import annotations

import click

from kith.commands.session import agreed, opened, say
from kith.show.plain import plain


@click.command("disconnect")
@click.argument("account")
@click.option("--purge", is_flag=True, help="Erase everything that came from it as well.")
@click.option("--offline", is_flag=True, help="Tell no provider: you took the access away there yourself.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command_disconnect(context: click.Context, account: str, purge: bool, offline: bool, yes: bool) -> None:
    """End Kith's access to an account, at its provider and here. The log stays unless you --purge.

    A purge erases all evidence from that account (or archive); what another account or archive saw as well stays in
    the log, told from there.
    """
    from interactions.store import connections
    from kith.letting_go import found, purged, revoked, sized

    with opened(context) as session:
        db, owner_id = session.db, session.owner_id
        one = found(db, owner_id, account, archives=purge)
        if purge:
            question = f"Erase {sized(db, one)} for good?"
            if not agreed(question, yes, f"{question} Say so with --yes."):
                return
        said = "" if offline else revoked(session.settings, db, session.key, one)
        if one.provider != "archive":
            connections.disconnect(db, one.id)
            say(f"{plain(one.label)} is disconnected. {said}".rstrip())
        if purge:
            purged(db, owner_id, one)
        else:
            say(f"Its log stays.  kith disconnect {plain(one.label)} --purge  erases it.")
