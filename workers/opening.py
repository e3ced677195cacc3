"""The connector of a leased stream, with the credentials and the quota that an account's stream needs."""

from __future__ import annotations

from pathlib import Path

from connectors import open_stream
from connectors.protocol import Connector
from interactions.errors import ConsentGone
from interactions.store import credentials
from interactions.store.leases import Lease
from workers.context import Context


def connector_of(context: Context, lease: Lease) -> Connector:
    """Raises ConsentGone when the owner has to connect again, WrongKey and UsageProblem."""
    items = context.settings.page_items
    if lease.provider == "archive":
        return open_stream(lease.stream, Path(lease.subject), items)
    from connectors.google.api import Online
    from connectors.google.oauth import registered

    client = credentials.load_client(context.db, context.key, lease.provider)
    if client is None:
        raise ConsentGone("Kith has no client of yours. Run  kith setup google FILE  and  kith connect google.")
    tokens = credentials.Credentials(context.db, context.key, lease.account_id)
    online = Online(
        context.settings, registered(client), tokens, context.ledger, lease.subject, lease.label, lease.since
    )
    return open_stream(lease.stream, page_items=items, account=online)
