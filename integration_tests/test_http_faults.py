"""The client against a real server that misbehaves: what is lost, cut, dripped, redirected and unpacked."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import source_config

from source_mparticle.api.circuit_breaker import RetryLimits
from source_mparticle.api.client import Client
from source_mparticle.api.envelope import records_of
from source_mparticle.api.errors import TOKEN_URL, ConfigurationError, Unavailable, UnexpectedResponse
from source_mparticle.api.http_session import Deadline, HttpSession, Request, Timeouts

ONCE_MORE = RetryLimits(waits=(0.01,))


@pytest.fixture
def ids(sandbox: SandboxProcess, config: dict[str, Any]) -> Callable[..., list[int]]:
    def read(**options: Any) -> list[int]:
        client = Client.of(config, **{"limits": ONCE_MORE, **options})
        answer = client.get(f"{sandbox.url}/v1/audiences", {"accountId": config["account_id"]})
        return [record["id"] for record in records_of(answer)]

    return read


def asked(sandbox: SandboxProcess, route: str = "GET /v1/audiences") -> int:
    return int(sandbox.requests()["by_route"].get(route, 0))


PASSING = {
    "reset": {"reset": True},
    "reset after the work": {"accept_then_reset": True},
    "cut in the middle": {"truncate": True},
    "cut in the middle of a rule's body": {"status": 200, "body": '[{"id": 1}, {"id": 2}]', "truncate": True},
    "half a text": {"status": 200, "body": '[{"id": 1}, {"i'},
    "no body": {"status": 200, "body": ""},
    "no gzip": {"status": 200, "headers": {"Content-Encoding": "gzip"}, "body": "no gzip"},
    "408": {"status": 408},
    "429": {"status": 429, "headers": {"Retry-After": "0"}},
    "502": {"status": 502, "body": "<html>"},
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("route", ["/v1/audiences", "/oauth/token"])
def test_a_fault_that_passes_costs_one_more_request_and_no_row(
    sandbox: SandboxProcess, ids: Any, fault: dict[str, Any], route: str
) -> None:
    sandbox.add_fault(path=route, times=1, **fault)
    assert len(ids()) == 25
    assert asked(sandbox, f"{'GET' if route == '/v1/audiences' else 'POST'} {route}") == 2


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_lasts_is_no_error_of_the_configuration(
    sandbox: SandboxProcess, ids: Any, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v1/audiences", **fault)
    with pytest.raises(Unavailable):
        ids()
    assert asked(sandbox) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("route", "option"), [("/v1/audiences", r"API URL \(`api_url`\)"), ("/oauth/token", r"Token URL \(`token_url`\)")]
)
def test_no_request_follows_a_redirect(sandbox: SandboxProcess, ids: Any, route: str, option: str, status: int) -> None:
    sandbox.add_fault(path=route, status=status, headers={"Location": f"{sandbox.url}/v1/services"})
    with pytest.raises(ConfigurationError, match=f"to {sandbox.url}, which is not followed.*{option}"):
        ids()
    assert asked(sandbox, "GET /v1/services") + asked(sandbox, "POST /v1/services") == 0


def test_a_page_is_an_answer_that_nobody_documents(sandbox: SandboxProcess, ids: Any) -> None:
    sandbox.add_fault(path="/v1/audiences", status=200, headers={"Content-Type": "text/html"}, body="<h1>Welcome</h1>")
    with pytest.raises(UnexpectedResponse, match="/v1/audiences with something that is not a list of records"):
        ids()
    assert asked(sandbox) == 1


def test_a_slow_answer_that_keeps_coming_is_waited_for(sandbox: SandboxProcess, ids: Any) -> None:
    sandbox.add_fault(path="/v1/audiences", status=200, body='[{"id": 1}]', drip_ms=50)
    assert ids() == [1]


@pytest.mark.parametrize("route", ["/v1/audiences", "/oauth/token"])
def test_a_body_that_drips_does_not_outlast_the_deadline(sandbox: SandboxProcess, ids: Any, route: str) -> None:
    sandbox.add_fault(path=route, drip_ms=100)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="the connection check gave up after 1 seconds"):
        ids(deadline=Deadline(started + 1, 1))
    assert time.monotonic() - started < 1.5


def test_a_body_that_comes_too_slowly_on_the_whole_is_given_up(sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/oauth/token", status=200, body="[" * 200, drip_ms=50)
    session = HttpSession(time.monotonic, timeouts=Timeouts(connect=0.3, silence=0.3, slowest=1000))
    started = time.monotonic()
    with pytest.raises(Unavailable, match="The response to /oauth/token was cut short, came too slowly"):
        session.send(Request("POST", f"{sandbox.url}/oauth/token", TOKEN_URL, json={}))
    assert 0.5 < time.monotonic() - started < 2


@pytest.fixture
def dripping_heads() -> Iterator[str]:
    """The address of a server whose status line never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1 << 16)
                try:
                    while True:
                        connection.sendall(b"H")
                        time.sleep(0.05)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_head_that_drips_does_not_outlast_the_deadline(
    sandbox: SandboxProcess, config: dict[str, Any], dripping_heads: Any
) -> None:
    started = time.monotonic()
    client = Client.of(config, ONCE_MORE, Deadline(started + 1, 1))
    with pytest.raises(Unavailable, match="gave up after 1 seconds"):
        client.get(f"{dripping_heads}/v1/audiences")
    assert time.monotonic() - started < 1.5


def test_connections_are_kept_open_between_requests(
    sandbox: SandboxProcess, config: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    client = Client.of(source_config(sandbox))
    with caplog.at_level("DEBUG", logger="urllib3.connectionpool"):
        for _ in range(5):
            client.get(f"{sandbox.url}/v1/audiences", {"accountId": config["account_id"]})
    assert sum("Starting new" in message for message in caplog.messages) == 1
