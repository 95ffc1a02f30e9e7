"""Whole runs of the source with telltale secrets and identities: only its records hold any of them, at DEBUG too."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import command_files, configured_catalog, source_config

from integration_tests.connector import command
from source_mparticle.manifest import option_spec

SECRETS = {"client_id": "canary-client-id-7141", "client_secret": "canary-secret+/=7142 ü"}
IDENTITY = "canary-7143@example.com"
CANARY = re.compile(r"canary|Y2FuYXJ5|NhbmFye|jYW5hcn")
SAID = " ".join([*SECRETS.values(), IDENTITY, "canary-record-7144"])
ECHO = {
    "errors": [{"code": "BAD", "message": SAID}],
    **SECRETS,
    "data": [{"id": "canary-record-7144", "email": IDENTITY}],
}
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "401 that echoes": {
        "path": "*",
        "status": 401,
        "body": ECHO,
        "headers": {"WWW-Authenticate": SECRETS["client_id"]},
    },
    "403 to data": {"path": "/[vpu]*", "status": 403, "body": ECHO},
    "400 to data": {"path": "/[vpu]*", "status": 400, "body": ECHO},
    # What mParticle says of its own lists is quoted, but for secrets and e-mail addresses.
    "200 with errors": {"path": "/[vp]*", "status": 200, "body": {"errors": [SAID.rpartition(" ")[0]], "data": None}},
    "200 with errors to look-ups": {"path": "/u*", "status": 200, "body": {"errors": [SAID], "data": None}},
    "HTML": {"path": "/[vpu]*", "status": 200, "body": f"<html>{json.dumps(ECHO)}</html>"},
    "token in HTML": {"path": "/oauth/token", "status": 200, "body": f"<html>{json.dumps(ECHO)}</html>"},
    "redirect": {
        "path": "/[vpu]*",
        "status": 302,
        "headers": {"Location": f"https://x.example/{SECRETS['client_id']}"},
    },
    "reset": {"path": "/v1/audiences", "reset": True, "times": 2},
    "odd records": {"path": "/v1/*", "status": 200, "body": [ECHO]},
}
STREAMS = ("accounts", "audiences", "calculated_attributes", "apps", "user_profiles")


@pytest.fixture(scope="session")
def sandbox_with_canaries() -> Iterator[SandboxProcess]:
    """A server of these tests alone, because all others expect its usual credentials."""
    with SandboxProcess(client_id=SECRETS["client_id"], client_secret=SECRETS["client_secret"]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_with_canaries: SandboxProcess) -> SandboxProcess:
    sandbox_with_canaries.reset()
    return sandbox_with_canaries


def leaks(folder: Path, environment: dict[str, str], *arguments: str) -> tuple[list[str], str]:
    """What a process prints, its records apart, or leaves in files that holds a canary; and all that it printed."""
    for name in ("home", "tmp", "work"):
        (folder / name).mkdir()
    places = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "home")}
    done = subprocess.run(
        command(*arguments),
        cwd=folder / "work",
        env={**os.environ, **places, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    printed = [line for line in done.stdout.splitlines() if json.loads(line)["type"] != "RECORD"]
    files = [path.read_text(errors="replace") for path in sorted(folder.glob("*/**/*")) if path.is_file()]
    found = [text for text in (*printed, *done.stderr.splitlines(), *files) if CANARY.search(text)]
    return found, done.stdout + done.stderr


def with_canaries(sandbox: SandboxProcess) -> dict[str, Any]:
    profiles = {"workspace_id": "5318", "identity_type": "email", "identities": [IDENTITY]}
    return source_config(sandbox, **SECRETS, org_id=sandbox.org_id, profiles=profiles)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_read_shows_no_secret_and_no_value_whatever_comes_back(
    sandbox: SandboxProcess, tmp_path: Path, fault: dict[str, Any]
) -> None:
    catalog = configured_catalog(*STREAMS, destination_sync_mode="overwrite")
    files = command_files(tmp_path, config=with_canaries(sandbox), catalog=catalog)
    if fault:
        sandbox.add_fault(**fault)
    found, printed = leaks(tmp_path, {"LOG_LEVEL": "debug"}, "read", *files, "--debug")
    assert sandbox.requests()["total"] > 0
    assert '"DEBUG"' in printed
    assert found == []


@pytest.mark.parametrize("name", ["check", "discover"])
@pytest.mark.parametrize(
    "fault", [FAULTS[each] for each in ("none", "401 that echoes", "token in HTML", "400 to data")]
)
def test_check_and_discover_show_no_secret_and_no_value(
    sandbox: SandboxProcess, tmp_path: Path, name: str, fault: dict[str, Any]
) -> None:
    if fault:
        sandbox.add_fault(**fault)
    files = command_files(tmp_path, config=with_canaries(sandbox))
    found, printed = leaks(tmp_path, {"LOG_LEVEL": "debug"}, name, *files, "--debug")
    assert printed
    assert found == []


@pytest.mark.parametrize("option", [*option_spec()["properties"], "unknown_option"])
def test_an_option_with_a_secret_in_it_is_refused_without_it(
    sandbox: SandboxProcess, tmp_path: Path, option: str
) -> None:
    # A line break is in no valid value, and what is pasted into the wrong field is a secret all the same.
    pasted: Any = f"{SECRETS['client_secret']}\n" if option in SECRETS else SECRETS["client_secret"]
    files = command_files(tmp_path, config={**with_canaries(sandbox), option: pasted})
    found, printed = leaks(tmp_path, {}, "check", *files, "--debug")
    assert printed
    assert found == []
