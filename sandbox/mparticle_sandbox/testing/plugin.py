"""Fixtures for pytest: one sandbox for the whole run, reset before every test that asks for it.

Name this module in the topmost conftest, `pytest_plugins = ["mparticle_sandbox.testing.plugin"]`, or run pytest with
`-p mparticle_sandbox.testing.plugin`.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from mparticle_sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_options() -> dict[str, Any]:
    """Options of the sandbox. Override it in a conftest: return NO_RATE_LIMIT to send without waiting."""
    return {}


@pytest.fixture(scope="session")
def running_sandbox(sandbox_options: dict[str, Any]) -> Iterator[SandboxProcess]:
    """One server process for all tests of a run. Tests use `sandbox`, unless the server must not be reset."""
    with SandboxProcess(**sandbox_options) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: SandboxProcess) -> SandboxProcess:
    """The server as if freshly started: seeded data, default settings, no faults, no requests, no batches."""
    running_sandbox.reset()
    return running_sandbox
