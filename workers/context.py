"""What every worker of a process shares: settings, database, queue, and the wish to stop."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass, field
from functools import cached_property

import redis

from connectors.rate import Ledger, RedisLedger
from connectors.slots import RedisSlots, Slots
from interactions.secret import Key, load_key
from interactions.settings import Settings
from interactions.store.addresses import AddressIds
from interactions.store.database import Database
from workers.broker import Queue


@dataclass
class Context:
    """Handed to every actor; nothing here is global."""

    settings: Settings
    db: Database
    queue: Queue
    stopping: threading.Event = field(default_factory=threading.Event)
    _local: threading.local = field(default_factory=threading.local)

    @property
    def ids(self) -> AddressIds:
        """This thread's memory of address ids."""
        found = getattr(self._local, "ids", None)
        if found is None:
            found = self._local.ids = AddressIds()
        return found

    @cached_property
    def key(self) -> Key:
        """The secret key that credentials are sealed with."""
        return load_key(self.settings)

    @cached_property
    def ledger(self) -> Ledger:
        """What was spent of the providers' quotas, counted for all workers together."""
        return RedisLedger(self._redis())

    @cached_property
    def slots(self) -> Slots:
        """Requests in flight of each mailbox, counted for all workers together."""
        return RedisSlots(self._redis())

    def _redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.settings.broker_url, socket_timeout=5, socket_connect_timeout=5)

    def holder(self) -> str:
        """Who takes a lease: host, process and thread."""
        return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
