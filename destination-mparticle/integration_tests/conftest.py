from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("mparticle_sandbox", reason="pip install ./sandbox")

from mparticle_sandbox.testing import NO_RATE_LIMIT

from .account_syncs import CREATE, DELETE, RENAME
from .harness import with_platform


@pytest.fixture(scope="session")
def sandbox_options() -> Any:
    """No test waits for the rate limit of the Events API unless it sets one."""
    return NO_RATE_LIMIT


@pytest.fixture
def all_three(sandbox: SandboxProcess) -> Any:
    """The configuration of a sync that creates, renames and deletes accounts."""
    return with_platform(sandbox, CREATE, RENAME, DELETE)
