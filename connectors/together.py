"""The containers of one stream read in turn, or side by side: then pages come as they are ready, each in its order."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from interactions.errors import ContainerGone
from interactions.items import Container, Page

Plan = Sequence[tuple[Container, str | None]]
#: Seconds between looks at whether anybody still wants what is read.
_LOOK = 0.2


def one_by_one(
    plan: Plan, pages: Callable[[Container, str | None], Iterator[Page]]
) -> Generator[tuple[Container, Page | ContainerGone], None, None]:  # fmt: skip
    """Pages of every container of `plan`, the one after the other."""
    for container, cursor in plan:
        try:
            for page in pages(container, cursor):
                yield container, page
        except ContainerGone as problem:
            yield container, problem


def together(
    plan: Plan, pages: Callable[[Container, str | None], Iterator[Page]], workers: int
) -> Generator[tuple[Container, Page | ContainerGone], None, None]:  # fmt: skip
    """Pages of every container of `plan`, `workers` of them read at once; a container that is gone says so.

    Memory is bounded: as many pages wait as there are workers. Raises what `pages` raises, after what came before it
    has been handed over; whoever stops early stops the readers.
    """
    ready: queue.Queue[tuple[Container, Page | BaseException | None]] = queue.Queue(workers)
    over = threading.Event()

    def hand(container: Container, found: Page | BaseException | None) -> bool:
        while not over.is_set():
            with contextlib.suppress(queue.Full):
                ready.put((container, found), timeout=_LOOK)
                return True
        return False

    def read(container: Container, cursor: str | None) -> None:
        try:
            with contextlib.closing(_generator(pages(container, cursor))) as found:
                for page in found:
                    if not hand(container, page):
                        return
            hand(container, None)
        except BaseException as problem:
            hand(container, problem)

    with ThreadPoolExecutor(workers, thread_name_prefix="together") as pool:
        try:
            for container, cursor in plan:
                pool.submit(read, container, cursor)
            yield from _handed(ready, len(plan))
        finally:
            over.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _handed(
    ready: queue.Queue[tuple[Container, Page | BaseException | None]], left: int
) -> Iterator[tuple[Container, Page | ContainerGone]]:
    while left:
        container, found = ready.get()
        if isinstance(found, Page):
            yield container, found
            continue
        left -= 1
        if isinstance(found, ContainerGone):
            yield container, found
        elif found is not None:
            raise found


def _generator(pages: Iterator[Page]) -> Generator[Page, None, None]:
    yield from pages
