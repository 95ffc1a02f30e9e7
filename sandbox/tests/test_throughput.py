import base64
import http.client
import json
import time

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.sender import batch

ATTEMPTS = 3


def seconds_for(sandbox: SandboxProcess, path: str, body: bytes, requests: int) -> float:
    pair = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_secret}".encode()).decode()
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=10)
    started = time.monotonic()
    for _ in range(requests):
        connection.request("POST", path, body, {"Authorization": f"Basic {pair}"})
        response = connection.getresponse()
        response.read()
        assert response.status == 202
    connection.close()
    return time.monotonic() - started


@pytest.mark.timing
def test_one_process_is_faster_than_mparticles_default_rate(sandbox: SandboxProcess) -> None:
    sandbox.settings(rate=1_000_000, acceleration=0)
    single = json.dumps(batch()).encode()
    bulk = json.dumps([batch()] * 100).encode()
    # The best of a few, because a shared machine may be busy with something else.
    one_by_one = 300 / min(seconds_for(sandbox, "/v2/events", single, 300) for _ in range(ATTEMPTS))
    in_bulk = 1000 / min(seconds_for(sandbox, "/v2/bulkevents", bulk, 10) for _ in range(ATTEMPTS))
    assert one_by_one > 300
    assert in_bulk > 2 * one_by_one
