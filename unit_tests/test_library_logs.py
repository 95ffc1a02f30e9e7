"""What a server sent reaches no log by way of a library, and neither does a token by way of the server."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from logging.handlers import BufferingHandler
from pathlib import Path

import pytest

from source_mparticle.library_logs import OwnLinesOnly
from unit_tests.http_server import QuietHandler, http_server
from unit_tests.source_page import explanations

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "telltale-token-5521"
MPID = "5816344128"


class Echo(QuietHandler):
    """Issues a token, and sends the head of every other request back in a line that is no header."""

    def respond(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said, body = b"", json.dumps({"access_token": TOKEN, "expires_in": 3600}).encode()
        if self.command == "GET":
            said, body = f"no colon {self.path} {self.headers['Authorization']}\r\n".encode(), b"[]"
        self.wfile.write(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (said, len(body), body))


@pytest.fixture
def echo() -> Iterator[str]:
    with http_server(Echo) as url:
        yield url


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_header_that_cannot_be_parsed_is_not_quoted(echo: str, tmp_path: Path, debug: list[str]) -> None:
    config = tmp_path / "config.json"
    profiles = {"workspace_id": "5318", "identities": [MPID]}
    options = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201", "org_id": "77"}
    config.write_text(json.dumps({**options, "api_url": echo, "token_url": f"{echo}/token", "profiles": profiles}))
    command = [sys.executable, "-m", "source_mparticle", "check", "--config", str(config), *debug]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    printed = done.stdout + done.stderr
    assert '"FAILED"' in printed
    assert [hidden for hidden in (TOKEN, MPID, "no colon", "Traceback") if hidden in printed] == []
    assert printed.count("The library urllib3.connection logged something") == 1


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """What passes the filter of a handler."""
    handler = BufferingHandler(100)
    handler.addFilter(OwnLinesOnly())
    logging.getLogger().addHandler(handler)
    yield handler.buffer
    logging.getLogger().removeHandler(handler)


def test_of_a_librarys_warnings_only_the_place_is_told_and_only_once(logged: list[logging.LogRecord]) -> None:
    for value in ("ann@example.com", "bob@example.com"):
        logging.getLogger("some.library").info("GET /x?id=%s", value)
        logging.getLogger("some.library").warning("Bad header: %s", value, exc_info=ValueError(value))
    (line,) = logged
    told = logging.Formatter("%(message)s").format(line)
    assert re.fullmatch(
        r"The library some.library logged something at test_library_logs.py:\d+. It is not shown, because it may quote "
        "records or secrets.",
        told,
    )
    assert len(explanations(told, "### Messages of the log")) == 1


@pytest.mark.parametrize("name", ["airbyte", "airbyte.streams.audiences"])
def test_the_connectors_own_lines_are_logged_as_they_are(logged: list[logging.LogRecord], name: str) -> None:
    logging.getLogger(name).warning("audiences: %d requests.", 3)
    assert [line.getMessage() for line in logged] == ["audiences: 3 requests."]


def test_the_token_of_a_check_is_masked_as_that_of_a_sync() -> None:
    # The mask belongs to the process, so this needs one of its own.
    lines = [
        "import logging, requests_mock",
        "from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets",
        "from source_mparticle import SourceMparticle",
        "config = dict(client_id='a-client-id', client_secret='a-client-secret', account_id='1201')",
        "with requests_mock.Mocker() as mocker:",
        f"    mocker.post(requests_mock.ANY, json={{'access_token': '{TOKEN}'}})",
        "    mocker.get(requests_mock.ANY, json=[])",
        "    SourceMparticle().check(logging.getLogger('airbyte'), config)",
        f"print(filter_secrets('a {TOKEN}'))",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines()[-1] == "a ****"
