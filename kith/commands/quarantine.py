"""`kith quarantine [retry|ignore] [ID…]`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import agreed, opened, say


@click.group("quarantine", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_quarantine(context: click.Context, as_json: bool) -> None:
    """What could not be read or judged: where it is, and why; never its content."""
    if context.invoked_subcommand:
        return
    from interactions.queries.quarantine import quarantine
    from kith.show.answers import count
    from kith.show.judgement import quarantine_lines

    with opened(context) as session:
        found = quarantine(session.db, session.owner_id)
        if as_json:
            from kith.show.rows import item_row, json_text

            say(json_text({"total": found.total, "items": [item_row(item) for item in found.items]}))
            return
        if not found.total:
            say("Nothing is in quarantine.")
            return
        shown = f" · the first {len(found.items):,} are shown" if len(found.items) < found.total else ""
        say([
            *quarantine_lines(session.screen, found.items),
            f" {count(found.total, 'item')}{shown} · again: kith quarantine retry · dismiss: kith quarantine ignore ID",
        ])  # fmt: skip


@command_quarantine.command("retry")
@click.argument("ids", nargs=-1)
@click.pass_context
def retry(context: click.Context, ids: Sequence[str]) -> None:
    """Try again: all of it, or the items named."""
    from interactions.store import quarantine

    with opened(context) as session:
        done = quarantine.retry(session.db, session.owner_id, numbers(ids))
        if not done.judged and not done.reread:
            say("Nothing is in quarantine.")
            return
        parts = [
            f"{done.judged:,} will be judged again" if done.judged else "",
            f"{done.reread:,} will be read again" if done.reread else "",
        ]
        say(f"{', '.join(part for part in parts if part)}, as soon as Kith runs (kith status).")


@command_quarantine.command("ignore")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def ignore(context: click.Context, ids: Sequence[str], everything: bool, yes: bool) -> None:
    """Dismiss items: they count as dropped from now on."""
    from interactions.store import quarantine
    from kith.show.answers import count

    if bool(ids) == everything:
        raise UsageProblem("Say which items to dismiss (kith quarantine lists them), or  --all.")
    with opened(context) as session:
        question = "Dismiss everything in quarantine?"
        if everything and not agreed(question, yes, "To dismiss all of it without being asked, add  --yes."):
            return
        done = quarantine.ignore(session.db, session.owner_id, numbers(ids))
        say(f"{count(done, 'item')} dismissed.")


def numbers(ids: Sequence[str]) -> list[int]:
    """Item ids, written as 42 or i42. Raises UsageProblem."""
    found = []
    for text in ids:
        digits = text.removeprefix("i")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise UsageProblem(f"{text!r} is no item. Items are written like i42; see  kith quarantine.")
        found.append(int(digits))
    return found
