"""`kith offer`: what you could give."""

from __future__ import annotations

import click

from kith.commands.session import opened, say, tell


@click.command("offer")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_offer(context: click.Context, as_json: bool) -> None:
    """What you could give: people to introduce to each other, mails still open, a word of thanks.

    Pairs are two you are close to, from different circles and organisations, who were never seen together. Ask both
    before you introduce them.
    """
    from interactions.queries.offer import offer
    from kith.commands import whom
    from kith.show.answers import Moment
    from kith.show.offered import offer_lines, offer_row
    from kith.show.pathed import coverage_line

    with opened(context) as session:
        whom.look_for_circles(session)
        found = offer(session.db, session.owner_id, session.now, session.moment.date())
        moment = Moment(session.now, session.zone)
        if as_json:
            from kith.show.rows import json_text

            say(json_text(offer_row(found)))
            return
        say(offer_lines(session.screen, found, moment))
        tell(coverage_line(found.coverage, moment))
