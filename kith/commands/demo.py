"""`kith demo`."""

from __future__ import annotations

import click

from kith.commands.session import opened


@click.command("demo")
@click.option("--once", is_flag=True, help="End when everything is judged; 1 when the log is not as it should be.")
@click.option("--keep", is_flag=True, help="Go on with the demo that was made here before.")
@click.pass_context
def command_demo(context: click.Context, once: bool, keep: bool) -> int:
    """Show it all on an invented life: written, imported, judged, asked. Nothing leaves your computer."""
    from kith import demo

    with opened(context) as session:
        return demo.run(session.screen, once=once, keep=keep)
