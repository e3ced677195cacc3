"""`kith status`."""

from __future__ import annotations

import click

from kith.commands.session import MISSED_BEATS, opened, say


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_status(context: click.Context, as_json: bool) -> None:
    """How every source stands, and whether everything is accounted for.

    Per source: seen = kept + dropped + deferred + quarantined + gone + waiting. What was kept is in the log or the
    address book; what was dropped is listed by kith dropped.
    """
    from interactions.queries.status import status
    from kith.show.standing import status_document, status_lines

    with opened(context) as session:
        found = status(session.db, session.owner_id, MISSED_BEATS * session.settings.heartbeat_seconds)
        if as_json:
            from kith.show.rows import json_text

            say(json_text(status_document(found)))
        else:
            say(status_lines(session.screen, found))
