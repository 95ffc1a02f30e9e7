"""What the tests of the examples share: a warehouse, and a destination forked from a process that has imported it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing.fork_server import DESTINATION_COMMANDS, ForkServer

from examples.loyalty_sync import delivery
from examples.loyalty_sync.connection import sandbox_config


@pytest.fixture(scope="session")
def destination() -> Iterator[ForkServer]:
    """Forks the destination's commands."""
    pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")
    with ForkServer("destination_mparticle", preload=DESTINATION_COMMANDS) as server:
        yield server


@pytest.fixture
def forked_destination(destination: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the examples fork what they would start."""
    monkeypatch.setattr(delivery, "DESTINATION", destination.command)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Any]:
    """The loyalty platform's, as of today."""
    pytest.importorskip("duckdb")
    from examples.loyalty_sync.warehouse import new_warehouse  # noqa: PLC0415
    from examples.tests.loyalty_delivery import TODAY  # noqa: PLC0415

    with new_warehouse(tmp_path / "loyalty.duckdb", TODAY) as warehouse:
        yield warehouse


@pytest.fixture
def loyalty_config(sandbox: SandboxProcess) -> Any:
    """The loyalty example's configuration for the sandbox."""
    return sandbox_config(sandbox)
