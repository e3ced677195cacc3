"""`kith log`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kith.commands.session import opened, say, tell


@click.command("log", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Leave out the first so many.")
@click.option("--planned", is_flag=True, help="What lies ahead, soonest first.")
@click.option("--oldest", is_flag=True, help="The oldest first.")
@click.option("--numbers", is_flag=True, help="Show each one's number, for kith why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def command_log(
    context: click.Context, query: Sequence[str], limit: int, offset: int, planned: bool, oldest: bool,
    numbers: bool, as_json: bool, as_csv: bool,
) -> None:  # fmt: skip
    """What happened, newest first.

    \b
    QUERY is any of
      with:anna  with:anna@example.org  kind:mail|meeting|call|note
      direction:in|out|both  account:takeout
      after:2026-01-31  after:7d|3w|6m|2y  before:yesterday
      circle:choir  state:in-touch|due|overdue|fading|dormant|planned|waiting
      tie:new|growing|steady|quiet
      met:30d (within)  met:6m+ (longer ago)  met:never  heard:  seen:
      saved:NAME (of kith save)
      words of a title or name, "a whole phrase", -anything to leave it out
    """
    from interactions.queries.log import log
    from kith.commands.asking import asked_of

    with opened(context) as session:
        asked = asked_of(session, query)
        found = log(
            session.db, session.owner_id, asked, session.now, limit=limit, offset=offset, planned=planned,
            oldest=oldest,
        )  # fmt: skip
        if as_json or as_csv:
            from kith.show.rows import csv_text, entry_row, json_text

            rows = [entry_row(entry) for entry in found.entries]
            counts = {"total": found.total, "more": found.more, "people": found.people, "dropped": found.dropped}
            columns = ("id", "at", "ends_at", "planned", "kind", "direction", "people", "title", "rule", "item")
            say(json_text({**counts, "interactions": rows}) if as_json else csv_text(columns, rows))
            return
        from kith.show.answers import Moment, log_lines, log_sum

        if found.entries:
            say(log_lines(session.screen, found.entries, Moment(session.now, session.zone), numbers=numbers))
        say(f" {log_sum(found, planned=planned)}")
        if not found.total and not query and not planned:
            tell("Nothing in the log yet:  kith status  says how far reading and judging have come.")
