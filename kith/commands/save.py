"""`kith save`: searches under names."""

from __future__ import annotations

from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain


@click.command("save", context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--list", "listed", is_flag=True, help="Show what is saved.")
@click.option("--delete", is_flag=True, help="Keep NAME no longer.")
@click.option("--json", "as_json", is_flag=True, help="With --list: one JSON object for programs.")
@click.pass_context
def command_save(
    context: click.Context, name: str | None, query: Sequence[str], listed: bool, delete: bool, as_json: bool
) -> None:
    """Keep QUERY under NAME, one word; kith log saved:NAME and kith people saved:NAME ask it again.

    It may stand beside other filters, and in other searches. Days like 30d are counted from the day it is asked. What a
    NAME meant before is replaced; kith undo brings it back.

    \b
    kith save choir circle:choir "state:overdue"
    kith people saved:choir met:1y
    kith log saved:choir after:6m
    """
    with opened(context) as session:
        if listed or as_json or name is None:
            if name is not None:
                raise UsageProblem("With --list or --json all searches are listed: give no name.")
            _show(session, as_json)
        elif delete:
            if query:
                raise UsageProblem("With --delete give the name alone.")
            _delete(session, name)
        else:
            _save(session, name, query)


def _show(session: Session, as_json: bool) -> None:
    from interactions.queries.searches import searches

    found = searches(session.db, session.owner_id)
    if as_json:
        from kith.show.rows import json_text

        rows = [{"name": name, "query": query} for name, query in found.items()]
        say(json_text({"total": len(rows), "searches": rows}))
        return
    width = max(map(len, found), default=0)
    say([f" {name:<{width}}  {plain(query)}" for name, query in found.items()] or "No search is saved yet.")


def _delete(session: Session, text: str) -> None:
    from interactions.queries.folding import fold
    from interactions.queries.searches import searches
    from interactions.store import word

    name = fold(text.strip())
    found = searches(session.db, session.owner_id)
    if name not in found:
        there = f"There is {', '.join(found)}" if found else "None is saved yet"
        raise UsageProblem(f"There is no saved search {plain(text)!r}. {there}.")
    word.save_search(session.db, session.owner_id, name, "")
    _done(f"{name}: not kept any more.")


def _save(session: Session, text: str, query: Sequence[str]) -> None:
    from interactions.queries.language import from_arguments
    from interactions.queries.searches import checked, named_so, searches
    from interactions.store import word

    name = named_so(text)
    known = searches(session.db, session.owner_id)
    kept = checked(name, from_arguments(query), known, session.moment, session.zone)
    if known.get(name) == kept:
        say(f"{name}: saved already.")
        return
    word.save_search(session.db, session.owner_id, name, kept)
    _done(f"{name}: saved. Ask it with  kith log saved:{name}  or  kith people saved:{name}")


def _done(sentence: str) -> None:
    say(sentence)
    tell("kith undo  takes it back.")
