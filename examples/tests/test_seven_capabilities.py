"""`docs/account-management.md`, run as it stands there: its files are made, and each command of its table is run."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing.fork_server import ForkServer

from integration_tests.connector import fork_server

PAGE = Path(__file__).parents[2] / "docs" / "account-management.md"
SANDBOX_ON_THE_PAGE = "http://127.0.0.1:8080"


@pytest.fixture
def do(tmp_path: Path, sandbox: SandboxProcess, destination: ForkServer) -> Any:
    """Run the command of a capability; returns the records and the messages of other kinds that it prints."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for server, name in ((fork_server(), "source-mparticle"), (destination, "destination-mparticle")):
        server.write_script(scripts / name)
    page = PAGE.read_text()
    (files,) = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    commands = dict(re.findall(r"^\| ([A-Z][^|]*?) \| `(.*)` \|$", page, re.MULTILINE))

    def shell(script: str) -> str:
        environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - the page is for whatever bash there is
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def do(capability: str) -> list[dict[str, Any]]:
        messages = map(json.loads, shell(commands[capability].replace(r"\|", "|")).splitlines())
        return [message["record"]["data"] for message in messages if message["type"] == "RECORD"]

    shell(files.replace(SANDBOX_ON_THE_PAGE, sandbox.url))
    return do


def test_the_four_capabilities_for_accounts(do: Any, sandbox: SandboxProcess) -> None:
    do("Create an account")
    do("Update an account")
    assert [account["name"] for account in do("Get one account")] == ["Duty Free Shops"]

    do("Delete an account")
    requests = [f"{entry['method']} {entry['path']}?{entry['query']} {entry['status']}" for entry in _writes(sandbox)]
    assert requests == [
        "POST /v1/accounts? 201",
        "PUT /v1/accounts/1204?accountId=1204 202",
        "DELETE /v1/accounts?accountId=1204 202",
    ]


def test_the_three_capabilities_for_audiences_attributes_and_batches(do: Any, sandbox: SandboxProcess) -> None:
    assert len(do("Get all audiences")) > 1
    assert {row["workspace_id"] for row in do("Get all calculated attributes of a workspace")} == {5318}
    assert [row["name"] for row in do("Get the calculated attribute of a name")] == ["orders_14d"]

    do("Upload an event batch")
    assert [event["data"]["event_name"] for event in sandbox.user("customer_id:c-1")[0]["events"]] == ["Signed In"]


def _writes(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    requests = sandbox.requests()["requests"]
    return [entry for entry in requests if entry["method"] != "GET" and entry["path"].startswith("/v1/accounts")]
