"""`kith why ADDRESS|ITEM`."""

from __future__ import annotations

import re

import click
import msgspec

from interactions.errors import KithError
from kith.commands.session import Session, opened, say

#: Larger numbers are no ids of ours.
_NUMBER = re.compile(r"(i?)(\d{1,18})", re.ASCII)


@click.command("why")
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_why(context: click.Context, what: str, as_json: bool) -> None:
    """Why something is judged as it is.

    WHAT is an address (or a name), an item like i42 from kith dropped, or the number of an interaction from
    kith log --numbers.
    """
    with opened(context) as session:
        match = _NUMBER.fullmatch(what)
        if match is None:
            _address(session, what, as_json)
        elif match[1] or not _interaction(session, int(match[2]), as_json):
            _item(session, int(match[2]), as_json)


def _address(session: Session, text: str, as_json: bool) -> None:
    from interactions.queries import why
    from kith.show.judgement import address_lines

    found = why.address(session.db, session.owner_id, text)
    if not found:
        raise KithError(f"Nothing is known of {text!r}: no item here came from it or names it. Try  kith people.")
    if as_json:
        from kith.show.rows import json_text

        say(json_text({"addresses": msgspec.to_builtins(found)}))
        return
    for number, about in enumerate(found):
        say([""] * bool(number) + address_lines(session.screen, about, session.now, session.zone))


def _interaction(session: Session, number: int, as_json: bool) -> bool:
    from interactions.queries import why
    from kith.show.judgement import interaction_lines

    found = why.interaction(session.db, session.owner_id, number, session.now)
    if found is None:
        return False
    if as_json:
        from kith.show.rows import entry_row, item_row, json_text

        say(json_text({"interaction": entry_row(found.entry), "sources": [item_row(one) for one in found.sources]}))
    else:
        say(interaction_lines(session.screen, found, session.now, session.zone))
    return True


def _item(session: Session, number: int, as_json: bool) -> None:
    from interactions.queries import why
    from kith.show.judgement import item_about_lines

    found = why.item(session.db, session.owner_id, number, session.now)
    if found is None:
        raise KithError(f"There is no item or interaction {number}. See  kith dropped  or  kith log --numbers.")
    if as_json:
        from kith.show.rows import entry_row, item_row, json_text

        rows = [entry_row(one) for one in found.interactions]
        say(json_text({"item": item_row(found.item), "interactions": rows}))
    else:
        say(item_about_lines(session.screen, found, session.now, session.zone))
