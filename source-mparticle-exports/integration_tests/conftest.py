from pathlib import Path

import pytest

from integration_tests.harness import Exports


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)
