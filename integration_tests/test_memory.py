"""A long list flows: it is never held as objects, nor as text more than once."""

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest

from source_mparticle.api.http_session import MAX_BYTES
from unit_tests.http_server import QuietHandler, http_server

AUDIENCES = int(os.environ.get("AUDIENCES", "30000"))
MEBIBYTE = 1 << 20
# A process tells its own peak: what its parent could ask for counts the parent's memory too, from before it began.
READ = """
import atexit, pathlib, re, sys
from source_mparticle.run import run
peak = pathlib.Path(sys.argv.pop(1))
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: peak.write_text(re.search("VmHWM: *([0-9]+) kB", status.read_text().replace("\\t", " "))[1]))
run()
"""
WORKSPACE = {"id": 5318, "name": "Trips Prod", "data_type": "workspace", "created_on": "2021-07-14T13:05:40"}


def audience(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Lapsed Buyers {number}",
        "external_name": f"lapsed_buyers_{number}",
        "size": 8123,
        "status": "active",
        "is_calculated": True,
        "added_last_24_hours": 31,
        "dropped_last_24_hours": 12,
        "created_by": "kpatel@example.com",
        "last_modified_by": "kpatel@example.com",
        "last_modified_on": "2024-03-21T06:40:19.203",
        "workspaces": [WORKSPACE],
        "connected_outputs": [
            {"provider_name": "AdNet", "configurations": [{"name": "Prod"}], "data_type": "audience_output"}
        ],
        "data_type": "audience",
    }


def bodies() -> dict[str, bytes]:
    audiences = json.dumps([audience(number) for number in range(AUDIENCES)]).encode()
    return {
        "/oauth/token": b'{"access_token": "a-token", "expires_in": 28800}',
        "/v1/workspace": json.dumps({"data": [WORKSPACE]}).encode(),
        "/v1/audiences": audiences,
        "/v1/workspace/5318/audiences": audiences,
    }


def serving(answers: dict[str, bytes], packed: str | None = None) -> AbstractContextManager[str]:
    """Run a server with these answers; that at the path `packed` is gzip."""

    class Handler(QuietHandler):
        def respond(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.partition("?")[0]
            body = answers[path]
            self.send_response(200)
            if path == packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            # A client may have read enough.
            with suppress(OSError):
                self.wfile.write(body)

    return http_server(Handler)


def sync(folder: Path, url: str, *streams: str, is_good: bool = True) -> tuple[dict[str, int], int]:
    """The number of rows of each stream, and the most memory that the process ever had, in bytes.

    Checks that the sync succeeds, or that it fails where it is not to be `is_good`.
    """
    config = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201"}
    files = {
        "config": config | {"api_url": url, "token_url": f"{url}/oauth/token"},
        "catalog": {
            "streams": [
                {
                    "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
                    "sync_mode": "full_refresh",
                    "destination_sync_mode": "overwrite",
                }
                for name in streams
            ]
        },
    }
    peak = folder / "peak"
    command = [sys.executable, "-c", READ, str(peak), "read"]
    for name, content in files.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content))
        command += [f"--{name}", str(path)]
    rows: Counter[str] = Counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith(b'{"type":"RECORD"'):
                rows[line.partition(b'"stream":"')[2].partition(b'"')[0].decode()] += 1
    assert (process.returncode == 0) is is_good
    return dict(rows), int(peak.read_text()) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak of memory")
def test_a_long_list_takes_little_more_memory_than_its_text(tmp_path: Path) -> None:
    answers = bodies()
    with serving(answers) as url:
        rows, least = sync(tmp_path, url, "workspaces")
        assert rows == {"workspaces": 1}
        rows, peak = sync(tmp_path, url, "audiences")
    text = len(answers["/v1/audiences"])
    assert rows == {"audiences": AUDIENCES}
    # Twice the text, and what is on its way to standard output.
    assert peak - least < 2 * text + 100 * MEBIBYTE, f"{peak / MEBIBYTE:.0f} MiB, {least / MEBIBYTE:.0f} at rest"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak of memory")
def test_a_short_answer_that_unpacks_without_an_end_takes_no_more_memory_than_an_answer_may_hold(
    tmp_path: Path,
) -> None:
    blanks = gzip.compress(b" " * 64 * MEBIBYTE)
    answers = bodies() | {"/v1/audiences": blanks * 32}
    with serving(answers, packed="/v1/audiences") as url:
        _, least = sync(tmp_path, url, "workspaces")
        rows, peak = sync(tmp_path, url, "audiences", is_good=False)
    assert rows == {}
    assert peak - least < MAX_BYTES + 100 * MEBIBYTE, f"{peak / MEBIBYTE:.0f} MiB, {least / MEBIBYTE:.0f} at rest"
