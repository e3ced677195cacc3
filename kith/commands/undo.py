"""`kith undo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kith.commands.session import Session, opened, say

if TYPE_CHECKING:
    from interactions.store.corrections import Said, Word


@click.command("undo")
@click.option("--list", "listed", is_flag=True, help="Show what you said last, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --list: one JSON object for programs.")
@click.pass_context
def command_undo(context: click.Context, listed: bool, as_json: bool) -> None:
    """Take back what you said last: a merge, a split, a mark, an answer. Again, and what you said before that."""
    from interactions.store import word
    from kith.commands import whom
    from kith.show.words import told_at_once

    with opened(context) as session:
        if listed or as_json:
            _show(session, as_json)
            return
        titles = _titles(session, _latest(session))
        undone = word.undo(session.db, session.owner_id)
        whom.settle(session)
        if not undone.words:
            say("There is nothing to take back.")
            return
        say([f"taken back: {line}" for line in told_at_once([one.word for one in undone.words], titles)])


def _show(session: Session, as_json: bool) -> None:
    from kith.show.answers import Moment
    from kith.show.words import told_at_once, word_row

    said = _latest(session)
    titles = _titles(session, said)
    if as_json:
        from kith.show.rows import json_text

        say(json_text({"words": [word_row(one, titles) for one in said]}))
        return
    moment = Moment(session.now, session.zone)
    lines = [
        f" {moment.ago(made_at):<14} {line}"
        for made_at, words in _at_once(said)
        for line in told_at_once(words, titles)
    ]
    say(lines or "You have said nothing yet.")


def _at_once(said: Sequence[Said]) -> list[tuple[int, list[Word]]]:
    """(when, what) of everything that was said at once, and is taken back at once."""
    batches: dict[int, list[Said]] = {}
    for one in said:
        batches.setdefault(one.batch, []).append(one)
    return [(several[0].made_at, [one.word for one in several]) for several in batches.values()]


def _latest(session: Session) -> list[Said]:
    from interactions.store import corrections

    with session.db.reading() as conn:
        return corrections.latest(conn, session.owner_id)


def _titles(session: Session, said: Sequence[Said]) -> dict[str, str]:
    from interactions.queries.stored import titles
    from interactions.store.corrections import ITEM

    return titles(session.db, session.owner_id, [one.word.target for one in said if one.word.kind == ITEM])
