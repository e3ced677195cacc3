"""`kith week`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened, say, tell

#: Before this year no calendar week can be told.
_FIRST_YEAR = 1971


@click.command("week")
@click.option("--format", "form", type=click.Choice(["text", "html", "rss"]), default="text", show_default=True,
              help="For the terminal; a page; or a feed. Pages and feeds have first names alone.")  # fmt: skip
@click.option("--date", "day", metavar="DATE", help="The week that ended with that day, like 2026-03-15.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_week(context: click.Context, form: str, day: str | None, as_json: bool) -> None:
    """Your last seven days: what you gave, with whom you are back in touch, three people to water, meetings ahead.

    Behind each sentence stand the numbers of the interactions it rests on, for  kith why. Asking changes nothing: only
    kith tend proposes. It can come by itself on Sundays, into a file or by mail: docs/operations.md.
    """
    from interactions.queries.week import week

    with opened(context) as session:
        until, on = _until(session, day)
        found = week(session.db, session.owner_id, until, on)
        if as_json:
            from kith.show.rows import json_text
            from kith.show.weekly import week_row

            say(json_text(week_row(found)))
            return
        from interactions.letters.letter import letter

        if form == "text":
            from kith.show.weekly import week_lines

            told = letter(found, session.zone, whole=True)
            say(week_lines(session.screen, told))
            tell(told.coverage)
            return
        from interactions.letters.forms import FORMS

        # Both say in themselves that they are UTF-8, whatever the terminal is.
        click.echo(FORMS[form](letter(found, session.zone)).encode(), nl=False)


def _until(session: Session, text: str | None) -> tuple[datetime, date]:
    """The end of the week that is asked for, and its last day: now, or the midnight after a day that is over.

    Raises UsageProblem.
    """
    today = session.moment.date()
    if text is None:
        return session.moment, today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageProblem(f"{text[:40]!r} is no day. Write it like {today.isoformat()}.") from None
    if day > today or day.year < _FIRST_YEAR:
        raise UsageProblem(f"The week to {day.isoformat()} cannot be told. Name a day that has been.")
    if day == today:
        return session.moment, today
    return datetime.combine(day + timedelta(days=1), time(), session.zone), day
