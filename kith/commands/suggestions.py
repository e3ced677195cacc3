"""`kith suggestions`: likely duplicates and meetings, asked about once, several answered at once."""

from __future__ import annotations

from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain


@click.command("suggestions")
@click.argument("answer", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_suggestions(context: click.Context, answer: Sequence[str], as_json: bool) -> None:
    """What Kith is not sure of: who may be one person, and which entries of your calendar may be meetings.

    \b
    kith suggestions                   everything, with reasons
    kith suggestions yes abcd efgh     these are right
    kith suggestions no ijkl           this is not; it is never asked again
    """
    with opened(context) as session:
        if answer:
            _answer(session, answer, as_json)
        else:
            _show(session, as_json)


def _show(session: Session, as_json: bool) -> None:
    from interactions.queries.suggestions import asked
    from kith.show.asked import asked_lines

    found = asked(session.db, session.owner_id)
    if as_json:
        import msgspec

        from kith.show.rows import json_text

        say(json_text({"suggestions": msgspec.to_builtins(found)}))
        return
    if not found:
        say("Nothing to ask: Kith is sure of everybody, or has not seen enough yet.")
        return
    say(asked_lines(session.screen, found, session.now, session.zone))
    tell("kith suggestions yes CODE…  or  no CODE…  answers several at once.")


def _answer(session: Session, answer: Sequence[str], as_json: bool) -> None:
    from interactions.queries.suggestions import asked, counted
    from interactions.store import word
    from kith.commands import whom
    from kith.show.answers import count

    yes, codes = answer[0].lower() in ("yes", "y"), dict.fromkeys(one.lower() for one in answer[1:])
    if answer[0].lower() not in ("yes", "y", "no", "n") or not codes:
        raise UsageProblem("Say yes or no and the codes:  kith suggestions yes abcd efgh.")
    known = {one.code: one for one in asked(session.db, session.owner_id)}
    strange = [code for code in codes if code not in known]
    if strange:
        raise UsageProblem(f"Not asked (any more): {', '.join(map(plain, strange))}. See  kith suggestions.")
    chosen = [known[code] for code in codes]
    pairs = [(one.target, "same" if yes else "different") for one in chosen if one.kind == "person"]
    titles = [(one.target, one.mailboxes if yes else ()) for one in chosen if one.kind == "meeting"]
    word.answer(session.db, session.owner_id, pairs, titles)
    whom.settle(session)
    kept, ahead = counted(session.db, session.owner_id, [one for one, who in titles if who], session.now)
    if as_json:
        from kith.show.rows import json_text

        say(json_text({"answered": list(codes), "yes": yes, "meetings": kept}))
        return
    planned = f", {ahead} of them ahead" if ahead else ""
    more = f" {count(kept, 'meeting is', 'meetings are')} in the log by these titles{planned}." if kept else ""
    whom.done(session, f"{len(chosen)} answered.{more}")
