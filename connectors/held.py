"""Credentials in this process's memory alone, for a consent that is tried before it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Held:
    """Implements `connectors.protocol.TokenStore`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def load(self) -> bytes:
        """What is held."""
        return self._secret

    def save(self, secret: bytes) -> None:
        """Hold this instead."""
        self._secret = secret

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else has it."""
        yield
