"""`kith doctor`."""

from __future__ import annotations

import click

from kith.commands.session import opened, say


@click.command("doctor")
@click.pass_context
def command_doctor(context: click.Context) -> int:
    """Check everything Kith needs, and say what to do. Changes nothing; exit 1 when something failed."""
    from kith.examination import examine
    from kith.show.plain import plain

    with opened(context) as session:
        checks = examine(lambda: session.settings)
        width = max(len(check.name) for check in checks)
        marks = {True: "ok", False: "failed", None: "-"}
        say([f" {marks[check.well]:<7} {check.name:<{width}}  {plain(check.said)}" for check in checks])
        wrong = sum(check.well is False for check in checks)
        say(" All is well." if not wrong else f" {wrong} failed.")
        return 1 if wrong else 0
