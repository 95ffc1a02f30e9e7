"""The probe where responses fail, are damaged or do not end, and where it is interrupted."""

import json
import signal
import subprocess
import sys
import time
from contextlib import closing
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.probe.client import Client, NoResponseError, Request
from mparticle_sandbox.probe.question import Decision, Question
from mparticle_sandbox.probe.report import results_of
from requests_mock import ANY, Mocker

from tests.helpers.prober import SEND, Prober


def test_wrong_credentials_cost_one_request_and_are_named(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox, client_secret="wrong")
    outcome = prober.run()
    assert outcome.status == 0
    assert "refused the credentials (401)" in outcome.stdout
    assert sandbox.requests()["by_route"]["POST /oauth/token"] == 1
    assert outcome.entry("14.3")["service"] == "accounts: not asked, because there was no token"
    assert outcome.entry("14.23")["verdict"] == "as assumed"


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "limits the rate (429)"), (404, "answered 404, so"), (503, "answered 503, so"), (403, "credentials (403)")],
)
def test_a_token_endpoint_without_tokens_is_told_for_what_it_is(
    sandbox: SandboxProcess, prober: Prober, status: int, said: str
) -> None:
    sandbox.add_fault(path="/oauth/token", status=status)
    outcome = prober.probe(sandbox)
    assert outcome.status == 0
    assert f"The token endpoint {'refused the ' if status == 403 else ''}{said}" in outcome.stdout
    assert ("refused the credentials" in outcome.stdout) == (status == 403)


def test_ids_and_names_that_no_address_can_hold_are_not_asked_about(sandbox: SandboxProcess, prober: Prober) -> None:
    broken = [{"id": "\udcff", "name": "X\udcff", "data_plan_id": "\udcff"}]
    for path in ("/v1/workspace", "/v1/apps", "/v1/services", "*/calculatedattributes", "/userprofile/*"):
        sandbox.add_fault(path=path, status=200, body=json.dumps({**broken[0], "mpid": "\udcff", "data": broken}))
    outcome = prober.probe(sandbox)
    assert (outcome.status, outcome.stderr) == (0, "")
    for question in ("14.12", "14.28", "6.1 activation"):
        assert outcome.entry(question)["verdict"] == "not decided"
    assert "cannot be part of a URL" in outcome.entry("14.12")["service"]
    assert "cannot be part of a URL" in outcome.entry("14.28")["service"]
    assert outcome.entry("14.23")["verdict"] == "as assumed"


def test_an_error_in_one_request_or_question_leaves_only_that_open(
    sandbox: SandboxProcess, prober: Prober, requests_mock: Mocker
) -> None:
    requests_mock.register_uri(ANY, ANY, real_http=True)
    # Nothing of requests fails in this way, so nothing of the probe expects it.
    requests_mock.get(f"{sandbox.url}/v1/audiences", exc=ZeroDivisionError("secret-value"))
    outcome = prober.probe(sandbox, SEND)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert "audiences" not in outcome.answer("14.3")
    assert outcome.answer("14.3")["apps"] == "wrapped"
    assert "secret-value" not in outcome.stdout

    def broken(_observed: object) -> Decision:
        raise ZeroDivisionError("secret-value")

    whole = Question("1", "Whole?", "Yes.", "Yes.", lambda _: Decision("yes", "yes"))
    rows = results_of((Question("0", "Broken?", "No.", "No.", broken), whole), {})
    assert [(row.verdict, row.service) for row in rows] == [
        ("not decided", "an error in the probe: ZeroDivisionError"),
        ("as assumed", "yes"),
    ]


