"""Whole runs of the destination with telltale secrets and records: none is shown or left behind, whatever happens."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import NO_RATE_LIMIT, command_files

from destination_mparticle.options import specification

from .harness import EVENTS, account_stream, catalog, command, files, record, state, with_platform

PAIR = {"api_key": "canary-key+/=8141 ü", "api_secret": "canary-secret-8142"}
PLATFORM = {"client_id": "canary-client-id-8143", "client_secret": "canary-client-secret-8144"}
S3 = {"access_key_id": "canary-access-key-8145", "secret_access_key": "canary-access-secret-8146"}
IDENTITY = "canary-8147@example.com"
VALUE = "canary-value-8148"
# Base64 of "canary", wherever it begins.
CANARY = re.compile(r"canary|Y2FuYXJ5|NhbmFye|jYW5hcn")
NOW = int(time.time() * 1000)
ECHO = {
    "message": f"{PAIR} {PLATFORM} {IDENTITY} {VALUE}",
    "errors": [{"code": IDENTITY, "message": f"{VALUE} {PAIR}"}],
}
HTML = f"<html>{json.dumps(ECHO)}</html>"
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "401 that echoes": {"path": "*", "status": 401, "body": ECHO},
    "403 that echoes": {"path": "*", "status": 403, "body": HTML},
    "400 that echoes": {"path": "/v2/*", "status": 400, "body": ECHO},
    "400 in HTML": {"path": "/v2/*", "status": 400, "body": HTML},
    "404 that echoes": {"path": "/v[12]/*", "status": 404, "body": ECHO},
    "413 that echoes": {"path": "/v2/*", "status": 413, "body": ECHO},
    "202 with errors": {"path": "/v2/*", "status": 202, "body": ECHO},
    "202 in HTML": {"path": "/v2/*", "status": 202, "body": HTML},
    "token in HTML": {"path": "/oauth/token", "status": 200, "body": HTML},
    "token refused": {"path": "/oauth/token", "status": 400, "body": ECHO},
    "redirect": {"path": "*", "status": 307, "headers": {"Location": f"https://x.example/{PAIR['api_secret']}"}},
    "reset": {"path": "/v2/*", "reset": True, "times": 2},
}
LINES = b"".join(
    (
        record("events", customer=IDENTITY, name=VALUE, at=NOW, note=VALUE),
        record("events", customer=None, name=VALUE, at=NOW, note=IDENTITY),
        record("events", customer=IDENTITY, name=VALUE, at=VALUE),
        record("events", customer={"id": IDENTITY}, name=VALUE * 100, at=-1, canary=None),
        record("accounts", name=VALUE),
        state("events", cursor=1),
    )
)


@pytest.fixture(scope="session")
def sandbox_with_canaries() -> Iterator[SandboxProcess]:
    """A server of these tests alone, because all others expect its usual credentials."""
    credentials: dict[str, Any] = {**{name: [value] for name, value in PAIR.items()}, **PLATFORM}
    with SandboxProcess(**NO_RATE_LIMIT, **credentials) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_with_canaries: SandboxProcess) -> SandboxProcess:
    sandbox_with_canaries.reset()
    return sandbox_with_canaries


def settings(sandbox: SandboxProcess, store: dict[str, Any], **changes: Any) -> dict[str, Any]:
    streams = ({**EVENTS, "unmapped": "ignore"}, account_stream("accounts", "append"))
    config = with_platform(sandbox, *streams, object_storage_config=store, **changes)
    assert (config["api_secret"], config["platform"]["client_id"]) == (PAIR["api_secret"], PLATFORM["client_id"])
    return dict(config)


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> tuple[str, str, list[Path]]:
    """What a process that is asked for all its logs prints on stdout and on stderr, and the files that it leaves."""
    for name in ("home", "tmp", "work"):
        (folder / name).mkdir()
    environment = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "LOG_LEVEL": "debug", "DEBUG": "true"}
    environment |= {"AIRBYTE_LOG_LEVEL": "DEBUG", "S3FS_LOGGING_LEVEL": "DEBUG", "FSSPEC_LOGGING_LEVEL": "DEBUG"}
    done = subprocess.run(
        command(*arguments),
        cwd=folder / "work",
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )
    left = [path for path in sorted(folder.glob("*/**/*")) if path.is_file()]
    return done.stdout.decode(), done.stderr.decode(), left


def leaks(*texts: str) -> list[str]:
    return [line for text in texts for line in text.splitlines() if CANARY.search(line)]


@pytest.mark.parametrize(
    ("on_rejected", "fault"),
    [("fail", {}), *(("skip", fault) for fault in FAULTS.values())],
    ids=["fail at the first", *FAULTS],
)
def test_a_write_shows_no_secret_and_no_value_whatever_comes_back(
    sandbox: SandboxProcess, tmp_path: Path, on_rejected: str, fault: dict[str, Any]
) -> None:
    store = tmp_path / "work" / "rejects"
    config = settings(sandbox, {"storage_type": "Local", "destination_path": str(store)}, on_rejected=on_rejected)
    if fault:
        sandbox.add_fault(**fault)
    paths = files(tmp_path, config, catalog("events", "accounts"))
    stdout, stderr, left = run(tmp_path, "write", *paths, stdin=LINES)
    assert (sandbox.requests()["total"] > 0) is (on_rejected == "skip")
    assert stdout
    assert leaks(stdout, stderr) == []
    # In the store they are: that is what it is for. Not even there is a secret of the configuration.
    outside = [path.read_text() for path in left if not path.is_relative_to(store)]
    stored = [path.read_text() for path in left if path.is_relative_to(store)]
    assert leaks(*outside) == []
    assert any(VALUE in text for text in stored)
    secrets = (*PAIR.values(), *PLATFORM.values())
    assert [secret for secret in secrets if any(secret in text for text in stored)] == []


@pytest.mark.parametrize(
    ("name", "fault"), [("discover", {}), *(("check", fault) for fault in FAULTS.values())], ids=["discover", *FAULTS]
)
def test_check_and_discover_show_no_secret(
    sandbox: SandboxProcess, tmp_path: Path, name: str, fault: dict[str, Any]
) -> None:
    if fault:
        sandbox.add_fault(**fault)
    # Nobody listens there: the error of the library holds the address and the signature.
    store = {"storage_type": "S3", "s3_bucket_name": "rejects", "s3_endpoint": "http://127.0.0.1:9", **S3}
    paths = command_files(tmp_path, config=settings(sandbox, store))
    stdout, stderr, left = run(tmp_path, name, *paths)
    assert stdout
    assert leaks(stdout, stderr, *(path.read_text() for path in left)) == []


def test_a_write_shows_neither_secret_nor_record_where_its_bucket_refuses_them(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.add_fault(path="/rejects/*", status=403, body=HTML)
    store = {"storage_type": "S3", "s3_bucket_name": "rejects", "s3_endpoint": sandbox.url, **S3}
    paths = files(tmp_path, settings(sandbox, store, on_rejected="skip"), catalog("events", "accounts"))
    stdout, stderr, left = run(tmp_path, "write", *paths, stdin=LINES)
    assert "cannot be written to" in stdout
    assert leaks(stdout, stderr, *(path.read_text() for path in left)) == []


def test_a_preview_shows_records_and_no_secret(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paths = files(tmp_path, settings(sandbox, {"storage_type": "None"}), catalog("events", "accounts"))
    stdout, stderr, left = run(tmp_path, "preview", *paths, stdin=LINES)
    assert VALUE in stdout
    assert leaks(stderr, *(path.read_text() for path in left)) == []
    assert [each for each in (*PAIR.values(), *PLATFORM.values()) if each in stdout] == []


@pytest.mark.parametrize("option", [*specification()["connectionSpecification"]["properties"], "unknown"])
def test_an_option_with_a_secret_in_it_is_refused_without_it(
    sandbox: SandboxProcess, tmp_path: Path, option: str
) -> None:
    pasted = {option: [VALUE] if option in PAIR else VALUE}
    config = {**settings(sandbox, {"storage_type": "None"}), **pasted}
    stdout, stderr, left = run(tmp_path, "check", *command_files(tmp_path, config=config))
    assert stdout
    assert leaks(stdout, stderr, *(path.read_text() for path in left)) == []
