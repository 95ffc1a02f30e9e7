"""`spec` and `check` as Airbyte calls them do without the CDK, and say what they say with it."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import AirbyteMessage, Type
from mparticle_sandbox import SandboxProcess

from integration_tests.connector import PROCESS, command
from source_mparticle import SourceMparticle, direct_commands

CDK = "airbyte_cdk"
# What the CDK logs whatever the command is.
MEMORY_MONITOR = "MemoryMonitor"
# Runs the command that follows, and prints what was imported for it.
IMPORTS_OF = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from source_mparticle.run import run
run()
"""


@pytest.fixture
def config_file(tmp_path: Path, config: dict[str, Any]) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    return path


def packages_of(*arguments: str | Path) -> set[str]:
    """The packages that are imported by the time that a command is done."""
    done = subprocess.run([sys.executable, "-c", IMPORTS_OF, *arguments], capture_output=True, text=True, check=True)
    return {module.partition(".")[0] for module in done.stderr.split()}


def said(*arguments: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    """The exit code, the messages and the errors of a command."""
    done = subprocess.run(command(*map(str, arguments)), capture_output=True, text=True, check=False)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, [each for each in messages if MEMORY_MONITOR not in json.dumps(each)], done.stderr


def test_a_spec_imports_what_reads_the_manifest_and_nothing_else() -> None:
    imported = packages_of("spec")
    assert "yaml" in imported
    assert imported & {CDK, "argparse", "fsspec", "jsonschema", "msgspec", "orjson", "pendulum", "requests"} == set()


def test_a_check_imports_what_validates_and_sends_and_nothing_else(config_file: Path) -> None:
    imported = packages_of("check", "--config", config_file)
    assert {"jsonschema", "requests"} <= imported
    assert imported & {CDK, "argparse", "fsspec", "pendulum", "serpyco_rs"} == set()


def test_the_imports_of_other_commands_are_seen(config_file: Path) -> None:
    assert CDK in packages_of("discover", "--config", config_file)


def test_a_spec_is_to_the_byte_what_the_cdk_prints() -> None:
    specification = SourceMparticle().spec(logging.getLogger("test"))
    printed_by_the_cdk = AirbyteEntrypoint.airbyte_message_to_string(AirbyteMessage(Type.SPEC, spec=specification))
    done = subprocess.run([*PROCESS, "spec"], capture_output=True, check=True)
    assert done.stdout.decode() == printed_by_the_cdk + "\n"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"org_id": "77", "unknown": 1, "acount_id": "1"},
        {"profiles": {"workspace_id": "5318", "identities": ["1"]}, "org_id": "77"},
        {"account_id": "north", "num_workers": 0},
        {"account_id": "a-secret-that-is-shown", "client_secret": "a-secret-that-is-shown"},
        {"client_secret": "a-wrong-one"},
        {"client_id": None},
        {"workspace_ids": ["77"]},
        {"api_url": "http://localhost:9"},
        {"api_url": "http://localhost:\udc00"},
    ],
    ids=str,
)
def test_a_check_says_what_it_says_with_the_cdk(config_file: Path, config: dict[str, Any], changes: Any) -> None:
    config_file.write_text(json.dumps(config | changes))
    with_cdk = said("check", f"--config={config_file}")
    assert said("check", "--config", config_file) == with_cdk
    assert with_cdk[1][-1]["type"] == "CONNECTION_STATUS"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"a": ', b"[" * 200_000, None])
def test_a_file_that_cannot_be_used_fails_the_check_as_it_does_with_the_cdk(config_file: Path, content: Any) -> None:
    config_file.unlink() if content is None else config_file.write_bytes(content)
    with_cdk = said("check", f"--config={config_file}")
    assert said("check", "--config", config_file) == with_cdk
    assert with_cdk[1][-1]["connectionStatus"]["status"] == "FAILED"


def test_a_retry_is_logged_as_with_the_cdk(config_file: Path, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/accounts", status=503, times=1)
    logged = said("check", "--config", config_file)[1]
    sandbox.add_fault(path="/v1/accounts", status=503, times=1)
    assert [each["type"] for each in logged] == ["LOG", "LOG", "CONNECTION_STATUS"]
    assert _without_digits(logged) == _without_digits(said("check", f"--config={config_file}")[1])


@pytest.mark.parametrize(
    "arguments",
    [[], ["spec", "--debug"], ["check"], ["check", "--config", "--debug"], ["check", "--config", "a", "--debug"]],
    ids=str,
)
def test_other_command_lines_are_left_to_the_cdk(arguments: list[str]) -> None:
    assert not direct_commands.can_run(arguments)


def test_what_the_cdk_does_in_the_cloud_and_for_debugging_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert direct_commands.can_run(["check", "--config", "a"])
    for name, value in {"DEPLOYMENT_MODE": "CLOUD", "LOG_LEVEL": "DEBUG"}.items():
        with monkeypatch.context() as patch:
            patch.setitem(os.environ, name, value)
            assert not direct_commands.can_run(["check", "--config", "a"])


def _without_digits(messages: list[dict[str, Any]]) -> str:
    return "".join(character for character in json.dumps(messages) if not character.isdigit())
