"""A lease or claims held by a side thread for as long as the work lasts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from interactions.errors import StoreProblem

log = logging.getLogger(__name__)


@contextmanager
def renewed(renew: Callable[[], object], every: float) -> Iterator[None]:
    """Call `renew` every `every` seconds until the block ends. A renewal that fails is tried again at the next one."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(every):
            try:
                renew()
            except StoreProblem as problem:
                log.warning("a lease was not renewed: %s", problem)

    thread = threading.Thread(target=keep, name="renewal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
