"""The four commands as a platform runs them: processes with files, lines on stdout and an exit code."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from integration_tests.catalogs import full_refresh_catalog
from integration_tests.connector import CONSOLE_SCRIPT, PROCESS, command
from source_mparticle import files, sync_files
from source_mparticle.api.errors import ConfigurationError


@pytest.fixture
def run(tmp_path: Path, config: dict[str, Any]) -> Any:
    """Run a command from an unrelated directory; returns its exit code and its messages."""

    def run(name: str, *arguments: str, **changes: Any) -> tuple[int, list[dict[str, Any]]]:
        (tmp_path / "config.json").write_text(json.dumps(config | changes))
        (tmp_path / "catalog.json").write_text(json.dumps(full_refresh_catalog()))
        named = [] if name == "spec" else ["--config", "config.json"]
        named += ["--catalog", "catalog.json"] if name == "read" else []
        arguments = (name, *named, *arguments)
        done = subprocess.run(command(*arguments), cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    return run


def of_type(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in messages if message["type"] == kind]


def test_spec_needs_no_configuration(run: Any) -> None:
    code, messages = run("spec")
    assert code == 0
    assert "client_id" in of_type(messages, "SPEC")[0]["spec"]["connectionSpecification"]["required"]


@pytest.mark.parametrize("program", [CONSOLE_SCRIPT, PROCESS], ids=["console script", "module"])
def test_the_installed_program_says_what_its_forked_children_say(program: Any, run: Any, tmp_path: Path) -> None:
    done = subprocess.run([*program, "spec"], cwd=tmp_path, capture_output=True, check=True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == run("spec")[1]


def test_check_succeeds(run: Any) -> None:
    code, messages = run("check")
    assert (code, of_type(messages, "CONNECTION_STATUS")[0]["connectionStatus"]["status"]) == (0, "SUCCEEDED")


def test_discover_lists_every_stream(run: Any) -> None:
    _, messages = run("discover")
    catalog = of_type(messages, "CATALOG")[0]["catalog"]
    assert {"accounts", "workspaces", "audiences", "calculated_attributes", "data_plans"} <= {
        stream["name"] for stream in catalog["streams"]
    }


def test_read_emits_records_and_a_state_for_every_stream(run: Any) -> None:
    code, messages = run("read")
    assert code == 0
    assert len(of_type(messages, "RECORD")) == 55
    states = {message["state"]["stream"]["stream_descriptor"]["name"] for message in of_type(messages, "STATE")}
    assert states == {"accounts", "workspaces", "audiences", "calculated_attributes"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_secret": "a-wrong-one"}, "did not accept Client ID (`client_id`)"),
        ({"account_id": "9999"}, "check Account ID (`account_id`)"),
        ({"workspace_ids": ["77"]}, "Workspace ID 77 is not in account 1201"),
        ({"api_url": "http://localhost:9"}, "check API URL (`api_url`)"),
        ({"token_url": "http://localhost:9/oauth/token"}, "check Token URL (`token_url`)"),
        ({"account_id": "twelve"}, 'must be a number written as text, such as "1201"; it is "twelve".'),
    ],
)
def test_a_wrong_setting_fails_the_check_with_one_sentence(run: Any, changes: Any, sentence: str) -> None:
    _, messages = run("check", **changes)
    status = of_type(messages, "CONNECTION_STATUS")[0]["connectionStatus"]
    assert status["status"] == "FAILED"
    assert sentence in status["message"]


def test_a_check_says_that_mparticle_is_rate_limited(run: Any, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", status=429, headers={"Retry-After": "30"})
    _, messages = run("check")
    assert "rate limited" in of_type(messages, "CONNECTION_STATUS")[0]["connectionStatus"]["message"]


@pytest.mark.parametrize("command", ["discover", "read"])
def test_a_wrong_option_ends_a_command_with_a_sentence_and_no_stack(run: Any, command: Any) -> None:
    code, messages = run(command, account_id=1201, num_workers=0)
    (trace,) = of_type(messages, "TRACE")
    error = trace["trace"]["error"]
    assert (code, error["failure_type"]) == (1, "config_error")
    assert error["message"].startswith("Account ID (`account_id`) must be")
    assert "Number of Workers (`num_workers`) must be" in error["message"]
    assert "Traceback" not in json.dumps(messages)
    assert "Something went wrong" not in json.dumps(messages)


def test_a_misspelt_option_is_warned_of(run: Any) -> None:
    code, messages = run("discover", workspace_id="5318")
    warnings = [message["log"]["message"] for message in of_type(messages, "LOG") if message["log"]["level"] == "WARN"]
    assert code == 0
    assert [warning for warning in warnings if "did you mean Workspace IDs (`workspace_ids`)?" in warning]


NO_FILES = [
    (b"", "it is empty"),
    (b" \n", "it is empty"),
    (b"{", "it is not JSON (line 1, column 2)"),
    (b'{"a": 1} {"b": 2}', "it is not JSON (line 1, column 10)"),
    ("{}".encode("utf-16"), "it is not encoded in UTF-8"),
    (b"[" * 200_000, "it holds a number that is too long, or is nested too deeply"),
    (None, 'the system says "No such file or directory"'),
    (..., 'the system says "Is a directory"'),
]
NO_CONFIGURATIONS = [
    *NO_FILES,
    (b"[]", "it holds a list and not an object"),
    (b'"text"', "it holds a text and not an object"),
    (b"null", "it holds null and not an object"),
    (b'{"num_workers": ' + b"1" * 5000 + b"}", "it holds a number that is too long, or is nested too deeply"),
]
NO_CATALOGS = [
    *NO_FILES,
    (b"[]", "is not of type"),
    (b"{}", '"streams" is a required property'),
    (b'{"streams": [{}]}', "streams/0/stream"),
    (b'{"streams": [{"stream": {"name": "apps", "json_schema": {}}}]}', "streams/0"),
    (b'{"type": "CATALOG", "catalog": {"streams": []}}', "it holds what discover prints"),
]
NO_STATES = [
    *NO_FILES,
    (b'{"audiences": {"last_modified_on": "2024-01-01"}}', "it holds an object and not a list"),
    (b'["audiences"]', "in entry 1, it:"),
    (b'[{"type": "STREAM"}]', 'entry 1 has no "stream"'),
    (b'[{"type": "STREAM", "stream": {"stream_state": {}}}]', "in entry 1, stream/stream_descriptor"),
    (b'[{"type": "STATE", "state": {}}]', "in entry 1, type"),
]


@pytest.mark.parametrize(
    ("reader", "kind", "content", "why"),
    [
        *((files.read_config, "configuration", *case) for case in NO_CONFIGURATIONS),
        *((sync_files.read_catalog, "catalog", *case) for case in NO_CATALOGS),
        *((sync_files.read_state, "state", *case) for case in NO_STATES),
    ],
    ids=lambda each: str(each)[:40] if isinstance(each, (bytes, str)) else "",
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, reader: Any, kind: Any, content: Any, why: Any
) -> None:
    path = tmp_path / "file.json"
    if content is ...:
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as problem:
        reader(str(path))
    sentence = str(problem.value)
    assert sentence.startswith(f"The {kind} file {path} cannot be used: ")
    assert why in sentence
    assert len(sentence) < 400 + len(str(path))


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf[]", b"{}", b"null"])
def test_a_state_file_without_states_is_one_of_a_first_sync(tmp_path: Path, content: Any) -> None:
    (tmp_path / "state.json").write_bytes(content)
    assert sync_files.read_state(str(tmp_path / "state.json")) == []


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (["check", "--config", "none.json"], "configuration"),
        (["discover", "--config", "none.json"], "configuration"),
        (["read", "--config", "config.json", "--catalog", "none.json"], "catalog"),
        (["read", "--config", "config.json", "--catalog", "catalog.json", "--state", "none.json"], "state"),
    ],
    ids=str,
)
def test_a_command_without_its_file_says_so_without_a_stack(
    tmp_path: Path, config: dict[str, Any], options: Any, kind: Any
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "catalog.json").write_text(json.dumps(full_refresh_catalog()))
    done = subprocess.run(command(*options), cwd=tmp_path, capture_output=True, text=True, check=False)
    (message,) = [json.loads(line) for line in done.stdout.splitlines()]
    is_check = options[0] == "check"
    assert done.returncode == (0 if is_check else 1)
    said = message["connectionStatus"] if is_check else message["trace"]["error"]
    assert said["message"].startswith(f"The {kind} file none.json cannot be used: ")
    assert said.get("status", "FAILED") == "FAILED"
    assert said.get("failure_type", "config_error") == "config_error"
    assert "Traceback" not in done.stdout + done.stderr


def test_no_command_is_a_wrong_usage(tmp_path: Path) -> None:
    done = subprocess.run(command(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Name a command: spec, check, discover or read.\n")


def test_a_read_with_a_wrong_secret_is_a_configuration_error(run: Any) -> None:
    code, messages = run("read", client_secret="a-wrong-one")
    errors = [trace["trace"]["error"] for trace in of_type(messages, "TRACE") if trace["trace"]["type"] == "ERROR"]
    assert code == 1
    assert {error["failure_type"] for error in errors} == {"config_error"}


@pytest.mark.parametrize("changes", [{}, {"client_secret": "a-wrong-secret"}, {"api_url": "http://localhost:9"}])
def test_debug_output_shows_neither_secret_nor_token(run: Any, sandbox: SandboxProcess, changes: Any) -> None:
    _, messages = run("check", "--debug", **changes)
    if not changes:
        messages += run("read", "--debug")[1]
    text = json.dumps([message for message in messages if message["type"] != "RECORD"])
    assert sandbox.client_secret not in text
    assert "a-wrong-secret" not in text
    assert "eyJ" not in text
