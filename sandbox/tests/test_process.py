import signal
import socket
import subprocess
import sys
import time

import pytest
import requests
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main
from mparticle_sandbox.process import SandboxStartError

from tests.helpers.client import Client

SERVE = [sys.executable, "-m", "mparticle_sandbox", "serve"]


@pytest.mark.timing
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_server_says_one_line_and_stops_at_once_despite_an_open_connection(stop: signal.Signals) -> None:
    server = subprocess.Popen([*SERVE, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    ready = server.stdout.readline()
    assert ready.startswith("mParticle sandbox listening on http://127.0.0.1:")
    with requests.Session() as session:
        session.get(f"{ready.split()[-1]}/v1/accounts", timeout=5)
        started = time.monotonic()
        server.send_signal(stop)
        rest, errors = server.communicate(timeout=5)
        assert time.monotonic() - started < 1
    assert (server.returncode, rest, errors) == (0, "", "")


@pytest.mark.timing
def test_a_request_in_progress_does_not_hold_up_the_stop() -> None:
    with SandboxProcess() as sandbox:
        sandbox.add_fault(path="/slow", latency_ms=60_000)
        port = int(sandbox.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            while sandbox.requests()["total"] == 0:
                time.sleep(0.01)
            started = time.monotonic()
            sandbox.stop()
            assert time.monotonic() - started < 1.5


def test_a_client_that_gives_up_on_a_request_leaves_no_trace_on_stderr() -> None:
    server = subprocess.Popen([*SERVE, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().split()[-1]
    for effect in ({"reset": True}, {"accept_then_reset": True}, {"status": 503}, {}):
        requests.put(f"{url}/_sandbox/faults", json=[{"path": "*", "latency_ms": 200, **effect}], timeout=5)
        with pytest.raises(requests.Timeout):
            requests.get(f"{url}/v1/accounts", timeout=0.1)
    time.sleep(0.2)
    server.terminate()
    assert server.communicate(timeout=5)[1] == ""


def test_an_occupied_port_is_one_sentence_and_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = subprocess.run([*SERVE, "--port", str(port)], capture_output=True, text=True, timeout=10, check=False)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert f"port {port}" in run.stderr


def test_a_sandbox_that_does_not_start_says_why() -> None:
    with pytest.raises(SandboxStartError, match="--audiences"), SandboxProcess(audiences=-1):
        pass


def test_a_key_without_a_secret_is_refused() -> None:
    with pytest.raises(SandboxStartError, match="--api-secret"), SandboxProcess(api_key="alone"):
        pass


@pytest.mark.parametrize("option", ["host", "client-id", "client-secret", "api-key", "api-secret"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_option_that_is_empty_is_refused_with_a_sentence(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(capsys, f"--{option}={value}").startswith(f"argument --{option}: it is empty")


def test_keys_that_no_request_could_tell_apart_are_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert "colon" in refusal(capsys, "--api-key=a:b", "--api-secret=x")
    pairs = ("--api-key=a", "--api-secret=x", "--api-key=a")
    assert "twice" in refusal(capsys, *pairs, "--api-secret=y")


@pytest.mark.parametrize("value", ["-1", "1000000001", "9" * 5000, "1e3", "\u0663", "1.5", ""])
@pytest.mark.parametrize("option", ["profiles", "audiences", "deletions-per-request", "rate", "token-lifetime"])
def test_a_number_that_is_none_or_too_large_is_refused_with_a_sentence(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refusal(capsys, f"--{option}={value}")
    assert message.startswith(f"argument --{option}: ")
    assert "is not a whole number from" in message
    assert len(message) < 200


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command line says of arguments that it refuses."""
    with pytest.raises(SystemExit) as end:
        main(["serve", "--port=0", *arguments])
    assert end.value.code == 2
    return capsys.readouterr().err.partition("serve: error: ")[2]


def test_a_sandbox_takes_the_credentials_it_is_given(small_sandbox: SandboxProcess) -> None:
    with Client(small_sandbox) as client:
        assert client.ask_for_token().status_code == 200
        assert client.ask_for_token(client_id="sandbox-client-id").status_code == 401
