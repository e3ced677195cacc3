"""`kith rest PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click


@click.command("rest")
@click.argument("person", nargs=-1)
@click.option("--undo", "again", is_flag=True, help="Think of them again.")
@click.pass_context
def command_rest(context: click.Context, person: Sequence[str], again: bool) -> None:
    """Let somebody rest: Kith proposes nothing about them any more, and asks for no reason. Alone: who rests."""
    from interactions.store.corrections import REST
    from kith.commands import whom

    now = "is thought of again" if again else "rests"
    whom.leave_out(context, REST, person, now, again, "Nobody is let rest.")
