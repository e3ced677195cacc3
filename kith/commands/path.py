"""`kith path TO`: who could introduce you."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kith.commands.session import opened, say, tell


@click.command("path")
@click.argument("to", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_path(context: click.Context, to: Sequence[str], as_json: bool) -> int:
    """Who could introduce you to TO: somebody by name or address, a company, or a domain.

    At most three people who were seen with them in your mail and meetings, each from another circle of yours where
    there is one, and what you could give them first. Much of what people share never passes you: no path seen is not
    no path.
    """
    from interactions.errors import UsageProblem
    from interactions.queries.paths import paths
    from kith.commands import whom
    from kith.show.answers import Moment
    from kith.show.pathed import coverage_line, path_lines, ways_row

    text = " ".join(to).strip()
    if not text:
        raise UsageProblem("Say whom you want to meet: a name, an address, a company or a domain.")
    with opened(context) as session:
        whom.not_yourself(session, text)
        whom.look_for_circles(session)
        found = paths(session.db, session.owner_id, text, session.now, session.moment.date())
        moment = Moment(session.now, session.zone)
        if as_json:
            from kith.show.rows import json_text

            say(json_text(ways_row(found, text)))
        else:
            say(path_lines(session.screen, found, text, moment))
            tell(coverage_line(found.coverage, moment))
        return 0 if found.ways or found.known else 1
