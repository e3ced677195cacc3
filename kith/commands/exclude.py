"""`kith exclude KIND VALUE`."""

from __future__ import annotations

import click

from interactions.errors import UsageProblem
from kith.commands.session import opened, say
from kith.show.plain import plain


@click.command("exclude")
@click.argument("kind", required=False)
@click.argument("value", required=False)
@click.pass_context
def command_exclude(context: click.Context, kind: str | None, value: str | None) -> None:
    """Never store something, and remove what is stored of it.

    KIND is calendar, label, domain or address; VALUE its name. Without them everything excluded is listed.
    """
    from interactions.store import purge
    from kith.show.answers import count

    with opened(context) as session:
        if kind is None:
            found = purge.excluded(session.db, session.owner_id)
            say([f"{name:<10}{plain(text)}" for name, text in found] or "Nothing is excluded.")
            return
        if not value:
            raise UsageProblem(f"Say which {plain(kind)} to exclude:  kith exclude {plain(kind)} NAME.")
        db, owner_id = session.make()
        gone = purge.exclude(db, owner_id, kind, value)
        say(f"{plain(kind)} {plain(value)} is excluded from now on; {count(gone, 'stored item')} removed.")
