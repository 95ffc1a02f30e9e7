#!/usr/bin/env python3
"""Try the sandbox with schemathesis: generated requests to everything that `/openapi.json` describes.

usage: run_schemathesis.py PROGRAM [OPTION...]

It runs PROGRAM once for each kind of credentials, with the options as further ones of its own.
"""

import base64
import subprocess
import sys
from collections.abc import Iterator

import requests
from mparticle_sandbox import SandboxProcess

# A JSON Schema cannot say all that makes a request good, such as a name that is free: what fits may be refused.
_UNFIT_CHECKS = "positive_data_acceptance"
_TIMEOUT_S = 10


def main(program: str, *options: str) -> int:
    """Return 0 if no run found anything."""
    statuses = [
        subprocess.run([*_command(program, sandbox, paths, header), *options], check=False).returncode  # noqa: S603
        for sandbox, paths, header in _runs()
    ]
    return max(statuses)


def _runs() -> Iterator[tuple[SandboxProcess, str, str]]:
    """Yield a running sandbox, the paths to try, and the header to send; each in a sandbox of its own."""
    for paths in ("^/(v1|platform|userprofile/v1|oauth)", "^/(v2|userprofile/bulkdelete)", "^/(_sandbox|openapi)"):
        with SandboxProcess(rate=1_000_000, acceleration=0, profile_rate=1_000_000) as sandbox:
            header = _basic(sandbox) if "v2" in paths else f"Bearer {_token(sandbox)}"
            yield sandbox, paths, f"Authorization: {header}"


def _command(program: str, sandbox: SandboxProcess, paths: str, header: str) -> list[str]:
    return [
        program, "run", f"{sandbox.url}/openapi.json", "--include-path-regex", paths, "--header", header,
        "--exclude-checks", _UNFIT_CHECKS, "--continue-on-failure", "--seed", "1", "--max-examples", "25",
        "--phases", "coverage,fuzzing", "--generation-database", "none",
    ]  # fmt: skip


def _basic(sandbox: SandboxProcess) -> str:
    pair = f"{sandbox.api_key}:{sandbox.api_secret}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _token(sandbox: SandboxProcess) -> str:
    body = {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    response = requests.post(f"{sandbox.url}/oauth/token", json=body, timeout=_TIMEOUT_S)
    response.raise_for_status()
    return str(response.json()["access_token"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
