"""One run of the destination, as Airbyte's platform runs it: messages in, states and errors out."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .messages import EVENTS

DESTINATION = [sys.executable, "-m", "destination_mparticle"]


@dataclass(frozen=True)
class Delivery:
    """How a run ended, and the messages that the destination printed."""

    exit_code: int
    printed: list[dict[str, Any]]

    @property
    def states(self) -> list[dict[str, Any]]:
        """The states that it confirmed, oldest first."""
        return [message["state"] for message in self.printed if message["type"] == "STATE"]

    @property
    def error(self) -> dict[str, Any] | None:
        """What ended it early: `message` and `failure_type`, among others."""
        traces = [message["trace"] for message in self.printed if message["type"] == "TRACE"]
        return next((trace["error"] for trace in traces if trace["type"] == "ERROR"), None)

    @property
    def log(self) -> list[str]:
        """The lines of its log. They hold counts, and nothing of any record."""
        return [message["log"]["message"] for message in self.printed if message["type"] == "LOG"]

    @property
    def last_event(self) -> int:
        """The sequence number from which the next run goes on; 0 where no state of the events was confirmed."""
        streams = [state["stream"] for state in self.states]
        cursors = [stream["stream_state"] for stream in streams if stream["stream_descriptor"]["name"] == EVENTS]
        return int(cursors[-1]["sequence"]) if cursors else 0

    def count(self, key: str) -> int:
        """Add up one of the numbers in the states: `recordCount` (accepted) or `rejectedRecordCount`."""
        return sum(int(state["destinationStats"][key]) for state in self.states)


def deliver(config: dict[str, Any], catalog: dict[str, Any], lines: Iterable[bytes]) -> Delivery:
    """Run `destination-mparticle write`. The configuration lies in a private file for as long as that takes."""
    with tempfile.TemporaryDirectory() as name:
        config_file, catalog_file = Path(name, "config.json"), Path(name, "catalog.json")
        config_file.write_text(json.dumps(config), encoding="utf-8")
        catalog_file.write_text(json.dumps(catalog), encoding="utf-8")
        done = subprocess.run(
            [
                *DESTINATION,
                "write",
                "--config",
                config_file,
                "--catalog",
                catalog_file,
            ],
            input=b"".join(lines),
            stdout=subprocess.PIPE,
            check=False,
            # Ctrl-C reaches this process alone, which then ends the destination.
            start_new_session=True,
        )
    return Delivery(done.returncode, [json.loads(line) for line in done.stdout.splitlines()])
