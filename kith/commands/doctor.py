"""`kith doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from kith.commands.session import opened, say


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask no provider anything.")
@click.option("--live", is_flag=True, help="Try what Kith believes of Google on your account, and write a report.")
@click.option("--report", type=click.Path(path_type=Path), help="Where --live writes it.")
@click.pass_context
def command_doctor(context: click.Context, offline: bool, live: bool, report: Path | None) -> int:
    """Check everything Kith needs, and say what to do. Changes nothing; exit 1 when something failed.

    Of each connected account one request is made that Google has to refuse: the body of a mail.
    """
    from kith.examination import examine
    from kith.show.plain import plain

    with opened(context) as session:
        if live:
            from kith import google_checks

            lines, held = google_checks.live(
                session.settings, session.db, session.owner_id, report or google_checks.REPORT
            )
            say(lines)
            return 0 if held else 1
        checks = examine(lambda: session.settings, offline=offline)
        width = max(len(check.name) for check in checks)
        marks = {True: "ok", False: "failed", None: "-"}
        say([f" {marks[check.well]:<7} {check.name:<{width}}  {plain(check.said)}" for check in checks])
        wrong = sum(check.well is False for check in checks)
        say(" All is well." if not wrong else f" {wrong} failed.")
        return 1 if wrong else 0
