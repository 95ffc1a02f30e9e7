from collections.abc import Iterator
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("mparticle_sandbox", reason="pip install ./sandbox")

from mparticle_sandbox.testing import NO_RATE_LIMIT

from .account_syncs import CREATE, DELETE, RENAME
from .harness import with_platform
from .s3 import s3_server


@pytest.fixture(scope="session")
def sandbox_options() -> Any:
    """No test waits for the rate limit of the Events API unless it sets one."""
    return NO_RATE_LIMIT


@pytest.fixture
def all_three(sandbox: SandboxProcess) -> Any:
    """The configuration of a sync that creates, renames and deletes accounts."""
    return with_platform(sandbox, CREATE, RENAME, DELETE)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The address of an S3 server, and a client for it."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with s3_server() as server:
        yield server
