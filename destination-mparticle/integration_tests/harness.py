"""Helper: run the connector the way Airbyte does, and read what it says."""

import atexit
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess, testing
from mparticle_sandbox.testing import command_files, configured_catalog, destination_config
from mparticle_sandbox.testing.fork_server import DESTINATION_COMMANDS, ForkServer

from destination_mparticle.config import parse_config
from destination_mparticle.errors import SyncError
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run

DAY = 86_400_000
EVENTS = {
    "stream": "events",
    "object": "custom_event",
    "fields": [
        {"field": "customer_id", "value": "{customer}"},
        {"field": "event_name", "value": "{name}"},
        {"field": "timestamp", "value": "{at}"},
    ],
    "unmapped": "attributes",
}
USERS = {
    "stream": "users",
    "object": "user",
    "fields": [{"field": "customer_id", "value": "{customer}"}],
    "unmapped": "attributes",
}
# The rate of the connector itself: tests wait for nothing that they do not look at.
UNHURRIED = {"max_batches_per_second": 100_000}

_ACCOUNT_FIELDS = {"append": ("name",), "update": ("id", "name"), "soft_delete": ("id",)}


@dataclass
class Outcome:
    """What the connector printed, by kind, and how it ended."""

    code: int
    lines: list[dict[str, Any]]

    def of(self, kind: Any) -> Any:
        return [line for line in self.lines if line.get("type") == kind]

    @property
    def states(self) -> Any:
        return self.of("STATE")

    def logs(self, level: str = "INFO") -> Any:
        return [line["log"]["message"] for line in self.of("LOG") if line["log"]["level"] == level]

    @property
    def error(self) -> Any:
        traces = self.of("TRACE")
        return traces[0]["trace"]["error"] if traces else None


def config(sandbox: SandboxProcess, *streams: Any, **changes: Any) -> Any:
    return destination_config(sandbox, *(streams or (EVENTS, USERS)), **{**UNHURRIED, **changes})


def with_platform(sandbox: SandboxProcess, *streams: Any, **changes: Any) -> Any:
    return config(sandbox, *streams, with_platform=True, **changes)


def account_stream(name: str, operation: Any) -> Any:
    fields = [{"field": field, "value": f"{{{field}}}"} for field in _ACCOUNT_FIELDS[operation]]
    return {"stream": name, "object": "account", "operation": operation, "fields": fields}


def catalog(*names: str, sync_id: Any = None, mode: str = "append", object_name: Any = None, schema: Any = None) -> Any:
    streams = [
        {"name": name, "json_schema": schema or {}, "supported_sync_modes": ["full_refresh"]}
        for name in names or ("events", "users")
    ]
    return configured_catalog(*streams, sync_id=sync_id, destination_sync_mode=mode, object_name=object_name)


def record(stream: str, **data: Any) -> Any:
    return testing.record(stream, data, emitted_at=1)


def state(stream: str, **data: Any) -> Any:
    return testing.state(stream, data, id=data.get("id", 0))


def written(config: dict[str, Any], catalog: Any, lines: Any) -> Any:
    """Write in this process. Returns the states and the error, if there was one."""
    out = io.BytesIO()
    failure = None
    try:
        write(Run.begin(parse_config(config), parse_catalog(catalog)), lines, Output(out))
    except SyncError as error:
        failure = error
    return [json.loads(line) for line in out.getvalue().splitlines()], failure


def files(folder: Path, config: dict[str, Any], catalog: Any) -> Any:
    return command_files(folder, config=config, catalog=catalog)


def command(*args: str) -> Any:
    """The command line of a child that is forked from a process which has imported the connector."""
    return [*_fork_server().command, *args]


def process_command(*args: str) -> Any:
    """The command line of a process of its own, for what differs there: how it starts, its memory, its process id."""
    return [sys.executable, "-m", "destination_mparticle", *args]


def popen(*args: str, stdin: Any = subprocess.PIPE) -> Any:
    """Start such a child with pipes for its output, and for its input unless that is a file; takes signals."""
    return _fork_server().popen(*args, stdin=stdin)


@cache
def _fork_server() -> Any:
    server = ForkServer("destination_mparticle", preload=DESTINATION_COMMANDS).__enter__()
    atexit.register(server.__exit__, None, None, None)
    return server


def run(*args: str, stdin: bytes = b"") -> Any:
    done = subprocess.run(command(*args), input=stdin, capture_output=True, check=False, timeout=120)
    return Outcome(done.returncode, [json.loads(line) for line in done.stdout.splitlines()])


def contents(batches: Any) -> Any:
    """The events of batches, as (customer, n), to see what arrived how often."""
    return [
        (batch["user_identities"]["customer_id"], event["data"]["custom_attributes"]["n"])
        for batch in batches
        for event in batch["events"]
    ]
