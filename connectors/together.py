"""The containers of one stream read in turn, or side by side: then pages come as they are ready, each in its order."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from msgspec import Struct

from interactions.errors import ContainerGone
from interactions.items import Container, Page

T = TypeVar("T")
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
    plan: Plan, parts: Callable[[Container, str | None], Iterator[T]], workers: int
) -> Generator[tuple[Container, T | ContainerGone], None, None]:  # fmt: skip
    """Parts of every container of `plan`, `workers` of them read at once; a container that is gone says so.

    Memory is bounded: as many parts wait as there are workers. Raises what `parts` raises, after what came before it
    has been handed over; whoever stops early stops the readers.
    """
    ready: queue.Queue[tuple[Container, T | _End]] = queue.Queue(workers)
    over = threading.Event()

    def hand(container: Container, found: T | _End) -> bool:
        while not over.is_set():
            with contextlib.suppress(queue.Full):
                ready.put((container, found), timeout=_LOOK)
                return True
        return False

    def read(container: Container, cursor: str | None) -> None:
        try:
            with contextlib.closing(_generator(parts(container, cursor))) as found:
                for part in found:
                    if not hand(container, part):
                        return
            hand(container, _End(None))
        except BaseException as problem:
            hand(container, _End(problem))

    with ThreadPoolExecutor(workers, thread_name_prefix="together") as pool:
        try:
            for container, cursor in plan:
                pool.submit(read, container, cursor)
            yield from _handed(ready, len(plan))
        finally:
            over.set()
            pool.shutdown(wait=True, cancel_futures=True)


class _End(Struct):
    """A container is through, or what ended it."""

    problem: BaseException | None


def _handed(
    ready: queue.Queue[tuple[Container, T | _End]], left: int
) -> Iterator[tuple[Container, T | ContainerGone]]:  # fmt: skip
    while left:
        container, found = ready.get()
        if not isinstance(found, _End):
            yield container, found
            continue
        left -= 1
        if isinstance(found.problem, ContainerGone):
            yield container, found.problem
        elif found.problem is not None:
            raise found.problem


def _generator(parts: Iterator[T]) -> Generator[T, None, None]:
    yield from parts
