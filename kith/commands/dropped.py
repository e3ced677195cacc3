"""`kith dropped [RULE]`."""

from __future__ import annotations

import click

from interactions.errors import KithError
from kith.commands.session import opened, say


@click.command("dropped")
@click.argument("rule", default="")
@click.option("--examples", default=3, show_default=True, type=click.IntRange(0, 10_000), help="So many of each rule.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets, an example a row.")
@click.pass_context
def command_dropped(context: click.Context, rule: str, examples: int, as_json: bool, as_csv: bool) -> None:
    """What was judged no interaction, by rule.

    RULE is one rule (mail.bulk) or a family of them (mail); kith why ITEM says more of one item.
    """
    from interactions.queries.dropped import dropped
    from kith.show.answers import count
    from kith.show.judgement import dropped_lines

    with opened(context) as session:
        found = dropped(session.db, session.owner_id, rule, examples=examples)
        if rule and not found:
            raise KithError(f"Nothing was dropped by a rule {rule!r}.  kith dropped  lists the rules.")
        total = sum(one.count for one in found)
        if as_json or as_csv:
            from kith.show.rows import csv_text, item_row, json_text

            if as_json:
                rules = [
                    {"rule": one.rule, "count": one.count, "examples": [item_row(item) for item in one.examples]}
                    for one in found
                ]
                say(json_text({"total": total, "rules": rules}))
                return
            rows = [{**item_row(item), "count": one.count} for one in found for item in one.examples]
            say(csv_text(("rule", "count", "id", "at", "kind", "name", "address", "title", "evidence"), rows))
            return
        say([*dropped_lines(session.screen, found, session.now, session.zone), f" {count(total, 'item')} dropped"])
