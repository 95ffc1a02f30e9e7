"""A check ends in time with a status, whatever servers do."""

import logging
import time
from typing import Any

import pytest
from airbyte_cdk.models import AirbyteConnectionStatus, Status
from mparticle_sandbox import SandboxProcess

from integration_tests import bad_server as server
from source_mparticle import SourceMparticle


def checked_in_time(config: dict[str, Any]) -> AirbyteConnectionStatus:
    """The status of a check that took no longer than a form waits for it."""
    source = SourceMparticle(config=config)
    started = time.monotonic()
    status = source.check(logging.getLogger("airbyte"), config)
    assert time.monotonic() - started < 10
    return status


@pytest.mark.parametrize("path", ["/oauth/token", "*/calculatedattributes"])
@pytest.mark.parametrize("fault", [{"latency_ms": 60_000}, {"drip_ms": 400}], ids=str)
def test_a_check_gives_up_after_eight_seconds(
    config: dict[str, Any], sandbox: SandboxProcess, path: str, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path=path, **fault)
    status = checked_in_time(config)
    assert status.status == Status.FAILED
    assert "the connection check gave up after 8 seconds" in status.message


def test_slow_apis_that_only_some_streams_need_fail_no_check(config: dict[str, Any], sandbox: SandboxProcess) -> None:
    for path in ("*/plans", "*/roles", "/userprofile/*"):
        sandbox.add_fault(path=path, latency_ms=60_000)
    config |= {"org_id": "77", "profiles": {"workspace_id": "5318", "identities": ["1"]}}
    status = checked_in_time(config)
    assert status.status == Status.SUCCEEDED


@pytest.mark.parametrize("path", ["/oauth/token", "/v1/accounts", "*/calculatedattributes"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 429, "headers": {"Retry-After": "1"}},
        {"reset": True},
        {"truncate": True},
    ],
    ids=str,
)
def test_one_failure_that_passes_fails_no_check(
    config: dict[str, Any], sandbox: SandboxProcess, path: str, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path=path, times=1, **fault)
    assert SourceMparticle().check(logging.getLogger("airbyte"), config).status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<h1>Welcome</h1>"}, "/v1/accounts"),
        ({"status": 307, "headers": {"Location": "https://elsewhere.example/x"}}, "to another host"),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, "rate limited"),
        ({"reset": True}, "No response from"),
    ],
    ids=str,
)
def test_a_failure_that_lasts_is_a_status(
    config: dict[str, Any], sandbox: SandboxProcess, fault: dict[str, Any], sentence: str
) -> None:
    sandbox.add_fault(path="/v1/accounts", **fault)
    status = checked_in_time(config)
    assert status.status == Status.FAILED
    assert sentence in status.message


@pytest.mark.parametrize("behaviour", [server.silent, server.drips_its_head, server.closes_at_once])
def test_a_server_that_speaks_no_http_is_a_status_in_time(config: dict[str, Any], behaviour: Any) -> None:
    with server.running(behaviour) as url:
        status = checked_in_time(config | {"api_url": url})
    assert status.status == Status.FAILED
