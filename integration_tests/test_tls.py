"""Nothing is sent to a server that cannot prove who it is, by either connector, and nothing can switch that off."""

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox.testing import command_files, destination_config, source_config

from integration_tests.connector import DESTINATION_PROCESS, command, destination_command
from integration_tests.recording_server import Recorded, recording_server, write_certificate

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = [
    ROOT / "source_mparticle",
    ROOT / "destination-mparticle" / "destination_mparticle",
    ROOT / "sandbox" / "mparticle_sandbox" / "probe",
]
# What people write to switch verification off, in an option or in the environment.
OPTIONS_OFF: dict[str, Any] = {
    "verify": False,
    "verify_ssl": False,
    "ssl_verify": False,
    "insecure": True,
    "ssl": False,
}
ENVIRONMENT_OFF = {"PYTHONHTTPSVERIFY": "0", "CURL_CA_BUNDLE": "", "REQUESTS_CA_BUNDLE": "", "SSL_VERIFY": "false"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls") / "certificate.pem")


@pytest.fixture
def server(certificate: Path) -> Iterator[Recorded]:
    with recording_server(certificate) as recorded:
        yield recorded


def check(folder: Path, what: str, url: str, environment: dict[str, str], options: dict[str, Any]) -> str:
    """The message of the check of a connector whose addresses, or the one of its store, are the server's."""
    if what == "source":
        config = source_config(api_url=url, token_url=f"{url}/oauth/token", **options)
        program = command("check")
    else:
        store = {
            "storage_type": "S3",
            "s3_bucket_name": "rejects",
            "s3_endpoint": url,
            "access_key_id": "an-access-key",
        }
        store |= {"secret_access_key": "a-secret-access-key", "s3_bucket_region": "eu-west-1"}
        # Nobody listens on this port.
        config = destination_config(events_url="https://127.0.0.1:9" if what == "store" else url, **options)
        config |= {"object_storage_config": store | options} if what == "store" else {}
        # What Python reads of the environment when it starts needs a process of its own.
        is_forked = not any(name.startswith("PYTHON") for name in environment)
        program = destination_command("check") if is_forked else [*DESTINATION_PROCESS, "check"]
    done = subprocess.run(
        [*program, *command_files(folder, config=config)],
        capture_output=True,
        check=True,
        env={**{name: value for name, value in os.environ.items() if "CA_BUNDLE" not in name}, **environment},
    )
    statuses = [line for line in map(json.loads, done.stdout.splitlines()) if line["type"] == "CONNECTION_STATUS"]
    return str(statuses[0]["connectionStatus"].get("message", ""))


@pytest.mark.parametrize("what", ["source", "destination", "store"])
@pytest.mark.parametrize(
    ("environment", "options"), [({}, {}), (ENVIRONMENT_OFF, OPTIONS_OFF)], ids=["as it is", "told not to verify"]
)
def test_a_server_that_nobody_vouches_for_is_sent_nothing(
    tmp_path: Path, server: Recorded, what: str, environment: dict[str, str], options: dict[str, Any]
) -> None:
    assert re.search(
        "No response from|cannot be reached|cannot be written to",
        check(tmp_path, what, server.url, environment, options),
    )
    assert server.requests == []


@pytest.mark.parametrize(
    ("what", "variable"),
    [
        *(("source", variable) for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")),
        *(("destination", variable) for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")),
        ("store", "AWS_CA_BUNDLE"),
    ],
)
def test_a_company_may_vouch_for_its_own_servers(
    tmp_path: Path, server: Recorded, certificate: Path, what: str, variable: str
) -> None:
    check(tmp_path, what, server.url, {variable: str(certificate)}, {})
    assert len(server.requests) > 0


def switches(code: str) -> list[str]:
    """What in some code would change how a server proves who it is."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.keyword) and node.arg in {
            "verify",
            "verify_ssl",
            "use_ssl",
            "ssl",
            "ssl_context",
            "cert_reqs",
        }:
            found.append(f"{node.arg}=")
        if isinstance(node, ast.Attribute) and node.attr in {"verify", "verify_mode", "check_hostname", "trust_env"}:
            found.append(f".{node.attr}")
        if isinstance(node, ast.Constant) and node.value in {"verify", "verify_ssl", "use_ssl"}:
            found.append(f'"{node.value}"')
        if isinstance(node, (ast.Name, ast.Attribute)) and re.search(
            "CERT_NONE|unverified|disable_warnings", ast.unparse(node).rpartition(".")[2]
        ):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_no_code_says_how_servers_are_verified(package: Path) -> None:
    modules = list(package.rglob("*.py"))
    assert len(modules) > 5
    assert {path.name: found for path in modules if (found := switches(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "code",
    [
        "session.get(url, verify=False)",
        "session.verify = False",
        "options = {'verify': False}",
        "ssl._create_unverified_context()",
        "context.verify_mode = ssl.CERT_NONE",
        "urllib3.disable_warnings()",
    ],
)
def test_code_that_says_so_would_be_found(code: str) -> None:
    assert switches(code) != []
