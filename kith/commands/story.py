"""`kith story PERSON`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kith.commands.session import opened, say, tell


@click.command("story")
@click.argument("person", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_story(context: click.Context, person: Sequence[str], as_json: bool) -> None:
    """Five plain sentences about one person: how you met, when it turned from casual to more, who brought whom, what
    went each way, what is ahead.

    Behind each stand the numbers of the interactions it rests on, for  kith why.
    """
    from interactions.queries.story import story
    from kith.commands import whom
    from kith.show.answers import Moment
    from kith.show.pathed import coverage_line
    from kith.show.storied import story_lines, story_row

    with opened(context) as session:
        found = whom.one(session, " ".join(person))
        told = story(session.db, session.owner_id, found, session.now, session.moment.date())
        moment = Moment(session.now, session.zone)
        if as_json:
            from kith.show.rows import json_text

            say(json_text(story_row(told, moment)))
            return
        say(story_lines(session.screen, told, moment))
        tell(coverage_line(told.coverage, moment))
