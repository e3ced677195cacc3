"""Addresses linked to people, when names, cards or the owner's word have changed."""

from __future__ import annotations

import logging

from interactions.errors import StoreProblem
from interactions.store import identity
from workers.context import Context
from workers.renewal import renewed

log = logging.getLogger(__name__)


def identify(context: Context, owner_id: int) -> None:
    """Link all addresses of one owner anew. What fails is due again when its claim runs out."""
    settings = context.settings
    try:
        with renewed(lambda: identity.renew(context.db, owner_id, settings.claim_seconds), settings.renew_seconds):
            linked = identity.relink(context.db, owner_id, settings.claim_seconds)
    except StoreProblem as problem:
        log.error("%s", problem)
        return
    if linked is not None:
        log.info("%d people of several addresses, %d to ask about", len(linked.clusters), len(linked.suggestions))
