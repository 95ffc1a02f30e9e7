"""The source's configuration for the sandbox of the test kit."""

from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import source_config


@pytest.fixture
def config(sandbox: SandboxProcess) -> dict[str, Any]:
    return source_config(sandbox)
