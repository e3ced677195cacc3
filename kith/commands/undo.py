"""`kith undo`."""

from __future__ import annotations

import click

from kith.commands.session import opened, say
from kith.show.plain import plain

_TOLD = {
    "pair": "{target}: {value}", "item": "item {target}: {value}", "address": "{target}: {value}",
    "title": "entries called {target}", "note": "{target}", "mute": "muted {target}", "rest": "let {target} rest",
    "tend": "tend {target}", "snooze": "{target}: not before {value}", "cadence": "{target}: every {value} days",
}  # fmt: skip


@click.command("undo")
@click.option("--list", "listed", is_flag=True, help="Show what you said last, and change nothing.")
@click.pass_context
def command_undo(context: click.Context, listed: bool) -> None:
    """Take back what you said last: a merge, a split, a mark, an answer. Again, and what you said before that."""
    from interactions.store import corrections, word
    from kith.commands import whom
    from kith.show.answers import Moment

    with opened(context) as session:
        if listed:
            with session.db.reading() as conn:
                said = corrections.latest(conn, session.owner_id)
            moment = Moment(session.now, session.zone)
            say([f" {moment.ago(one.made_at):<14} {told(one.word)}" for one in said] or "You have said nothing yet.")
            return
        undone = word.undo(session.db, session.owner_id)
        whom.settle(session)
        if not undone.words:
            say("There is nothing to take back.")
            return
        say([f"taken back: {told(one.word)}" for one in undone.words])


def told(word: object) -> str:
    """One word as the owner said it, in a line."""
    kind, target, value = word.kind, word.target, word.value  # type: ignore[attr-defined]
    if kind == "note":
        from interactions.store.notes import decode

        note = decode(value)
        return plain(f"{note.name or note.address} {note.verb}")
    if kind == "tend" and target == "review":
        return "the first look at whom to tend is over"
    shown = "as judged" if not value else value if len(value) < 40 else ""
    return plain(_TOLD[kind].format(target=target.replace("|", " "), value=shown).strip().rstrip(":"))
