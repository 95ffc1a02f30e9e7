"""A redirect takes nothing to another host: no credential, no record, not even a request. For both connectors."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import (
    command_files,
    configured_catalog,
    destination_config,
    profiles_option,
    record,
    source_config,
    stream_mapping,
)

from integration_tests.connector import command, destination_command
from integration_tests.recording_server import Recorded, recording_server

# Those that repeat a request as it was, and those that make it a GET. Each status has tests of its own with one host.
STATUSES = [302, 307]
DAY = 86_400_000


@pytest.fixture
def elsewhere() -> Iterator[Recorded]:
    with recording_server() as recorded:
        yield recorded


def redirect(sandbox: SandboxProcess, path: str, status: int, elsewhere: Recorded) -> None:
    # By another name: not even the host is the same.
    target = elsewhere.url.replace("127.0.0.1", "localhost")
    sandbox.add_fault(path=path, status=status, headers={"Location": f"{target}/taken"})


def run(command_line: list[str], stdin: bytes = b"") -> list[dict[str, Any]]:
    """The statuses and errors of a process."""
    done = subprocess.run(command_line, input=stdin, capture_output=True, check=False, timeout=120)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    statuses = [message["connectionStatus"] for message in messages if message["type"] == "CONNECTION_STATUS"]
    traces = [message["trace"] for message in messages if message["type"] == "TRACE"]
    return [each for each in statuses if each["status"] == "FAILED"] + [each for each in traces if "error" in each]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    ("path", "streams"),
    [
        ("/oauth/token", ["audiences"]),
        ("/v1/*", ["audiences"]),
        ("/platform/*", ["calculated_attributes"]),
        ("/userprofile/*", ["user_profiles"]),
    ],
)
def test_the_source_follows_no_redirect(
    sandbox: SandboxProcess, tmp_path: Path, elsewhere: Recorded, path: str, streams: list[str], status: int
) -> None:
    config = source_config(sandbox, org_id=sandbox.org_id, profiles=profiles_option(sandbox, limit=1))
    files = command_files(
        tmp_path, config=config, catalog=configured_catalog(*streams, destination_sync_mode="overwrite")
    )
    redirect(sandbox, path, status, elsewhere)
    messages = [each["error"]["message"] for each in run(command("read", *files))]
    assert [message for message in messages if "answered with a redirect" in message] != []
    run(command("check", *files[:2]))
    assert elsewhere.requests == []


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", ["/oauth/token", "/v1/*", "/v2/*"])
def test_the_destination_follows_no_redirect(
    sandbox: SandboxProcess, tmp_path: Path, elsewhere: Recorded, path: str, status: int
) -> None:
    event = {"customer_id": "{id}", "event_name": "{name}", "timestamp": "{at}"}
    accounts = stream_mapping("accounts", "account", {"name": "{name}"}, operation="append")
    config = destination_config(sandbox, stream_mapping("events", "custom_event", event), accounts, with_platform=True)
    files = command_files(tmp_path, config=config, catalog=configured_catalog("events", "accounts"))
    now = int(time.time() * 1000)
    # Old ones go to another endpoint.
    times = [now, now - 60 * DAY]
    lines = b"".join(record("events", {"id": "c-1", "name": "Bought", "at": at}) for at in times)
    redirect(sandbox, path, status, elsewhere)
    assert run(destination_command("write", *files), stdin=lines + record("accounts", {"name": "North"})) != []
    assert run(destination_command("check", *files[:2])) != []
    assert elsewhere.requests == []


def test_a_redirect_of_a_store_of_rejected_records_takes_no_secret_along(
    sandbox: SandboxProcess, tmp_path: Path, elsewhere: Recorded
) -> None:
    redirect(sandbox, "*", 307, elsewhere)
    store = {
        "storage_type": "S3",
        "s3_bucket_name": "rejects",
        "s3_endpoint": sandbox.url,
        "s3_bucket_region": "eu-west-1",
    }
    store |= {"access_key_id": "an-access-key", "secret_access_key": "a-secret-access-key"}
    files = command_files(tmp_path, config=destination_config(sandbox, object_storage_config=store))
    (failed,) = run(destination_command("check", *files))
    assert "`s3://rejects` cannot be written to" in failed["message"]
    assert elsewhere.requests == []
