"""One run of a stream: its pages saved one by one, then what they only named fetched, the most wanted first."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Generator, Sequence
from datetime import UTC, datetime

from connectors.protocol import Connector, SideBySide
from connectors.together import one_by_one
from interactions import errors
from interactions.items import DEFERRED, WANTED, Container, Item, Page
from interactions.store import accounts, backlog, claims, pages
from interactions.store.leases import Lease
from interactions.store.stored import Saved
from workers.broker import CLASSIFY
from workers.context import Context
from workers.opening import connector_of
from workers.outcome import Outcome

log = logging.getLogger(__name__)

#: Seconds one run may take before it gives the lease back, so that a huge account does not starve small ones.
SLICE_SECONDS = 120.0
#: Below this many waiting messages a page is rung at once; above, the scheduler rings when there is room again.
_RING_BELOW = 0.5
#: Refs fetched at once after the first page of a listing, after each other page, and when the listing is through.
_AT_FIRST, _BETWEEN, _AFTER = 50, 5, 40
#: Items and seconds after which what was fetched is saved: a kill costs no more than this.
_SAVE_ITEMS, _SAVE_SECONDS = 100, 1.0
#: Bulk mail is fetched when nothing else is left, for so many seconds; then new mail is looked for first.
_SPARE_SLICE, _SPARE_SECONDS = 10.0, 1.0
#: Mail that is quiet is looked at after a tenth of the time that it has been quiet for, at most this often less.
_QUIETER = 10.0


class Reading:
    """One run under one lease."""

    def __init__(self, context: Context, lease: Lease) -> None:
        self._context, self._lease = context, lease
        self._ends = time.monotonic() + SLICE_SECONDS
        self._changed = False

    def run(self) -> Outcome:
        """Read until all is read, time is up or the process stops. Raises KithError: what came before it is saved."""
        with contextlib.closing(connector_of(self._context, self._lease)) as connector:
            plan = pages.open_containers(self._context.db, self._lease, connector.containers())
            ids = {container.id: container_id for container_id, container, _ in plan}
            with contextlib.closing(_pages(connector, [(one, cursor) for _, one, cursor in plan])) as found:
                for container, page in found:
                    self._take(connector, ids[container.id], page)
                    if self._over():
                        return Outcome("waiting", "reading", 0.0)
            return self._backlog(connector)

    def _take(self, connector: Connector, container_id: int, page: Page | errors.ContainerGone) -> None:
        """Save a page, and fetch a little of what it named; or let go of a container that is no longer there."""
        if isinstance(page, errors.ContainerGone):
            log.info("%s: %s", self._lease.stream, page)
            pages.retire(self._context.db, self._lease, container_id)
            return
        self._save(container_id, page)
        if page.refs:
            self._fetch(connector, container_id, WANTED, _AT_FIRST if page.first else _BETWEEN)

    def _save(self, container_id: int, page: Page) -> None:
        context, lease = self._context, self._lease
        if page.own:
            accounts.add_own(context.db, lease.owner_id, page.own)
        self._saved(pages.save_page(context.db, lease, container_id, page, self._reader(), context.ids))

    def _reader(self) -> pages.Reader:
        return pages.reader(self._context.db, self._lease, retire=self._context.settings.on_delete == "retire")

    def _saved(self, saved: Saved) -> None:
        self._changed = self._changed or bool(saved.new or saved.changed or saved.refs)
        ring(self._context, saved.owed)

    def _over(self) -> bool:
        return self._context.stopping.is_set() or time.monotonic() > self._ends

    def _backlog(self, connector: Connector) -> Outcome:
        """Fetch what the pages named: what is wanted until none is left, then a little of what can wait."""
        db, lease = self._context.db, self._lease
        if lease.provider == "archive":
            return Outcome("done", "up to date", None)
        container_id = backlog.container_of(db, lease)
        while container_id is not None and self._fetch(connector, container_id, WANTED, _AFTER):
            if self._over():
                return Outcome("waiting", "reading", 0.0)
        if self._changed:
            accounts.learn_own(db, lease.owner_id, lease.stream_id)
        left = backlog.left(db, lease)
        if left.wanted:
            return Outcome("waiting", f"asking again for {left.wanted:,} that were not given", max(left.wait, 1.0))
        if left.deferred and not lease.skip_bulk and container_id is not None:
            return self._spare(connector, container_id)
        return Outcome("done", "up to date", self._next_look())

    def _spare(self, connector: Connector, container_id: int) -> Outcome:
        """Some of the bulk mail, when nobody else has work: promotions and social mail are seldom anybody's word."""
        db, lease = self._context.db, self._lease
        pause = _SPARE_SECONDS
        if not claims.owes(db, lease.owner_id):
            self._ends = min(self._ends, time.monotonic() + _SPARE_SLICE)
            try:
                while self._fetch(connector, container_id, DEFERRED, _AFTER) and not self._over():
                    continue
            except errors.RateLimited as problem:
                log.info("%s: bulk mail waits for spare quota", lease.stream)
                pause = max(pause, _seconds_until(problem))
        left = backlog.left(db, lease)
        if not left.deferred:
            return Outcome("done", "up to date", self._next_look())
        said = f"up to date; {left.deferred:,} of promotions and social mail wait for spare quota"
        return Outcome("done", said, min(self._next_look(), max(left.wait, pause)))

    def _fetch(self, connector: Connector, container_id: int, lane: str, limit: int) -> bool:
        """Fetch and save up to `limit` refs and their threads; False when there are none that may be asked for now.

        Raises what the connector raises, after what had come is saved.
        """
        refs = backlog.next_refs(self._context.db, self._lease, lane, limit)
        if not refs:
            return False
        found: list[Item] = []
        saved_at = time.monotonic()
        try:
            for item in connector.fetch(refs):
                found.append(item)
                if len(found) >= _SAVE_ITEMS or time.monotonic() - saved_at > _SAVE_SECONDS:
                    self._fetched(container_id, found)
                    found, saved_at = [], time.monotonic()
        finally:
            self._fetched(container_id, found)
        return True

    def _fetched(self, container_id: int, found: Sequence[Item]) -> None:
        if found:
            context = self._context
            reader = self._reader()
            self._saved(pages.save_fetched(context.db, self._lease, container_id, found, reader, context.ids))

    def _next_look(self) -> float:
        """Seconds until something new is looked for: sooner where things have been changing."""
        settings = self._context.settings
        kind = self._lease.stream.partition(".")[2]
        if kind == "calendar":
            return settings.calendar_poll_seconds
        if kind != "mail":
            return settings.contacts_poll_seconds
        quiet = 0.0 if self._changed else accounts.quiet_for(self._context.db, self._lease.stream_id)
        return min(max(quiet / 10, settings.mail_poll_seconds), settings.mail_poll_seconds * _QUIETER)


def _pages(
    connector: Connector, plan: Sequence[tuple[Container, str | None]]
) -> Generator[tuple[Container, Page | errors.ContainerGone], None, None]:
    if isinstance(connector, SideBySide):
        return connector.together(plan)
    return one_by_one(plan, connector.pages)


def ring(context: Context, item_ids: Sequence[int]) -> None:
    """Say that items are owed, after the commit that stored them. What is not rung here the scheduler finds."""
    if not item_ids:
        return
    waiting = context.queue.waiting(CLASSIFY)
    if waiting is None or waiting > context.settings.queue_cap * _RING_BELOW:
        return
    for bell in claims.bells([(item_id, 0) for item_id in item_ids], context.settings.classify_batch):
        context.queue.classify(bell.item_ids)


def _seconds_until(problem: errors.RateLimited) -> float:
    return max(1.0, (problem.retry_at - datetime.now(UTC)).total_seconds())
