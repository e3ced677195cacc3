"""`kith introductions`: who brought whom together."""

from __future__ import annotations

import click

from kith.commands.session import opened, say


@click.command("introductions")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_introductions(context: click.Context, limit: int, as_json: bool) -> None:
    """Who brought you together with somebody, and whom you brought together, the latest first.

    It is told from who stands in From, To and Cc alone: confirmed when the two took it up within two weeks, possible
    when only the mail itself looks like it.
    """
    from interactions.queries.introductions import introduced
    from kith.show.answers import Moment, count
    from kith.show.introduced import introduced_lines, introduced_row

    with opened(context) as session:
        found = introduced(session.db, session.owner_id, session.now)
        if as_json:
            from kith.show.rows import json_text

            rows = [introduced_row(one) for one in found[:limit]]
            say(json_text({"total": len(found), "introductions": rows}))
            return
        if not found:
            say("No introductions are seen, neither of you nor by you.")
            return
        say(introduced_lines(session.screen, found[:limit], Moment(session.now, session.zone)))
        shown = f" · the latest {limit:,} are shown (--limit)" if len(found) > limit else ""
        say(f"{count(len(found), 'introduction')}{shown}")
