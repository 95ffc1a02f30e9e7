"""Runs of the exports connector, as Airbyte's platform does them: `discover` once, then `read` what is new."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
from mparticle_sandbox.testing import configured_catalog, configured_stream

from examples.demo.errors import DemoError

from .tables import load

_COMMAND = str(Path(sys.executable).with_name("source-mparticle-exports"))


class ExportReader:
    """Reads streams of a folder of exports into tables.

    The connector's configuration, catalog, state and messages lie in `files`, a folder that it makes. Its methods raise
    DemoError with the connector's own sentence.
    """

    def __init__(self, exports: Path, streams: Sequence[str], files: Path) -> None:
        self._files = files
        self._files.mkdir(parents=True)
        self._write("config", {"storage": {"storage_type": "Local", "path": str(exports.resolve())}})
        self._run("discover", "config")
        (catalog,) = (message["catalog"] for message in self._printed("CATALOG"))
        self._streams = [stream for stream in catalog["streams"] if stream["name"] in streams]
        self._write("catalog", configured_catalog(*map(_configured, self._streams)))
        self._write("state", [])

    def read(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Add what is new in the exports to the tables, and return how many records the connector read."""
        self._run("read", "config", "catalog", "state")
        records = sum(load(connection, stream, self._messages) for stream in self._streams)
        # Kept only now: what was read before an error comes again.
        states = {json.dumps(state["stream"]["stream_descriptor"]): state for state in self._states()}
        self._write("state", list(states.values()))
        return records

    def _states(self) -> Iterator[dict[str, Any]]:
        yield from json.loads(self._path("state").read_text(encoding="utf-8"))
        yield from (message["state"] for message in self._printed("STATE"))

    def _run(self, command: str, *options: str) -> None:
        arguments = [word for option in options for word in (f"--{option}", str(self._path(option)))]
        with self._messages.open("wb") as messages:
            # Ctrl-C reaches this process alone, which then ends the connector.
            done = subprocess.run([_COMMAND, command, *arguments], stdout=messages, check=False, start_new_session=True)
        if done.returncode:
            traces = [message["trace"] for message in self._printed("TRACE")]
            said = [trace["error"]["message"] for trace in traces if trace["type"] == "ERROR"]
            # The first is of the stream that failed first; the last one only sums up.
            raise DemoError(" ".join(["The exports connector stopped.", *said[:1]]))

    def _printed(self, kind: str) -> Iterator[dict[str, Any]]:
        with self._messages.open(encoding="utf-8") as lines:
            yield from (message for message in map(json.loads, lines) if message["type"] == kind)

    def _write(self, name: str, content: Any) -> None:
        self._path(name).write_text(json.dumps(content), encoding="utf-8")

    def _path(self, name: str) -> Path:
        return self._files / f"{name}.json"

    @property
    def _messages(self) -> Path:
        return self._files / "messages.jsonl"


def _configured(stream: dict[str, Any]) -> dict[str, Any]:
    ((key,),) = stream["source_defined_primary_key"]
    return configured_stream(stream, sync_mode="incremental", destination_sync_mode="append_dedup", primary_key=[key])
