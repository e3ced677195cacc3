"""`kith service install|uninstall|logs`."""

from __future__ import annotations

import click

from kith.commands.session import opened, say
from kith.show.plain import plain


@click.group("service")
def command_service() -> None:
    """Run Kith whenever this machine does, as a service of your account."""


@command_service.command("install")
@click.pass_context
def install(context: click.Context) -> None:
    """Install and start it (systemd user unit, launchd agent)."""
    from kith import service

    with opened(context) as session:
        say(service.install(session.settings))


@command_service.command("uninstall")
@click.pass_context
def uninstall(context: click.Context) -> None:
    """Stop and remove it; your data stays."""
    from kith import service

    with opened(context) as session:
        say(service.uninstall(session.settings))


@command_service.command("logs")
@click.option("--follow", is_flag=True, help="Go on with what is written from now on, until Ctrl-C.")
@click.option(
    "--lines", default=50, show_default=True, type=click.IntRange(1, 100_000), help="So many of each process."
)
@click.pass_context
def logs(context: click.Context, follow: bool, lines: int) -> None:
    """What the background processes wrote."""
    from kith import service

    with opened(context) as session:
        for line in service.logs(session.settings, follow, lines):
            say(plain(line))
