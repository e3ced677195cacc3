"""A private queue server for each module of tests, empty at the start of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.torture.harness import Broker


@pytest.fixture(scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    server = Broker(tmp_path_factory.mktemp("b"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def broker(_server: Broker) -> Broker:
    """The module's server, emptied."""
    _server.flush()
    return _server
