"""For all tests of the source: the CDK prepares a manifest once, not again for every source that is built."""

import gc
import os
from collections.abc import Iterator

import pytest

from integration_tests.prepared_manifests import remember_prepared_manifests

pytest_plugins = ["mparticle_sandbox.testing.plugin"]


@pytest.fixture(scope="session", autouse=True)
def prepared_manifests() -> Iterator[None]:
    """Lasts for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        remember_prepared_manifests(patch)
        yield


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that was imported: it would look through that again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One more than there are cores: many tests wait."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1
