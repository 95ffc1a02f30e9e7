"""Whatever is sent to whatever path, the sandbox responds, in time and never with an error of its own."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client
from tests.helpers.odd_requests import credentials, exchange, odd_request
from tests.helpers.sender import Sender

REQUESTS_TO_EACH_PATH = 20


@pytest.mark.parametrize("seed", range(2))
def test_no_request_ends_in_an_error_of_the_server(sandbox: SandboxProcess, client: Client, seed: int) -> None:
    random = Random(seed)
    paths = client.get("/openapi.json").json()["paths"]
    seen: Counter[int] = Counter()
    for path, item in sorted(paths.items()):
        # A request may have revoked it.
        accepted = credentials(sandbox, client.ask_for_token().json()["access_token"])
        for _ in range(REQUESTS_TO_EACH_PATH):
            request = odd_request(random, path, item, accepted)
            reply = exchange(sandbox, request)
            assert reply.status < 500, (request[:300], reply)
            seen[reply.status] += 1
    # The requests reach more than the doors.
    assert seen.keys() >= {200, 204, 400, 401, 403, 404, 405, 422}


@pytest.mark.parametrize("name", ["token_lifetime_s", "rate", "acceleration", "profile_rate", "deletions_per_request"])
def test_a_setting_too_large_for_arithmetic_is_refused(client: Client, name: str) -> None:
    response = client.patch("/_sandbox/settings", json={name: 10**400})
    assert response.status_code == 422
    assert name in response.json()["error"]


@pytest.mark.parametrize(
    "fault",
    [
        {"latency_ms": 10**400},
        {"drip_ms": 3_600_001},
        {"status": 200, "body": "\ud800"},
        {"status": 200, "headers": {"X": "\u4e00"}},
        {"status": 200, "headers": {"X": "a\r\nY: b"}},
        {"status": 200, "headers": {"a b": "c"}},
        {"status": 200, "headers": {"Content-Length": "many"}},
        {"status": 200, "headers": {"Content-Length": "2"}, "body": "longer"},
        {"status": 204, "body": "text"},
    ],
)
def test_a_fault_that_cannot_be_sent_is_refused(client: Client, fault: dict[str, Any]) -> None:
    response = client.post("/_sandbox/faults", json={"path": "/v1/*", **fault})
    assert response.status_code == 422
    assert set(response.json()["error"].split()) & fault.keys()


@pytest.mark.parametrize("levels", [101, 400, 900])
def test_json_that_is_too_deep_is_refused(client: Client, levels: int) -> None:
    body = f'{{"path": "/v1/*", "status": 400, "body": {"[" * levels}{"]" * levels}}}'
    assert client.post("/_sandbox/faults", data=body).status_code == 400


@pytest.mark.parametrize("levels", [10, 400, 700])
def test_a_deep_batch_is_searched_for_the_refused_value(sandbox: SandboxProcess, sender: Sender, levels: int) -> None:
    sandbox.settings(refused_value="unwanted", error_paths="none")
    for value, status in (("unwanted", 400), ("wanted", 202)):
        body = f'{{"context": {{"deep": {"[" * levels}"{value}"{"]" * levels}}}}}'
        assert sender.raw("/events", body.encode()).status_code == status
