"""`kith bridges`: who alone links you to a circle."""

from __future__ import annotations

import click

from kith.commands.session import opened, say


@click.command("bridges")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_bridges(context: click.Context, as_json: bool) -> None:
    """People who alone link you to a circle: most of it you see with them, or not at all.

    Told from two years of mail and meetings; worth a thought before such a tie goes quiet.
    """
    from interactions.queries.bridges import bridges
    from kith.commands import whom
    from kith.show.bridged import bridge_lines, bridge_row

    with opened(context) as session:
        whom.look_for_circles(session)
        found = bridges(session.db, session.owner_id, session.now)
        if as_json:
            from kith.show.rows import json_text

            say(json_text({"total": len(found), "bridges": [bridge_row(one) for one in found]}))
            return
        say(bridge_lines(session.screen, found) or "No circle of yours hangs on one person alone, as far as is seen.")
