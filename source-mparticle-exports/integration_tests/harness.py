"""Run the connector the way Airbyte does, over a folder that a test fills."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from source_mparticle_exports.records.streams import STREAMS

PACKAGE = Path(__file__).parents[1]
PROCESS = [sys.executable, "-m", "source_mparticle_exports"]


@dataclass
class Outcome:
    """What the connector printed, and how it ended."""

    code: int
    lines: list[dict[str, Any]]
    text: str

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [line[_BODIES[kind]] for line in self.lines if line["type"] == kind]

    def rows(self, stream: str) -> list[dict[str, Any]]:
        return [record["data"] for record in self.of("RECORD") if record["stream"] == stream]

    @property
    def log(self) -> list[str]:
        return [entry["message"] for entry in self.of("LOG")]

    @property
    def errors(self) -> str:
        return "\n".join(trace["error"]["message"] for trace in self.of("TRACE") if trace["type"] == "ERROR")

    def status(self, stream: str) -> str:
        """The last status of a stream."""
        statuses = [trace["stream_status"] for trace in self.of("TRACE") if trace["type"] == "STREAM_STATUS"]
        return [str(each["status"]) for each in statuses if each["stream_descriptor"]["name"] == stream][-1]

    @property
    def state(self) -> list[dict[str, Any]]:
        """The last state of each stream, as the next sync is given it."""
        return list({state["stream"]["stream_descriptor"]["name"]: state for state in self.of("STATE")}.values())


_BODIES = {
    "RECORD": "record",
    "LOG": "log",
    "TRACE": "trace",
    "STATE": "state",
    "SPEC": "spec",
    "CATALOG": "catalog",
    "CONNECTION_STATUS": "connectionStatus",
}


class Exports:
    """A folder of exports, and the connector that reads it: `command` starts it."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._command = command
        self.folder = folder / "exports"
        self.folder.mkdir()
        self._files = folder
        self.config: dict[str, Any] = {"storage": {"storage_type": "Local", "path": str(self.folder)}}

    def write(self, path: str, *lines: Any, compress: bool = False, modified: float | None = None) -> Path:
        """Write a file: objects as JSON, text as it is."""
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(text.encode()) if compress else text.encode())
        if modified is not None:
            os.utime(target, (modified, modified))
        return target

    def run(self, command: str, **files: Any) -> Outcome:
        """Run a command with files of JSON by the names of its options."""
        process = self._start(self._command, command, **files)
        output, errors = process.communicate()
        return Outcome(process.returncode, [json.loads(line) for line in output.splitlines()], output + errors)

    def read_until_killed(self, after: int, *, streams: Iterable[str], state: Any = None) -> Outcome:
        """Read streams in a real process, and kill it once so many characters were read of what it writes."""
        process = self.start_process("read", **self._files_of_read(streams, state))
        assert process.stdout
        output = process.stdout.read(after)
        process.kill()
        # What was in the pipe came out; the last line may be cut off. What was read ahead, `communicate` would lose.
        output += process.stdout.read()
        process.communicate()
        complete = output[: output.rfind("\n") + 1]
        return Outcome(process.returncode, [json.loads(line) for line in complete.splitlines()], output)

    def start_process(self, command: str, **files: Any) -> "subprocess.Popen[str]":
        """Start a command in a process of its own, whose output is a pipe."""
        return self._start(PROCESS, command, **files)

    def _start(self, program: list[str], command: str, **files: Any) -> "subprocess.Popen[str]":
        arguments = [command]
        for option, content in files.items():
            path = self._files / f"{option}.json"
            path.write_text(json.dumps(content))
            arguments += [f"--{option}", str(path)]
        environment = os.environ | {"PYTHONPATH": str(PACKAGE), "PYTHONWARNINGS": "ignore"}
        pipe = subprocess.PIPE
        return subprocess.Popen([*program, *arguments], stdout=pipe, stderr=pipe, text=True, env=environment)

    def read(
        self, *, streams: Iterable[str] = STREAMS, state: Any = None, mode: str = "incremental", **config: Any
    ) -> Outcome:
        """Read streams."""
        return self.run("read", **self._files_of_read(streams, state, mode, **config))

    def _files_of_read(
        self, streams: Iterable[str], state: Any, mode: str = "incremental", **config: Any
    ) -> dict[str, Any]:
        files = {"config": self.config | config, "catalog": catalog(streams, mode)}
        return files | ({"state": state} if state is not None else {})


def catalog(streams: Iterable[str], mode: str) -> dict[str, Any]:
    """A configured catalog."""
    return {
        "streams": [
            {
                "stream": {
                    "name": name,
                    "json_schema": STREAMS[name].json_schema,
                    "supported_sync_modes": ["full_refresh", "incremental"],
                    "source_defined_primary_key": [[STREAMS[name].primary_key]],
                },
                "sync_mode": mode,
                "destination_sync_mode": "append_dedup" if mode == "incremental" else "overwrite",
            }
            for name in streams
        ]
    }
