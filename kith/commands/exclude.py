"""`kith exclude KIND VALUE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem
from kith.commands.session import opened, say
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.store.database import Database


@click.command("exclude")
@click.argument("kind", required=False)
@click.argument("value", required=False)
@click.pass_context
def command_exclude(context: click.Context, kind: str | None, value: str | None) -> None:
    """Never store something, and remove what is stored of it.

    KIND is calendar, label, domain or address; VALUE its name. Without them everything excluded is listed.
    """
    from interactions.store import purge
    from kith.show.answers import count

    with opened(context) as session:
        if kind is None:
            found = purge.excluded(session.db, session.owner_id)
            say([f"{name:<10}{plain(text)}" for name, text in found] or "Nothing is excluded.")
            return
        if not value or not value.strip():
            raise UsageProblem(f"Say which {plain(kind)} to exclude:  kith exclude {plain(kind)} NAME.")
        db, owner_id = session.make()
        refuse_own(db, owner_id, kind, value)
        gone = purge.exclude(db, owner_id, kind, value)
        say(f"{plain(kind)} {plain(value)} is excluded from now on; {count(gone, 'stored item')} removed.")


def refuse_own(db: Database, owner_id: int, kind: str, value: str) -> None:
    """Every mail has an address of the owner's: to exclude one would empty the log. Raises UsageProblem."""
    from interactions.exclusions import Exclusions, normal
    from interactions.items import Email, Mailbox
    from interactions.store import accounts

    if kind not in ("address", "domain"):
        return
    chosen = frozenset({normal(kind, value)})
    rule = Exclusions(addresses=chosen) if kind == "address" else Exclusions(domains=chosen)
    for own in sorted(accounts.own(db, owner_id)):
        if rule.rule(Email("", sender=Mailbox(own))):
            raise UsageProblem(f"{plain(own)} is an address of yours: excluding it would remove your whole log.")
