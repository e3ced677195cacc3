"""Hops 1 to 4: one stream read under a lease, each page saved with its cursor, then rung."""

from __future__ import annotations

import logging

from interactions import errors
from interactions.store import leases
from workers.context import Context
from workers.outcome import mistake, reaction
from workers.reading import Reading
from workers.renewal import renewed

log = logging.getLogger(__name__)


def pull(context: Context, stream_id: int) -> None:
    """Pull one stream if nobody else does, and give it back with a sentence that says how it went."""
    settings = context.settings
    lease = leases.acquire(context.db, stream_id, context.holder(), settings.lease_seconds)
    if lease is None:
        return
    with renewed(lambda: leases.renew(context.db, lease, settings.lease_seconds), settings.renew_seconds):
        try:
            outcome = Reading(context, lease).run()
        except errors.LeaseLost:
            log.info("%s %d: another worker took it over", lease.stream, stream_id)
            return
        except errors.StoreProblem as problem:
            log.error("%s %d: %s", lease.stream, stream_id, problem)
            return
        except errors.KithError as problem:
            outcome = reaction(problem)
            log.warning("%s %d: %s", lease.stream, stream_id, type(problem).__name__)
        except Exception as error:
            outcome = mistake(error)
            log.error("%s %d: %s", lease.stream, stream_id, outcome.sentence)
    leases.release(
        context.db, lease, state=outcome.state, sentence=outcome.sentence, due_in=outcome.due_in, failed=outcome.failed
    )
