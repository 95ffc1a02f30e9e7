"""A real sandbox for the integration tests, and the source's configuration for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from integration_tests.configs import config_for


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxProcess]:
    """One server process for all tests of a run."""
    with SandboxProcess() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: SandboxProcess) -> SandboxProcess:
    """The server as if freshly started: seeded data, no faults, no requests seen."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def config(sandbox: SandboxProcess) -> dict[str, Any]:
    return config_for(sandbox)
