"""What every hostile input is held to: an answer within two seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

SECONDS = 2.0


@contextmanager
def answers_in_time() -> Iterator[None]:
    """Fails when the block takes two seconds or longer."""
    start = perf_counter()
    yield
    took = perf_counter() - start
    assert took < SECONDS, f"took {took:.1f} s"
