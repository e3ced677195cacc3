"""`kith mute PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click


@click.command("mute")
@click.argument("person", nargs=-1)
@click.option("--undo", "again", is_flag=True, help="Show them again.")
@click.option("--json", "as_json", is_flag=True, help="Who it is, as one JSON object for programs.")
@click.pass_context
def command_mute(context: click.Context, person: Sequence[str], again: bool, as_json: bool) -> None:
    """Leave somebody out of lists and questions; the log keeps what passed between you. Alone: who is muted."""
    from interactions.store.corrections import MUTE
    from kith.commands import whom

    left = whom.Left(MUTE, "is muted", "is shown again", "is not muted", "Nobody is muted.")
    whom.leave_out(context, left, person, again, as_json)
