"""The four commands as a platform runs them: processes with files, lines on stdout and an exit code."""

import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import Status

from integration_tests.configs import full_refresh_catalog
from source_mparticle import SourceMparticle

SOURCE = Path(sys.executable).parent / "source-mparticle"


@pytest.fixture
def run(tmp_path, config):
    """Run a command from an unrelated directory; returns its exit code and its messages."""

    def run(command: str, *arguments: str, **changes: Any) -> tuple[int, list[dict[str, Any]]]:
        (tmp_path / "config.json").write_text(json.dumps(config | changes))
        (tmp_path / "catalog.json").write_text(json.dumps(full_refresh_catalog()))
        files = [] if command == "spec" else ["--config", "config.json"]
        files += ["--catalog", "catalog.json"] if command == "read" else []
        done = subprocess.run(
            [SOURCE, command, *files, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    return run


def of_type(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in messages if message["type"] == kind]


def test_spec_needs_no_configuration(run):
    code, messages = run("spec")
    assert code == 0
    assert "client_id" in of_type(messages, "SPEC")[0]["spec"]["connectionSpecification"]["required"]


def test_check_succeeds(run):
    code, messages = run("check")
    assert (code, of_type(messages, "CONNECTION_STATUS")[0]["connectionStatus"]["status"]) == (0, "SUCCEEDED")


def test_discover_lists_every_stream(run):
    _, messages = run("discover")
    catalog = of_type(messages, "CATALOG")[0]["catalog"]
    assert {"accounts", "workspaces", "audiences", "calculated_attributes", "data_plans"} <= {
        stream["name"] for stream in catalog["streams"]
    }


def test_read_emits_records_and_a_state_for_every_stream(run):
    code, messages = run("read")
    assert code == 0
    assert len(of_type(messages, "RECORD")) == 55
    states = {message["state"]["stream"]["stream_descriptor"]["name"] for message in of_type(messages, "STATE")}
    assert states == {"accounts", "workspaces", "audiences", "calculated_attributes"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_secret": "wrong"}, "did not accept the Client ID and Client Secret"),
        ({"account_id": "9999"}, "check the Account ID"),
        ({"workspace_ids": ["77"]}, "Workspace ID 77 is not in account 1201"),
        ({"api_url": "http://localhost:9"}, "check API URL (`api_url`)"),
        ({"token_url": "http://localhost:9/oauth/token"}, "check the Token URL setting"),
        ({"account_id": "twelve"}, "Config validation error"),
    ],
)
def test_a_wrong_setting_fails_the_check_with_one_sentence(run, changes, sentence):
    _, messages = run("check", **changes)
    status = of_type(messages, "CONNECTION_STATUS")[0]["connectionStatus"]
    assert status["status"] == "FAILED"
    assert sentence in status["message"]


def test_a_check_says_that_mparticle_is_rate_limited(run, sandbox):
    sandbox.add_fault(path="/v1/*", status=429, headers={"Retry-After": "30"})
    _, messages = run("check")
    assert "rate limited" in of_type(messages, "CONNECTION_STATUS")[0]["connectionStatus"]["message"]


def test_a_check_gives_up_within_ten_seconds(config, sandbox):
    sandbox.add_fault(path="/v1/*", latency_ms=60_000)
    started = time.monotonic()
    answer = SourceMparticle().check(logging.getLogger("airbyte"), config)
    assert time.monotonic() - started < 10
    assert answer.status == Status.FAILED


def test_a_read_with_a_wrong_secret_is_a_configuration_error(run):
    code, messages = run("read", client_secret="wrong")
    errors = [trace["trace"]["error"] for trace in of_type(messages, "TRACE") if trace["trace"]["type"] == "ERROR"]
    assert code == 1
    assert {error["failure_type"] for error in errors} == {"config_error"}


@pytest.mark.parametrize("changes", [{}, {"client_secret": "a-wrong-secret"}, {"api_url": "http://localhost:9"}])
def test_debug_output_shows_neither_secret_nor_token(run, sandbox, changes):
    _, messages = run("check", "--debug", **changes)
    if not changes:
        messages += run("read", "--debug")[1]
    text = json.dumps([message for message in messages if message["type"] != "RECORD"])
    assert sandbox.client_secret not in text
    assert "a-wrong-secret" not in text
    assert "eyJ" not in text
