"""`kith me`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import opened, say
from kith.show.plain import plain


@click.group("me", invoke_without_command=True)
@click.pass_context
def command_me(context: click.Context) -> None:
    """Your own addresses: what they send is yours, and you are nobody's contact."""
    if context.invoked_subcommand:
        return
    from interactions.store.accounts import own

    with opened(context) as session:
        found = sorted(own(session.db, session.owner_id))
        say([plain(address) for address in found] or "None are known yet. Run  kith me add ADDRESS.")


@command_me.command("add")
@click.argument("addresses", nargs=-1, required=True)
@click.pass_context
def add(context: click.Context, addresses: Sequence[str]) -> None:
    """Declare addresses as yours; what is stored is judged again."""
    from interactions.store.accounts import add_own

    check(addresses)
    with opened(context) as session:
        db, owner_id = session.make()
        fresh = add_own(db, owner_id, addresses)
        if not fresh:
            say("These were yours already.")
            return
        say(f"Yours now: {', '.join(plain(one) for one in sorted(fresh))}. What is stored is judged again.")


def check(addresses: Sequence[str]) -> None:
    """Raises UsageProblem unless all are addresses (RFC 5321 §4.1.2, roughly: one @, no spaces, nothing unseen)."""
    from interactions.items import ADDRESS_MAX

    for address in addresses:
        local, _, domain = address.rpartition("@")
        odd = not address.isprintable() or any(character in address for character in " <>,;")
        if not local or not domain or odd or len(address) > ADDRESS_MAX:
            raise UsageProblem(f"{plain(address)!r} is no e-mail address.")
