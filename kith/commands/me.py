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
    """Say that addresses are yours: what they send is yours, and they are nobody's contact."""
    from interactions.store import own

    fresh = _said(context, addresses, own.MINE)
    if not fresh:
        say("These were yours already.")


@command_me.command("remove")
@click.argument("addresses", nargs=-1, required=True)
@click.pass_context
def remove(context: click.Context, addresses: Sequence[str]) -> None:
    """Say that addresses are not yours: what they send is somebody else's, whatever your accounts tell."""
    from interactions.store import own

    if not _said(context, addresses, own.NOT_MINE):
        say("These are not yours.")


def _said(context: click.Context, addresses: Sequence[str], value: str) -> list[str]:
    """Keep it as the owner's word; those addresses of which it was not so before."""
    from interactions.address import canonical
    from interactions.store import own, word
    from kith.commands import whom
    from kith.show.answers import count

    check(addresses)
    with opened(context) as session:
        db, owner_id = session.make()
        fresh = word.mine(db, owner_id, map(canonical, addresses), value)
        if fresh:
            listed = ", ".join(map(plain, fresh))
            mails = count(own.mails_from(db, owner_id, fresh), "mail")
            several = len(fresh) > 1
            meant = (
                f"Yours now: {listed}. {mails} from {'them' if several else 'it'} are yours, and nobody is behind"
                f" {'them' if several else 'it'} but you."
                if value == own.MINE
                else f"Not yours any more: {listed}. {mails} from {'them' if several else 'it'} are somebody else's."
            )
            whom.done(session, f"{meant} What is stored was judged again.")
        return fresh


def check(addresses: Sequence[str]) -> None:
    """Raises UsageProblem unless all are addresses (RFC 5321 §4.1.2, roughly: one @, no spaces, nothing unseen)."""
    from interactions.items import ADDRESS_MAX

    for address in addresses:
        local, _, domain = address.rpartition("@")
        odd = not address.isprintable() or any(character in address for character in " <>,;")
        if not local or not domain or odd or len(address) > ADDRESS_MAX:
            raise UsageProblem(f"{plain(address)!r} is no e-mail address.")
