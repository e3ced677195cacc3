"""Hops 1 to 4: one stream read page by page under a lease, each page saved with its cursor, then rung."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from connectors import open_stream
from connectors.protocol import Connector
from interactions import errors
from interactions.items import Container
from interactions.store import claims, leases, pages
from interactions.store.leases import Lease
from workers.broker import CLASSIFY
from workers.context import Context
from workers.renewal import renewed

log = logging.getLogger(__name__)

#: Seconds one run may take before it gives the lease back, so that a huge account does not starve small ones.
SLICE_SECONDS = 120.0
#: Longest pause after a failure.
_PAUSE_MAX = 3_600.0
#: Below this many waiting messages a page is rung at once; above, the scheduler rings when there is room again.
_RING_BELOW = 0.5


class Outcome(Struct, frozen=True):
    """How a run of a stream ended."""

    state: str
    sentence: str
    #: Seconds until it is due again; None: when somebody asks.
    due_in: float | None
    failed: bool = False


def pull(context: Context, stream_id: int) -> None:
    """Pull one stream if nobody else does, and give it back with a sentence that says how it went."""
    settings = context.settings
    lease = leases.acquire(context.db, stream_id, context.holder(), settings.lease_seconds)
    if lease is None:
        return
    with renewed(lambda: leases.renew(context.db, lease, settings.lease_seconds), settings.renew_seconds):
        try:
            outcome = _read(context, lease)
        except errors.LeaseLost:
            log.info("%s %d: another worker took it over", lease.stream, stream_id)
            return
        except errors.StoreProblem as problem:
            log.error("%s %d: %s", lease.stream, stream_id, problem)
            return
        except errors.KithError as problem:
            outcome = reaction(problem)
            log.warning("%s %d: %s", lease.stream, stream_id, type(problem).__name__)
    leases.release(
        context.db, lease, state=outcome.state, sentence=outcome.sentence, due_in=outcome.due_in, failed=outcome.failed
    )


def reaction(problem: errors.KithError) -> Outcome:
    """What follows from each error: the one table of reactions."""
    said = str(problem)
    match problem:
        case errors.RateLimited():
            pause = (problem.retry_at - datetime.now(UTC)).total_seconds()
            return Outcome("waiting", said, min(max(pause, 1.0), _PAUSE_MAX))
        case errors.CursorExpired():
            return Outcome("waiting", said, 0.0)
        case errors.SourceDown():
            return Outcome("failing", said, 60.0, failed=True)
        case (
            errors.SourceUnreadable()
            | errors.ConsentGone()
            | errors.ScopeMissing()
            | errors.ApiDisabled()
            | errors.SuddenlyEmpty()
        ):
            return Outcome("stopped", said, None, failed=True)
        case _:
            return Outcome("failing", said, 60.0, failed=True)


def _read(context: Context, lease: Lease) -> Outcome:
    ends = time.monotonic() + SLICE_SECONDS
    connector = open_stream(lease.stream, Path(lease.subject), context.settings.page_items)
    reading = pages.reader(context.db, lease)
    for container_id, container, cursor in pages.open_containers(context.db, lease, connector.containers()):
        if not _read_container(context, lease, connector, container_id, container, cursor, reading, ends):
            return Outcome("waiting", "reading", 0.0)
    return Outcome("done", "up to date", None)


def _read_container(
    context: Context, lease: Lease, connector: Connector, container_id: int, container: Container,
    cursor: str | None, reading: pages.Reader, ends: float,
) -> bool:  # fmt: skip
    """Save a container's pages; False when time is up or the process stops, with everything so far saved."""
    for page in connector.pages(container, cursor):
        saved = pages.save_page(context.db, lease, container_id, page, reading, context.ids)
        ring(context, saved.owed)
        if context.stopping.is_set() or time.monotonic() > ends:
            return False
    return True


def ring(context: Context, item_ids: Sequence[int]) -> None:
    """Say that items are owed, after the commit that stored them. What is not rung here the scheduler finds."""
    waiting = context.queue.waiting(CLASSIFY)
    if waiting is None or waiting > context.settings.queue_cap * _RING_BELOW:
        return
    for bell in claims.bells([(item_id, 0) for item_id in item_ids], context.settings.classify_batch):
        context.queue.classify(bell.item_ids)
