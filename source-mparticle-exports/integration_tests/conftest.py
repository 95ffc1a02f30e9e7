from collections.abc import Iterator
from pathlib import Path

import pytest
from mparticle_sandbox.testing.fork_server import ForkServer

from integration_tests.harness import Exports


@pytest.fixture(scope="session")
def command() -> Iterator[list[str]]:
    """What runs the connector, without importing it each time."""
    with ForkServer("source_mparticle_exports", preload=["source_mparticle_exports.run"]) as server:
        yield server.command


@pytest.fixture
def exports(tmp_path: Path, command: list[str]) -> Exports:
    return Exports(tmp_path, command)
