"""`kith forget PERSON`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kith.commands.session import Session, agreed, opened, say, tell
from kith.show.plain import plain, readable

if TYPE_CHECKING:
    from interactions.queries.people import Person


@click.command("forget")
@click.argument("person", nargs=-1, required=True)
@click.option("--check", "check", is_flag=True, help="Search the whole database for these addresses or names.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command_forget(context: click.Context, person: Sequence[str], check: bool, yes: bool) -> int:
    """Erase a person everywhere, for good: mails and meetings between you, their card, their part in others' mail.

    Nothing of theirs is stored again, whatever an account, an archive or a restored backup brings: what stays is a
    salted hash of each address and of their full name. This cannot be undone.

    kith forget --check ADDRESS…  searches the whole database, byte by byte on SQLite, and says what it finds.
    Backups that were written before still hold them: delete those, or rely on it that restoring one forgets again.
    """
    from kith.commands import whom

    with opened(context) as session:
        if check:
            return _search(session, person)
        found = whom.one(session, " ".join(person))
        _forget(session, found, yes)
    return 0


def _forget(session: Session, found: Person, yes: bool) -> None:
    from interactions.store import forget
    from kith.commands import whom
    from kith.show.answers import count

    shown = ", ".join(one for address in found.addresses if (one := plain(readable(address))))
    question = f"Erase {plain(found.name)} ({shown}) with {count(found.total, 'interaction')} for good?"
    if not agreed(question, yes, f"{question} This cannot be undone: say --yes."):
        say("Nothing was erased.")
        return
    forgot = forget.forget(session.db, session.owner_id, found.addresses, [found.name])
    whom.settle(session)
    say(
        f"Forgotten. {count(forgot.erased, 'item')} erased, {count(forgot.redacted, 'item')} of others kept without"
        " them. Nothing of theirs is stored again."
    )
    left = forget.search(session.db, found.addresses)
    say("Searched the whole database: nothing is left." if not left else _lines(left))
    backups = sorted((session.settings.data_dir / "backups").glob("*.kith"))
    if backups:
        tell(
            f"{count(len(backups), 'backup')} in {backups[0].parent} may still hold them. Restoring one forgets again."
        )


def _search(session: Session, wanted: Sequence[str]) -> int:
    from interactions.address import canonical
    from interactions.store import forget

    texts = list(dict.fromkeys(form for text in wanted for form in (text, canonical(text))))
    found = forget.search(session.db, texts)
    if not found:
        say(f"Searched the whole database for {', '.join(map(plain, wanted))}: nothing is there.")
        return 0
    say(_lines(found))
    return 1


def _lines(found: Sequence[object]) -> list[str]:
    return ["Still written in:", *(f"  {one.place}: {one.count:,}" for one in found)]  # type: ignore[attr-defined]
