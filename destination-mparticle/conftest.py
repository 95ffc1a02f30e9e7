"""For all tests of the destination: the fixtures of the sandbox's test kit, where the sandbox is installed."""

import gc
import os
import random
from importlib.util import find_spec

import pytest

pytest_plugins = ["mparticle_sandbox.testing.plugin"] if find_spec("mparticle_sandbox") else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the integration tests, mixed in an order that is always the same.

    Some wait and some compute: mixed, they share the processor, and no long one is left over for the end.
    """
    long = [item for item in items if "integration_tests" in item.path.parts]
    short = [item for item in items if "integration_tests" not in item.path.parts]
    random.Random(1).shuffle(long)  # noqa: S311 - no secret
    items[:] = [*long, *short]


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that was imported: it would look through that again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Two more than there are cores: many tests wait."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 2
