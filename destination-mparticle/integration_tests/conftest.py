import pytest

pytest.importorskip("mparticle_sandbox", reason="pip install ./sandbox")

from mparticle_sandbox import SandboxProcess

UNLIMITED = 1_000_000


@pytest.fixture(scope="session")
def _running_sandbox():
    with SandboxProcess(rate=UNLIMITED, acceleration=0) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running_sandbox):
    """A sandbox with nothing in it and no limit on the rate."""
    _running_sandbox.reset()
    return _running_sandbox
