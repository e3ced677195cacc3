"""`kith mute PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click


@click.command("mute")
@click.argument("person", nargs=-1)
@click.option("--undo", "again", is_flag=True, help="Show them again.")
@click.pass_context
def command_mute(context: click.Context, person: Sequence[str], again: bool) -> None:
    """Leave somebody out of lists and questions; the log keeps what passed between you. Alone: who is muted."""
    from interactions.store.corrections import MUTE
    from kith.commands import whom

    now = "is shown again" if again else "is muted"
    whom.leave_out(context, MUTE, person, now, again, "Nobody is muted.")
