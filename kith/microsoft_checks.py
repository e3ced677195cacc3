"""What `kith doctor` says of connected Microsoft accounts: what is granted, what answers, and that no body comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interactions.errors import SourceProblem
from interactions.secret import load_key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from kith.check import Check
from kith.provider_microsoft import Microsoft, client_of
from kith.show.plain import plain

if TYPE_CHECKING:
    from connectors.microsoft.graph import Connected


def connected(settings: Settings, db: Database, account: connections.Account) -> Connected:
    """A stored account as its connectors get it. Raises UsageProblem when there is no client."""
    from connectors.microsoft.graph import Connected
    from connectors.rate import LocalLedger
    from connectors.slots import LocalSlots

    key = load_key(settings)
    tokens = credentials.Credentials(db, key, account.id)
    client = client_of(db, key)
    return Connected(settings, client, tokens, LocalLedger(), LocalSlots(), account.subject, account.label)


def checks(settings: Settings, db: Database) -> Iterator[Check]:
    """Each connected account: its permissions, and one request for a body that has to come back without one."""
    for owner_id in accounts.owner_ids(db):
        for account in connections.connected(db, owner_id, "microsoft"):
            if account.connected and not account.paused:
                yield _granted(account)
                yield _bodies(settings, db, account)


def _granted(account: connections.Account) -> Check:
    from connectors.microsoft.entra import missing

    off = [Microsoft.words[stream] for stream in missing(account.scopes)]
    name = f"microsoft · {plain(account.label)}"
    if off:
        return Check(name, None, f"not allowed: {', '.join(off)}; kith connect microsoft  asks again")
    return Check(name, True, "all permissions are there, and all of them only read")


def _bodies(settings: Settings, db: Database, account: connections.Account) -> Check:
    from connectors.microsoft.live import bodies_withheld

    name = "forbidden"
    try:
        holds, said = bodies_withheld(connected(settings, db, account))
    except SourceProblem as problem:
        return Check(name, None, f"not tried: {problem}")
    if holds is None:
        return Check(name, None, f"not tried: {said}")
    if not holds:
        return Check(name, False, f"Microsoft gave the body of a mail ({said}). Disconnect, and report this.")
    return Check(name, True, f"a mail's body was asked for, and none came ({said}): headers are all we can read")
