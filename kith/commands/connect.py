"""`kith connect google|microsoft`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kith.commands.session import opened, say

if TYPE_CHECKING:
    from interactions.secret import Key
    from interactions.settings import Settings
    from interactions.store.database import Database
    from kith.provider import Provider


@click.command("connect")
@click.argument("provider", type=click.Choice(["google", "microsoft"]))
@click.option("--no-browser", is_flag=True, help="Print the address and take the pasted answer: for servers.")
@click.option("--device", is_flag=True, help="Microsoft: show a code to enter on another device, for servers.")
@click.option("--account", default="", metavar="ADDRESS", help="The account to connect, or to connect again.")
@click.option("--new", is_flag=True, help="Add an account, though another one waits to be connected again.")
@click.option("--since", metavar="WHEN", help="Store nothing older: 2y, 6m, 2024-01-31, or all.")
@click.option(
    "--skip-promotions/--with-promotions", default=None, help="Never fetch promotions and social mail; or do after all."
)
@click.option("--calendar", "calendars", multiple=True, metavar="NAME", help="Read this calendar too; repeatable.")
@click.option("--exclude-label", "labels", multiple=True, metavar="NAME", help="Never store mail with this label.")
@click.option("--yes", is_flag=True, help="Take the usual choice of calendars without asking.")
@click.pass_context
def command_connect(
    context: click.Context, provider: str, no_browser: bool, device: bool, account: str, new: bool, since: str | None,
    skip_promotions: bool | None, calendars: Sequence[str], labels: Sequence[str], yes: bool,
) -> None:  # fmt: skip
    """Connect an account, once: your browser asks you, and from then on it is read by itself.

    Only headers of mail, calendars and contacts, and only to read. The same command connects an account again whose
    consent has ended; it goes on where it was.
    """
    from kith.connecting import Connecting, Wishes
    from kith.importing import since_from

    with opened(context) as session:
        limit = since_from(since, session.now, session.zone)
        wishes = Wishes(not no_browser, device, account, new, limit, skip_promotions, calendars, labels, yes)
        db, owner_id = session.make()
        asked = _provider(provider, session.settings, db, session.key)
        say(Connecting(session.settings, db, owner_id, session.key, asked, wishes).run())


def _provider(name: str, settings: Settings, db: Database, key: Key) -> Provider:
    """The provider of that name with the owner's client. Raises UsageProblem when there is none."""
    if name == "microsoft":
        from kith import provider_microsoft

        return provider_microsoft.Microsoft(settings, provider_microsoft.client_of(db, key))
    from kith import provider_google

    return provider_google.Google(settings, provider_google.client_of(db, key))
