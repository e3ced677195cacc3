"""`python -m workers ROLE`: one background process. ROLE is pull, classify, all (both), or schedule."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from interactions.errors import KithError, StoreProblem
from interactions.settings import load_settings
from interactions.store import processes
from interactions.store.opening import open_database
from workers.broker import CLASSIFY, DISCARD, IDENTIFY, PULL, TIES, Queue, make_broker
from workers.classify import classify
from workers.context import Context
from workers.ending import on_signal
from workers.identify import identify
from workers.pull import pull
from workers.schedule import Scheduler
from workers.ties import count_ties

ROLES = {"pull": {PULL}, "classify": {CLASSIFY}, "all": {PULL, CLASSIFY}, "schedule": set[str]()}
#: Milliseconds a worker may take to finish what it is at; the rest comes back by lease and claim.
_STOP_MS = 7_000
#: Milliseconds between looks at an empty queue.
_IDLE_MS = 100
#: Messages a thread has at hand, the one it is at included; one of 500 items takes 30 to 50 ms.
_AT_HAND = 4


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1 or arguments[0] not in ROLES:
        sys.stderr.write(f"usage: python -m workers {{{'|'.join(ROLES)}}}\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("dramatiq").setLevel(logging.ERROR)
    try:
        settings = load_settings()
        if not settings.broker_url:
            sys.stderr.write("KITH_BROKER_URL is not set. `kith up` starts a broker and the workers together.\n")
            return 2
        db = open_database(settings)
    except KithError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code
    # Pages come by the hundred and are gone at once: looking for cycles after every 700 new objects is time lost.
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    broker = make_broker(settings.broker_url)
    context = Context(settings, db, Queue(broker))
    on_signal(context.stopping)
    try:
        run(context, broker, arguments[0])
    finally:
        db.close()
    return 0


def declare(context: Context, broker: RedisBroker) -> None:
    """Tie the queues' messages to what they ask for."""
    actor: Any = dramatiq.actor
    for queue, work in ((PULL, pull), (CLASSIFY, classify)):
        actor(_bound(work, context), actor_name=queue, queue_name=queue, broker=broker, max_retries=0)
    actor(_bound(identify, context), actor_name=IDENTIFY, queue_name=CLASSIFY, broker=broker, max_retries=0)
    actor(_bound(count_ties, context), actor_name=TIES, queue_name=CLASSIFY, broker=broker, max_retries=0)
    actor(_nothing, actor_name=DISCARD, queue_name=DISCARD, broker=broker, max_retries=0)


def _bound(work: Callable[[Context, Any], None], context: Context) -> Callable[[Any], None]:
    def handle(argument: Any) -> None:
        work(context, argument)

    return handle


def _nothing(*_: object) -> None:
    """What could not be read is worth nothing: the database knows what is owed."""


def run(context: Context, broker: RedisBroker, role: str) -> None:
    """Work in one role until the context says stop."""
    name = f"{socket.gethostname()}:{os.getpid()}:{role}"
    beating = threading.Thread(target=_beat, args=(context, name, role), name="heartbeat", daemon=True)
    beating.start()
    if role == "schedule":
        Scheduler(context).run()
    else:
        _consume(context, broker, role)
    context.stopping.set()
    beating.join(2.0)


def _consume(context: Context, broker: RedisBroker, role: str) -> None:
    declare(context, broker)
    settings = context.settings
    threads = {PULL: settings.pull_threads, CLASSIFY: settings.classify_threads}
    worker = dramatiq.Worker(
        broker, queues=ROLES[role], worker_timeout=_IDLE_MS, worker_threads=sum(threads[queue] for queue in ROLES[role])
    )
    # Dramatiq looks for more only between two sleeps of up to _IDLE_MS: what is at hand must last for one.
    worker.queue_prefetch = _AT_HAND * worker.worker_threads
    worker.start()
    context.stopping.wait()
    worker.stop(timeout=_STOP_MS)


def _beat(context: Context, name: str, role: str) -> None:
    while True:
        # A heartbeat that cannot be written is missed, as the reader of heartbeats expects.
        with contextlib.suppress(StoreProblem):
            processes.beat(context.db, name, role, os.getpid())
        if context.stopping.wait(context.settings.heartbeat_seconds):
            break
    with contextlib.suppress(StoreProblem):
        processes.leave(context.db, name)


if __name__ == "__main__":
    sys.exit(main())
