import json
import os
import subprocess
import sys
from pathlib import Path

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import (
    NO_RATE_LIMIT,
    command_files,
    configured_catalog,
    configured_stream,
    destination_config,
    profiles_option,
    record,
    source_config,
    state,
    stream_mapping,
)

from tests.helpers.client import Client
from tests.helpers.sender import Sender, batch

PLUGIN = ["-p", "mparticle_sandbox.testing.plugin", "-p", "no:cacheprovider", "-p", "no:xdist", "-q"]
TWO_TESTS = """
import pytest

@pytest.fixture(scope="session")
def sandbox_options():
    return {"profiles": 3}

def test_change(sandbox):
    sandbox.settings(deduplicate=False)
    assert len(sandbox.profiles()) == 3

def test_find_it_reset(sandbox, running_sandbox):
    assert sandbox is running_sandbox
    assert sandbox.settings()["deduplicate"] is True
"""
WITHOUT_PYTEST = """
import sys
sys.modules["pytest"] = None
import mparticle_sandbox, mparticle_sandbox.testing
"""


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )


def test_the_configuration_of_the_source_opens_the_sandbox(client: Client, sandbox: SandboxProcess) -> None:
    config = source_config(sandbox, num_workers=2, account_id=None)
    credentials = {name: config[name] for name in ("client_id", "client_secret")}
    assert client.ask_for_token(**credentials).status_code == 200
    assert (config["token_url"], config["api_url"]) == (f"{sandbox.url}/oauth/token", sandbox.url)
    assert config["num_workers"] == 2
    assert "account_id" not in config


def test_the_configuration_of_the_destination_opens_the_sandbox(sandbox: SandboxProcess) -> None:
    mapping = stream_mapping("people", "user", {"customer_id": "{id}"}, unmapped="attributes")
    config = destination_config(sandbox, mapping, pod="EU1")
    with Sender(sandbox, config["api_key"], config["api_secret"]) as sender:
        assert sender.one(batch()).status_code == 202
    assert config["events_url"] == sandbox.events_url
    assert config["pod"] == "EU1"
    assert config["streams"] == [
        {
            "stream": "people",
            "object": "user",
            "fields": [{"field": "customer_id", "value": "{id}"}],
            "unmapped": "attributes",
        }
    ]


def test_only_the_destination_that_changes_accounts_has_the_platform_credential(sandbox: SandboxProcess) -> None:
    source = source_config(sandbox)
    addresses = {name: source.pop(name) for name in ("api_url", "token_url")}
    assert destination_config(sandbox, with_platform=True) == {
        **destination_config(sandbox),
        **addresses,
        "platform": source,
    }


def test_without_a_sandbox_there_are_credentials_and_no_addresses(sandbox: SandboxProcess) -> None:
    assert source_config() == source_config(sandbox, api_url=None, token_url=None)
    assert destination_config() == destination_config(sandbox, events_url=None)


def test_the_seeded_users_can_be_looked_up(client: Client, sandbox: SandboxProcess) -> None:
    option = profiles_option(sandbox, limit=2)
    assert len(option["identities"]) == 2
    owner = f"{sandbox.org_id}/{sandbox.account_id}/{option['workspace_id']}"
    for mpid in option["identities"]:
        assert client.get(f"/userprofile/v1/{owner}/{mpid}?fields=user_identities").status_code == 200


def test_without_a_rate_limit_nothing_waits() -> None:
    with SandboxProcess(**NO_RATE_LIMIT, audiences=0, profiles=0) as sandbox, Sender(sandbox) as sender:
        statuses = {sender.bulk([batch()] * 100).status_code for _ in range(4)}
    assert statuses == {202}


def test_a_catalog_configures_names_discovered_streams_and_configured_ones() -> None:
    discovered = {"name": "apps", "json_schema": {"type": "object"}, "supported_sync_modes": ["full_refresh"]}
    configured = configured_stream("users", sync_mode="incremental", cursor_field=["at"], generation_id=None)
    catalog = configured_catalog("events", discovered, configured, destination_sync_mode="overwrite", sync_id=3)
    assert catalog == {
        "streams": [
            {
                "stream": {"name": "events", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
                "sync_mode": "full_refresh",
                "destination_sync_mode": "overwrite",
                "sync_id": 3,
            },
            {
                "stream": discovered,
                "sync_mode": "full_refresh",
                "destination_sync_mode": "overwrite",
                "sync_id": 3,
            },
            {
                "stream": {"name": "users", "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]},
                "sync_mode": "incremental",
                "destination_sync_mode": "append",
                "cursor_field": ["at"],
            },
        ]
    }


def test_a_stream_of_data_activation_names_its_object_and_its_keys() -> None:
    stream = configured_stream("s", destination_sync_mode="update", object_name="account", primary_key=("id", "name"))
    assert (stream["destination_object_name"], stream["primary_key"]) == ("account", [["id"], ["name"]])


def test_a_schema_and_a_namespace_replace_those_of_the_stream() -> None:
    discovered = {"name": "apps", "json_schema": {"type": "object"}, "supported_sync_modes": ["full_refresh"]}
    assert configured_stream(discovered, json_schema={}, namespace="n")["stream"] == {
        **discovered,
        "json_schema": {},
        "namespace": "n",
    }
    assert discovered["json_schema"] == {"type": "object"}


def test_messages_are_lines_of_the_protocol() -> None:
    assert json.loads(record("s", {"stream": 1}, emitted_at=5)) == {
        "type": "RECORD",
        "record": {"stream": "s", "emitted_at": 5, "data": {"stream": 1}},
    }
    assert json.loads(state("s", {"n": 1}, id=7)) == {
        "type": "STATE",
        "state": {"type": "STREAM", "stream": {"stream_descriptor": {"name": "s"}, "stream_state": {"n": 1}}},
        "id": 7,
    }
    assert (record("s", {}) + state("s", {})).count(b"\n") == 2


def test_files_are_written_and_named_as_on_the_command_line(tmp_path: Path) -> None:
    arguments = command_files(tmp_path, config={"a": 1}, catalog={"streams": []})
    assert arguments[::2] == ["--config", "--catalog"]
    assert [json.loads(Path(path).read_text()) for path in arguments[1::2]] == [{"a": 1}, {"streams": []}]


def test_the_fixtures_start_one_sandbox_and_reset_it_before_every_test(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text(TWO_TESTS)
    ended = python("-m", "pytest", *PLUGIN, "test_two.py", folder=tmp_path)
    assert (ended.returncode, "2 passed" in ended.stdout) == (0, True), ended.stdout


def test_only_the_fixtures_need_pytest(tmp_path: Path) -> None:
    ended = python("-c", WITHOUT_PYTEST, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
