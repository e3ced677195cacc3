"""`kith rest PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click


@click.command("rest")
@click.argument("person", nargs=-1)
@click.option("--undo", "again", is_flag=True, help="Think of them again.")
@click.option("--json", "as_json", is_flag=True, help="Who it is, as one JSON object for programs.")
@click.pass_context
def command_rest(context: click.Context, person: Sequence[str], again: bool, as_json: bool) -> None:
    """Let somebody rest: Kith proposes nothing about them any more, and asks for no reason. Alone: who rests."""
    from interactions.store.corrections import REST
    from kith.commands import whom

    left = whom.Left(REST, "rests", "is thought of again", "is not at rest", "Nobody is let rest.")
    whom.leave_out(context, left, person, again, as_json)
