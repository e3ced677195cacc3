"""Microsoft on a loopback port, by https: msal takes nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.microsoft import tls
from sandbox.microsoft.front import Front
from sandbox.microsoft.world import Microsoft
from sandbox.web import server


@dataclass(frozen=True)
class Running:
    """A server that answers, and the authority by which it is to be trusted."""

    url: str
    port: int
    ca_file: Path


@contextmanager
def serve(microsoft: Microsoft, folder: Path, port: int = 0) -> Iterator[Running]:
    """Serve the world while the block runs; its certificates are made anew in `folder`."""
    context, ca_file = tls.made(folder)
    with server.serve(Front(microsoft), port, context) as running:
        microsoft.url = running.url
        yield Running(running.url, running.port, ca_file)
