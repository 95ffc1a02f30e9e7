import signal
import subprocess
import sys
import time

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client
from tests.helpers.sender import Sender, batch

ACCOUNTS = "/v1/accounts?accountId=1201"


def test_a_response_drips_and_is_whole_in_the_end(client: Client, sandbox: SandboxProcess) -> None:
    whole = client.get(ACCOUNTS)
    sandbox.add_fault(path="/v1/accounts", drip_ms=1)
    started = time.monotonic()
    response = client.get(ACCOUNTS, stream=True)
    assert time.monotonic() - started < len(whole.content) / 1000
    assert response.content == whole.content
    assert time.monotonic() - started >= len(whole.content) / 1000


def test_a_dripping_response_comes_one_byte_at_a_time(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", status=500, body="slowly", drip_ms=50)
    response = client.get(ACCOUNTS, stream=True)
    assert response.headers["Content-Length"] == "6"
    assert list(response.raw.stream(amt=1)) == [b"s", b"l", b"o", b"w", b"l", b"y"]


def test_a_truncated_response_announces_more_than_comes(client: Client, sandbox: SandboxProcess) -> None:
    whole = client.get(ACCOUNTS).content
    sandbox.add_fault(path="/v1/accounts", truncate=True, times=1)
    response = client.get(ACCOUNTS, stream=True)
    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(whole)))
    came: list[bytes] = []
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        came.extend(response.iter_content(1))
    assert b"".join(came) == whole[: len(whole) // 2]
    assert client.get(ACCOUNTS).content == whole


def test_a_truncated_response_of_the_events_api_has_taken_the_batches(sender: Sender, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v2/bulkevents", truncate=True, times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        sender.bulk([batch(), batch(ip="nowhere")])
    assert sandbox.batches() == [batch()]


def test_a_response_without_a_body_can_neither_drip_nor_be_truncated(sender: Sender, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v2/bulkevents", truncate=True, drip_ms=500)
    response = sender.bulk([batch()])
    assert (response.status_code, response.content) == (202, b"")


def test_a_half_response_can_drip(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", status=200, body="half of it", drip_ms=20, truncate=True)
    started = time.monotonic()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get(ACCOUNTS)
    assert time.monotonic() - started >= 0.1


def test_a_proxys_page_can_come_with_200_and_with_headers_that_lie(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v2/*", status=200, headers={"Content-Type": "text/html"}, body="<h1>Welcome</h1>", times=1)
    response = client.post("/v2/bulkevents", json=[])
    assert (response.status_code, response.text) == (200, "<h1>Welcome</h1>")
    assert sandbox.events_report()["requests"] == 0
    sandbox.add_fault(path="/v2/*", status=200, headers={"Content-Encoding": "gzip"}, body="no gzip at all")
    with pytest.raises(requests.exceptions.ContentDecodingError):
        client.post("/v2/bulkevents", json=[])


def test_clients_that_give_up_and_a_stop_leave_no_trace_on_stderr() -> None:
    command = [sys.executable, "-m", "mparticle_sandbox", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().split()[-1]
    for effect in ({"drip_ms": 30}, {"truncate": True}, {"truncate": True, "drip_ms": 30}):
        assert requests.put(f"{url}/_sandbox/faults", json=[{"path": "*", **effect}], timeout=5).status_code == 200
        with requests.get(f"{url}/v1/none", timeout=5, stream=True):
            time.sleep(0.1)
    requests.put(f"{url}/_sandbox/faults", json=[{"path": "*", "drip_ms": 10_000}], timeout=5)
    with requests.get(f"{url}/v1/none", timeout=5, stream=True):
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.communicate(timeout=5)[1] == ""
    assert (server.returncode, time.monotonic() - started < 2) == (0, True)
