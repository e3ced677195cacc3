"""Finds what is due and what is owed, rings for it, and mends what was lost: a plain loop over the database."""

from __future__ import annotations

import logging
import time

import dramatiq.errors
import redis

from interactions.errors import StoreProblem
from interactions.rules import RULES_VERSION
from interactions.store import accounts, claims, identity, processes, ties
from workers import alerts
from workers.broker import CLASSIFY
from workers.context import Context
from workers.letters import Letters

log = logging.getLogger(__name__)

#: Seconds between the things that need not happen at every tick.
_SELDOM = 60.0
#: Seconds that a letter on its way is waited for at the end.
_PARTING = 2.0
#: At one tick there is rung at most so often, each time for so many messages and in a transaction of its own: more than
#: the workers of one machine can judge until the next tick, and little enough for what arrives now to wait behind.
_STRIKES, _MESSAGES = 4, 10
#: Items that older rules judged, owed again at one tick.
_OLDER_RULES = 5_000


class Scheduler:
    """One `tick` after the other; two schedulers do no harm, they only ring twice."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._letters = Letters(context.settings, context.db)
        self._seldom_at = 0.0
        self._was_idle = False

    def run(self) -> None:
        """Tick until the process is asked to stop. A database that does not answer is asked again."""
        while not self._context.stopping.wait(self._context.settings.tick_seconds):
            try:
                self.tick()
            except StoreProblem as problem:
                log.error("%s", problem)
                self._context.stopping.wait(5.0)
            except (redis.RedisError, dramatiq.errors.BrokerError) as error:
                log.warning("the queue does not answer: %s", type(error).__name__)
        self._letters.wait(_PARTING)

    def tick(self) -> None:
        """Ring for every stream that is due and for owed items, as far as the queue has room."""
        context = self._context
        for stream in accounts.due(context.db, context.settings.bell_seconds):
            context.queue.pull(stream.stream_id)
        self._mend()
        self._ring()
        settings = context.settings
        for owner_id in identity.due(context.db, settings.link_quiet_seconds, settings.link_at_most_seconds):
            context.queue.identify(owner_id)
        for owner_id in ties.due(context.db, settings.link_at_most_seconds):
            context.queue.ties(owner_id)
        if time.monotonic() >= self._seldom_at:
            self._seldom_at = time.monotonic() + _SELDOM
            self._seldom()

    def _ring(self) -> None:
        context, settings = self._context, self._context.settings
        waiting = context.queue.waiting(CLASSIFY)
        if waiting is None or waiting >= settings.queue_cap:
            return
        for _ in range(_STRIKES):
            room = min(settings.queue_cap - waiting, _MESSAGES)
            bells = claims.ring(
                context.db, room * settings.classify_batch, settings.bell_seconds, settings.classify_batch
            )
            if not all(context.queue.classify(bell.item_ids) for bell in bells):
                return
            waiting += len(bells)
            if len(bells) < room or waiting >= settings.queue_cap:
                return

    def _mend(self) -> None:
        """Nothing waits in the queue at two ticks running, and yet items rung for are owed: the bells are lost."""
        idle = self._context.queue.idle(CLASSIFY)
        if idle and self._was_idle and claims.rung_but_idle(self._context.db):
            claims.forget_bells(self._context.db)
        self._was_idle = idle

    def _seldom(self) -> None:
        db = self._context.db
        accounts.move_horizons(db)
        claims.owe_older_rules(db, RULES_VERSION, _OLDER_RULES)
        identity.owe_daily(db)
        processes.bury(db, 10 * self._context.settings.heartbeat_seconds)
        self._letters.look()
        alerts.check(self._context.settings, db)
