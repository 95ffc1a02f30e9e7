"""For all tests of the destination: the fixtures of the sandbox's test kit, where the sandbox is installed."""

import gc
import os
from importlib.util import find_spec

import pytest

pytest_plugins = ["mparticle_sandbox.testing.plugin"] if find_spec("mparticle_sandbox") else []


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that was imported: it would look through that again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One more than there are cores: many tests wait."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1
