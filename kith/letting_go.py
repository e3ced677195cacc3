"""Accounts paused, resumed, let go and erased; found by any part of their name."""

from __future__ import annotations

from contextlib import closing

import click
import msgspec
from msgspec import Struct

from interactions.errors import ConsentGone, KithError, SourceProblem, UsageProblem
from interactions.secret import Key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from kith.show.plain import plain

#: Where the owner can end a consent without us.
BY_HAND = "https://myaccount.google.com/connections"


class Named(Struct, frozen=True):
    """One account or archive of the owner's."""

    id: int
    provider: str
    label: str


def found(db: Database, owner_id: int, text: str, *, archives: bool = False) -> Named:
    """The one that `text` names: its address or name, a part of it, or its provider. Raises UsageProblem."""
    if not text.strip():
        raise UsageProblem("No account is named. Give its address or a part of it;  kith status  lists them.")
    all_of_them = [Named(*one) for one in accounts.labels(db, owner_id)]
    mine = [one for one in all_of_them if archives or one.provider != "archive"]
    exact = [one for one in mine if one.label.lower() == text.lower()]
    wanted = exact or [one for one in mine if text.lower() in one.label.lower() or text.lower() == one.provider]
    if len(wanted) == 1:
        return wanted[0]
    listed = ", ".join(plain(one.label) for one in (wanted or mine)) or "none yet"
    if wanted:
        raise UsageProblem(f"{plain(text)} fits several: {listed}. Write more of it.")
    raise UsageProblem(f"No account is called {plain(text)}. There is: {listed}.")


def revoked(settings: Settings, db: Database, key: Key, account: Named) -> str:
    """End the consent at the provider; a sentence of how that went. Raises KithError when it could not be told."""
    from connectors.google import oauth
    from connectors.http import Http

    if account.provider == "microsoft":
        from connectors.microsoft import entra

        return f"Microsoft lets no app end a consent: take Kith's access away at {entra.BY_HAND}."
    if account.provider != "google":
        return ""
    store = credentials.Credentials(db, key, account.id)
    try:
        token = msgspec.json.decode(store.load(), type=oauth.Token)
    except ConsentGone:
        return "The consent had ended already."
    try:
        with closing(Http(settings.google_origins(), settings.ca_file, settings.request_seconds)) as http:
            oauth.revoke(settings, http, token)
    except SourceProblem as problem:
        raise KithError(
            f"Google could not be told: {problem} The account stays as it is. Run the same command again, or take"
            f" Kith's access away at {BY_HAND} and add --offline."
        ) from None
    return "The consent was ended at Google."


def sized(db: Database, account: Named) -> str:
    """How much a purge would take, for the question before it."""
    from interactions.queries.status import account_items

    return f"{account_items(db, account.id):,} items of {plain(account.label)}"


def purged(db: Database, owner_id: int, account: Named) -> None:
    """Erase, and say what went."""
    gone = connections.erase(db, owner_id, account.id)
    click.echo(f"{gone:,} items of {plain(account.label)} and all that came of them alone are erased.")