FAULTS: list[dict[str, Any]] = [
    {"path": "*", "status": 429, "headers": {"Retry-After": "60"}},
    {"path": "/v1/*", "status": 429},
    {"path": "*", "status": 503},
    {"path": "/v1/*", "status": 500, "body": "<h1>Oops</h1>"},
    {"path": "*", "status": 200, "body": "<h1>Welcome</h1>", "headers": {"Content-Type": "text/html"}},
    {"path": "/v1/*", "status": 200, "body": "null"},
    {"path": "*", "status": 200, "body": {"data": None, "errors": None}},
    {"path": "*", "status": 200, "body": [1, "x", None, [], {}]},
    {"path": "*", "status": 200, "body": {"access_token": "a\nb"}},
    {"path": "/platform/*", "status": 404},
    {"path": "/v1/*", "truncate": True},
    {"path": "/v1/*", "status": 200, "body": "no gzip", "headers": {"Content-Encoding": "gzip"}},
    {"path": "/userprofile/*", "reset": True},
    {"path": "*", "reset": True, "after": 1},
    {"path": "/v2/*", "status": 302, "headers": {"Location": "https://elsewhere.example/login"}},
    {"path": "*", "status": 200, "body": "[" * 100_000},
    {"path": "*", "status": 200, "body": '{"data":' * 500 + "1" + "}" * 500},
    {"path": "/v1/*", "status": 200, "body": '[{"id": ' + "9" * 5000 + "}]"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_whatever_comes_back_the_probe_ends_well(
    sandbox: SandboxProcess, prober: Prober, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(**fault)
    outcome = prober.probe(sandbox, SEND)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert len(outcome.report["answers"]) == outcome.stdout.count("  verdict")
    assert all(entry["service"] for entry in outcome.report["answers"])


@pytest.mark.parametrize("slow", [{"drip_ms": 20}, {"latency_ms": 60_000}])
def test_a_response_that_does_not_end_is_given_up(sandbox: SandboxProcess, slow: dict[str, int]) -> None:
    sandbox.add_fault(path="/v1/*", **slow)
    sandbox.add_fault(path="/quick", status=200, body="{}")
    with closing(Client(longest_s=0.3)) as client:
        started = time.monotonic()
        with pytest.raises(NoResponseError, match="too slowly"):
            client.send(Request("GET", f"{sandbox.url}/v1/accounts"))
        assert time.monotonic() - started < 2
        assert client.send(Request("GET", f"{sandbox.url}/quick")).content == {}


def test_an_api_that_limits_the_rate_is_asked_nothing_more(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="/v1/*", status=429)
    outcome = prober.probe(sandbox)
    routes = sandbox.requests()["by_route"]
    assert sum(count for route, count in routes.items() if "/v1/accounts" in route or "/v1/workspace" in route) == 1
    assert "answered 429 before" in outcome.entry("14.5")["service"]
    assert outcome.entry("14.23")["verdict"] == "as assumed"


def test_an_api_that_fails_twice_is_asked_nothing_more(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="/v1/*", reset=True)
    outcome = prober.probe(sandbox)
    routes = sandbox.requests()["by_route"]
    assert {route for route in routes if " /v1/" in route} == {"GET /v1/accounts", "GET /v1/workspace"}
    assert "failed twice" in outcome.entry("14.6 no token")["service"]


def test_a_redirect_is_told_and_not_followed(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="/v1/apps", status=301, headers={"Location": "https://elsewhere.example/v1/apps"})
    outcome = prober.probe(sandbox)
    assert (outcome.answer("3.4 redirects"), outcome.entry("3.4 redirects")["verdict"]) == (
        "to another host",
        "differs",
    )
    assert "elsewhere.example" not in outcome.stdout


def test_responses_that_cannot_be_read_are_one_sentence(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="*", status=200, body="no gzip", headers={"Content-Encoding": "gzip"})
    outcome = prober.probe(sandbox)
    assert (outcome.status, outcome.stderr.count("\n")) == (1, 1)
    assert "cut or damaged" in outcome.stderr


@pytest.mark.parametrize("port", [1, 9])
def test_where_nothing_responds_one_sentence_says_so(sandbox: SandboxProcess, prober: Prober, port: int) -> None:
    nowhere = f"http://127.0.0.1:{port}"
    prober.configure(sandbox, api_url=nowhere, token_url=f"{nowhere}/oauth/token")
    outcome = prober.run(destination=False)
    assert outcome.status == 1
    assert outcome.report == {}
    assert outcome.stderr.count("\n") == 1
    assert "API URL (`api_url`)" in outcome.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_end_it_with_one_line(
    sandbox: SandboxProcess, prober: Prober, number: signal.Signals, status: int
) -> None:
    prober.configure(sandbox)
    sandbox.add_fault(path="/v1/*", latency_ms=60_000)
    command = [sys.executable, "-m", "mparticle_sandbox", "probe", "--config", str(prober.config_path)]
    output = ["--output", str(prober.output)]
    # Where the tests run in the background, Ctrl-C is ignored, and what they start would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    probe = subprocess.Popen([*command, *output], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + 20
    while "GET /v1/accounts" not in sandbox.requests()["by_route"] and time.monotonic() < deadline:
        time.sleep(0.05)
    started = time.monotonic()
    probe.send_signal(number)
    _, errors = probe.communicate(timeout=10)
    assert time.monotonic() - started < 3
    assert (probe.returncode, errors.count("\n")) == (status, 1)
    assert not prober.output.exists()
