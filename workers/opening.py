"""The connector of a leased stream, with the credentials and the quota that an account's stream needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from connectors import open_stream
from connectors.protocol import Connector
from interactions.errors import ConsentGone
from interactions.store import credentials
from interactions.store.leases import Lease
from workers.context import Context

if TYPE_CHECKING:
    from connectors.google.api import Online
    from connectors.microsoft.graph import Connected


def connector_of(context: Context, lease: Lease) -> Connector:
    """Raises ConsentGone when the owner has to connect again, WrongKey and UsageProblem."""
    items = context.settings.page_items
    if lease.provider == "archive":
        return open_stream(lease.stream, Path(lease.subject), items)
    client = credentials.load_client(context.db, context.key, lease.provider)
    if client is None:
        raise ConsentGone(
            f"Kith has no {lease.provider.title()} client of yours. Run  kith setup {lease.provider}  and"
            f"  kith connect {lease.provider}."
        )
    made = _microsoft if lease.provider == "microsoft" else _google
    return open_stream(lease.stream, page_items=items, account=made(context, lease, client))


def _google(context: Context, lease: Lease, client: bytes) -> Online:
    from connectors.google.api import Online
    from connectors.google.oauth import registered

    tokens = credentials.Credentials(context.db, context.key, lease.account_id)
    return Online(
        context.settings, registered(client), tokens, context.ledger, lease.subject, lease.label, lease.since
    )  # fmt: skip


def _microsoft(context: Context, lease: Lease, client: bytes) -> Connected:
    from connectors.microsoft.entra import registered
    from connectors.microsoft.graph import Connected

    tokens = credentials.Credentials(context.db, context.key, lease.account_id)
    return Connected(
        context.settings, registered(client), tokens, context.ledger, context.slots, lease.subject, lease.label
    )  # fmt: skip
