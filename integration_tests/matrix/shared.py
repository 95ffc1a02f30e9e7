"""The one matrix of a process of the test run: it takes seconds to start, and no sync changes it."""

import atexit
import os
from functools import cache

from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.table import rows


@cache
def shared_matrix() -> Matrix:
    """The matrix, started when a test first asks for it. Fails where its healthy sync is not all that there is."""
    # `gw0`, `gw1`: what pytest-xdist calls its workers.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    matrix = Matrix(core=int(worker.removeprefix("gw"))).__enter__()
    atexit.register(matrix.__exit__, None, None, None)
    assert rows(matrix.health) == []
    return matrix
