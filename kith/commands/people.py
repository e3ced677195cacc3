"""`kith people`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kith.commands.session import opened, say


@click.command("people")
@click.argument("text", nargs=-1)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Leave out the first so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def command_people(
    context: click.Context, text: Sequence[str], limit: int, offset: int, as_json: bool, as_csv: bool
) -> None:
    """Everybody in the log and the address book, whom you last heard of first.

    TEXT is part of a name or an address. → is what you wrote, ← what they wrote, ⇄ where you met.
    """
    from interactions.queries.people import people
    from kith.show.answers import Moment, count, people_lines

    with opened(context) as session:
        found = people(session.db, session.owner_id, " ".join(text), session.now, limit=limit, offset=offset)
        if as_json or as_csv:
            from kith.show.rows import csv_text, json_text, person_row

            rows = [person_row(person) for person in found.people]
            columns = (
                "id", "name", "addresses", "total", "in", "out", "both", "kinds", "first_at", "last_at", "in_book",
            )  # fmt: skip
            say(json_text({"total": found.total, "people": rows}) if as_json else csv_text(columns, rows))
            return
        if found.people:
            say(people_lines(session.screen, found.people, Moment(session.now, session.zone)))
        shown = f" · the first {len(found.people):,} are shown (--limit)" if len(found.people) < found.total else ""
        say(f" {count(found.total, 'person', 'people')}{shown}")
