"""The examples' tests fork the destination from a process that has imported it."""

from collections.abc import Iterator

import pytest
from mparticle_sandbox.testing.fork_server import ForkServer

from examples.loyalty_sync import delivery


@pytest.fixture(scope="session")
def destination() -> Iterator[ForkServer]:
    """Forks the destination's commands."""
    pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")
    with ForkServer("destination_mparticle", preload=["destination_mparticle.commands"]) as server:
        yield server


@pytest.fixture
def forked_destination(destination: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the examples fork what they would start."""
    monkeypatch.setattr(delivery, "DESTINATION", destination.command)
