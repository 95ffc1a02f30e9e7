import inspect
import threading
import time
from dataclasses import fields
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.core import faults
from mparticle_sandbox.core.fault_rule import FaultRule, parse_rule
from mparticle_sandbox.web import fault_injection

from tests.helpers.client import Client

ACCOUNTS = "/v1/accounts?accountId=1201"


# The server would fail at the end of a response that is not as long as they say.
OWN_HEADERS = ("Content-Length", "content-length", "Transfer-Encoding")
NO_PATHS = ("", "[", "v1/*", "/v1/[a", "/v1/[]", "/v1/[!]", "/v1/[z-a]", "[a]/v1", "/\ud800", "/\0")


def statuses(client: Client, count: int, path: str = ACCOUNTS) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def test_a_status_is_answered_with_its_headers_and_json_body(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", status=429, headers={"Retry-After": "2"}, body={"message": "slow down"})
    response = client.get(ACCOUNTS)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "2"
    assert response.json() == {"message": "slow down"}


def test_a_text_body_is_sent_as_it_is(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="*", status=502, headers={"Content-Type": "text/html"}, body="<h1>Bad gateway</h1>")
    response = client.get(ACCOUNTS)
    assert response.text == "<h1>Bad gateway</h1>"
    assert response.headers["Content-Type"] == "text/html"


def test_a_rule_lets_some_pass_and_fires_a_number_of_times(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/accounts", after=1, times=2, status=503)
    assert statuses(client, 5) == [200, 503, 503, 200, 200]


def test_the_rules_say_how_often_they_have_fired(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/accounts", after=1, times=2, status=503)
    sandbox.add_fault(path="/v1/workspace", status=500)
    assert sandbox.fired_faults() == [0, 0]
    statuses(client, 5)
    assert sandbox.fired_faults() == [2, 0]


def test_a_rule_concerns_its_method_and_path_only(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/acc*", method="POST", status=500)
    assert client.get(ACCOUNTS).status_code == 200
    assert client.post("/v1/accounts", json={"name": "A"}).status_code == 500
    assert client.get("/v1/workspace?accountId=1201").status_code == 200


def test_the_first_rule_that_fires_decides(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", times=1, status=500)
    sandbox.add_fault(path="/v1/*", status=503)
    assert statuses(client, 2) == [500, 503]


def test_chance_repeats_itself(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", probability=0.5, status=500)
    first = statuses(client, 30)
    sandbox.clear_faults()
    sandbox.add_fault(path="/v1/*", probability=0.5, status=500)
    assert statuses(client, 30) == first
    assert set(first) == {200, 500}


def test_a_reset_closes_the_connection_before_the_request_has_an_effect(
    client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.add_fault(path="/v1/accounts", method="POST", reset=True, times=1)
    with pytest.raises(requests.ConnectionError, match="reset"):
        client.post("/v1/accounts", json={"name": "Duty Free"})
    assert "Duty Free" not in client.get(ACCOUNTS).text
    assert sandbox.requests()["requests"][0]["status"] is None


def test_accept_then_reset_closes_the_connection_after_the_request_had_its_effect(
    client: Client, sandbox: SandboxProcess
) -> None:
    sandbox.add_fault(path="/v1/accounts", method="POST", accept_then_reset=True, times=1)
    with pytest.raises(requests.ConnectionError, match="reset"):
        client.post("/v1/accounts", json={"name": "Duty Free"})
    assert "Duty Free" in client.get(ACCOUNTS).text


def test_latency_delays_one_request_and_no_other(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/audiences", latency_ms=600)
    took = {}

    def fetch() -> None:
        started = time.monotonic()
        assert client.get("/v1/audiences?accountId=1201").status_code == 200
        took["slow"] = time.monotonic() - started

    thread = threading.Thread(target=fetch)
    thread.start()
    with Client(sandbox) as other:
        started = time.monotonic()
        assert other.get("/v1/none").status_code == 404
        took["other"] = time.monotonic() - started
    thread.join()
    assert took["slow"] >= 0.6
    assert took["other"] < 0.4


def test_the_control_api_cannot_be_disturbed(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="*", status=500)
    assert client.get("/_sandbox/requests").status_code == 200


def test_rules_are_replaced_and_shown_with_every_key(client: Client) -> None:
    client.post("/_sandbox/faults", json={"path": "/a", "status": 500})
    client.put("/_sandbox/faults", json=[{"path": "/b", "reset": True}])
    assert client.get("/_sandbox/faults").json() == [
        {
            "path": "/b", "method": None, "after": 0, "times": None, "probability": 1.0, "status": None,
            "headers": {}, "body": None, "latency_ms": 0, "reset": True, "accept_then_reset": False,
            "drip_ms": 0, "truncate": False,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"path": "/a", "status": 500, "colour": "red"}, "colour"),
        ({"status": 500}, "path"),
        ({"path": 5, "status": 500}, "path"),
        ({"path": "/a", "status": 99}, "status"),
        ({"path": "/a", "status": 429.0}, "status"),
        ({"path": "/a", "status": True}, "status"),
        ({"path": "/a", "status": 500, "method": "get"}, "method"),
        ({"path": "/a", "status": 500, "times": 0}, "times"),
        ({"path": "/a", "status": 500, "after": -1}, "after"),
        ({"path": "/a", "status": 500, "probability": 2}, "probability"),
        ({"path": "/a", "status": 500, "headers": {"X": 1}}, "headers"),
        ({"path": "/a", "latency_ms": "10"}, "latency_ms"),
        ({"path": "/a", "reset": 1}, "reset"),
        ({"path": "/a"}, "at least one of status"),
        ({"path": "/a", "drip_ms": 0.5}, "drip_ms"),
        ({"path": "/a", "truncate": "yes"}, "truncate"),
        ({"path": "/a", "truncate": True, "status": 500}, "needs a body"),
        ({"path": "/a", "drip_ms": 5, "status": 500, "body": ""}, "needs a body"),
        *(({"path": "/a", "status": status, "body": {}}, f"no body of status {status}") for status in (204, 205, 304)),
        *(({"path": path, "status": 500}, "a path can match") for path in NO_PATHS),
        *(({"path": "/a", "status": 500, "method": method}, "method") for method in ("FETCH", "GE T", "", ["GET"])),
        *(({"path": "/a", "status": 200, "headers": {name: "3"}}, "without Content-Length") for name in OWN_HEADERS),
        ([], "object"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(client: Client, rule: Any, named: str) -> None:
    response = client.post("/_sandbox/faults", json=rule)
    assert response.status_code == 422
    assert named in response.json()["error"]
    assert client.get("/_sandbox/faults").json() == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("rule", ['"status": 200, "body": [%s]', '"reset": true, "probability": %s'])
def test_a_number_that_is_not_finite_is_refused_with_a_sentence(client: Client, rule: str, number: str) -> None:
    response = client.post("/_sandbox/faults", data='{"path": "/a", ' + rule % number + "}")
    assert response.status_code == 422
    assert "not finite" in response.json()["error"]
    assert client.get("/_sandbox/faults").json() == []


def test_a_name_that_stands_twice_is_refused_with_a_sentence(client: Client) -> None:
    for rule in ('"status": 500, "path": "/b"', '"status": 500, "body": {"x": 1, "x": 2}'):
        response = client.post("/_sandbox/faults", data='{"path": "/a", ' + rule + "}")
        assert response.status_code == 422
        assert "twice" in response.json()["error"]
    assert client.patch("/_sandbox/settings", data='{"rate": 1, "rate": 2}').status_code == 422


@pytest.mark.parametrize("path", ["*", "?v1*", "/v1/accounts", "[/]v1/*", "[!a]v1/*", "/v1/[a]*", "/v1/[!]]ccounts"])
def test_a_glob_that_can_match_is_taken(client: Client, sandbox: SandboxProcess, path: str) -> None:
    sandbox.add_fault(path=path, status=503)
    assert client.get(ACCOUNTS).status_code == 503


def test_one_bad_rule_leaves_the_rules_as_they_were(client: Client, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/a", status=500)
    assert client.put("/_sandbox/faults", json=[{"path": "/b", "status": 500}, {"path": "/c"}]).status_code == 422
    assert [rule["path"] for rule in client.get("/_sandbox/faults").json()] == ["/a"]


def test_every_key_of_a_rule_is_read_and_has_a_use() -> None:
    rule = FaultRule("*", status=500)
    assert parse_rule(rule.as_json()) == rule
    uses = inspect.getsource(faults) + inspect.getsource(fault_injection)
    assert [field.name for field in fields(FaultRule) if f"rule.{field.name}" not in uses] == []
