"""Google on a loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.google.front import Front
from sandbox.google.world import Google
from sandbox.web import server
from sandbox.web.server import Running


@contextmanager
def serve(google: Google, port: int = 0) -> Iterator[Running]:
    """Serve the world while the block runs, on a free port unless one is named."""
    with server.serve(Front(google), port) as running:
        yield running
