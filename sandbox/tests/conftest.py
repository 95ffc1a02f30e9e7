"""Two servers for the whole run, reset before every test: that of the test kit, and a small one."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client
from tests.helpers.prober import Prober
from tests.helpers.sender import Sender

pytest_plugins = ["mparticle_sandbox.testing.plugin"]


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that was imported: it would look through that again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def running_small_sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess(
        client_id="me",
        client_secret="mine",
        api_key=["a", "b"],
        api_secret=["x", "y"],
        keep_requests=2,
        keep_batches=3,
        keep_request_ids=2,
    ) as sandbox:
        yield sandbox


@pytest.fixture
def small_sandbox(running_small_sandbox: SandboxProcess) -> SandboxProcess:
    """A sandbox with credentials of its own, two inputs and a short memory."""
    running_small_sandbox.reset()
    return running_small_sandbox


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Client]:
    """A client with a valid token, whose token request is not counted."""
    with Client(sandbox) as client:
        client.sign_in()
        sandbox.clear_requests()
        yield client


@pytest.fixture
def sender(sandbox: SandboxProcess) -> Iterator[Sender]:
    with Sender(sandbox) as sender:
        yield sender


@pytest.fixture
def prober(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Prober:
    return Prober(tmp_path, capsys)
