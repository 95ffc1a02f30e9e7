import time

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client


def test_requests_are_counted_by_method_and_real_path(client: Client, sandbox: SandboxProcess) -> None:
    client.get("/v1/accounts?accountId=1201")
    client.get("/v1/accounts?accountId=1202")
    client.get("/v1/accounts/1201?accountId=1201")
    report = sandbox.requests()
    assert report["total"] == 3
    assert report["by_route"] == {"GET /v1/accounts": 2, "GET /v1/accounts/1201": 1}


def test_a_request_is_reported_without_header_or_body(client: Client, sandbox: SandboxProcess) -> None:
    client.post("/v1/accounts?x=1", json={"name": ""})
    (entry,) = sandbox.requests()["requests"]
    assert entry.pop("at_ms") == pytest.approx(time.time() * 1000, abs=5000)
    assert entry == {"method": "POST", "path": "/v1/accounts", "query": "x=1", "status": 422}


def test_control_requests_are_not_counted(sandbox: SandboxProcess) -> None:
    sandbox.requests()
    sandbox.settings()
    assert sandbox.requests()["total"] == 0


def test_the_list_of_requests_is_bounded_and_the_counts_are_not(small_sandbox: SandboxProcess) -> None:
    with Client(small_sandbox) as client:
        for path in ("/a", "/b", "/c"):
            client.get(path)
        report = small_sandbox.requests()
        assert report["total"] == 3
        assert [entry["path"] for entry in report["requests"]] == ["/b", "/c"]
