"""Reads of all streams that a signal stops at any moment: `python -m integration_tests.stopped_reads --seeds 0:30`.

Each has to end in time with the code of its signal and without a traceback, print whole messages only, call no stream
complete that lacks rows, and print no state that a later sync would lose rows by.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import configured_catalog, profiles_option, source_config

from integration_tests.connector import command, fork_server
from integration_tests.sandbox_objects import differences, objects_in

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
LONGEST_END_S = 10.0
LONGEST_READ_S = 60.0
# A sync of all streams takes about two seconds so, most of them between two requests.
LATENCY_MS = 50
# Before Python has read the connector's first lines, a signal ends it as it ends any program. It may take so long where
# other runs keep the processors busy.
BEGUN_S = 1.0
Key = tuple[str, ...]
_Moment = tuple[str, float]


@dataclass
class Output:
    """What a read printed: each stream's rows and their keys in order, its statuses, and its states.

    A state comes with the count of rows that its stream had printed before it.
    """

    lines: int = 0
    keys: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, tuple[dict[str, Any], int]] = field(default_factory=dict)

    @classmethod
    def of(cls, stdout: str, key_fields: Mapping[str, Sequence[str]]) -> "Output":
        """Read the messages. Raises `ValueError` for a line that is no message."""
        output = cls()
        for line in stdout.splitlines():
            message = json.loads(line)
            output.lines += 1
            if message["type"] == "RECORD":
                record = message["record"]
                # The day of a snapshot is that of the sync.
                names = [name for name in key_fields[record["stream"]] if name != "date"]
                output.rows[record["stream"]].append(record["data"])
                output.keys[record["stream"]].append(tuple(json.dumps(record["data"].get(name)) for name in names))
            elif message["type"] == "STATE":
                stream = message["state"]["stream"]["stream_descriptor"]["name"]
                output.states[stream] = (message["state"], len(output.keys[stream]))
            elif message["type"] == "TRACE" and message["trace"]["type"] == "STREAM_STATUS":
                status = message["trace"]["stream_status"]
                output.statuses[status["stream_descriptor"]["name"]].append(status["status"])
        return output


@final
class StoppedReads:
    """Stops reads of a sandbox of its own, for as long as a `with` block lasts."""

    def __enter__(self) -> "StoppedReads":
        self._sandbox = SandboxProcess(workspaces=2, audiences=40, apps=2, data_points=20, profiles=4).__enter__()
        self._temporary = tempfile.TemporaryDirectory()
        self._folder = Path(self._temporary.name)
        profiles = profiles_option(self._sandbox)
        config = source_config(self._sandbox, org_id=self._sandbox.org_id, profiles=profiles)
        self._write("config.json", config)
        streams = self._streams()
        self._key_fields = {each["name"]: [path[0] for path in each["source_defined_primary_key"]] for each in streams}
        self._write("catalog.json", configured_catalog(*map(_configured, streams)))
        objects = objects_in(self._sandbox)
        self._sandbox.add_fault(path="*", latency_ms=LATENCY_MS)
        started = time.monotonic()
        self.whole = self._read([])
        self._seconds = time.monotonic() - started
        wrong = differences(objects, self.whole.rows, self._key_fields)
        if wrong:
            # Nobody else would: a `with` block that is not entered is not left.
            self.__exit__()
            raise AssertionError(f"A read that nothing stops differs from what the sandbox holds: {wrong}")
        return self

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()
        self._sandbox.__exit__(None, None, None)

    def problems(self, seed: int) -> list[str]:
        """Stop a read at the moment that the seed chooses; what it did wrong."""
        chance = random.Random(seed)
        number = chance.choice(list(CODES))
        by_lines = ("lines", float(chance.randrange(1, self.whole.lines)))
        by_seconds = ("seconds", chance.uniform(0, self._seconds))
        moment = chance.choice([by_lines, by_seconds])
        stdout, stderr, code, seconds = self._stopped(number, moment)
        was_early = stdout == "" and moment is by_seconds and moment[1] < BEGUN_S
        if code == 0 or (code == -number and stderr == "" and (was_early or self._is_whole(stdout))):
            # Stopped when all was said, or before anything began: nothing is left that could be wrong.
            return []
        problems = [] if code == CODES[number] else [f"exit code {code} after {number.name}"]
        if seconds > LONGEST_END_S:
            problems.append(f"ended after {seconds:.1f} s")
        if stderr != f"source-mparticle was stopped by {number.name} before it was done.\n" or "Traceback" in stdout:
            problems.append(f"stderr: {stderr[:500]!r}")
        try:
            output = Output.of(stdout, self._key_fields)
        except ValueError:
            return [*problems, "a line that is no message"]
        return [*problems, *self.lost(output)]

    def _is_whole(self, stdout: str) -> bool:
        """Whether a read has said everything. While Python ends after that, a signal ends it as it ends any program."""
        try:
            statuses = Output.of(stdout, self._key_fields).statuses
        except ValueError:
            return False
        return {stream: said[-1] for stream, said in statuses.items()} == dict.fromkeys(self._key_fields, "COMPLETE")

    def lost(self, output: Output) -> list[str]:
        """Streams that are called complete without all rows, and states that a sync after them loses rows by."""
        problems = [
            f"{stream} is COMPLETE without all of its rows"
            for stream, statuses in output.statuses.items()
            if "COMPLETE" in statuses and set(output.keys[stream]) != set(self.whole.keys[stream])
        ]
        later = self._read([state for state, _ in output.states.values()]) if output.states else Output()
        for stream, (_, count) in output.states.items():
            missing = set(self.whole.keys[stream]) - set(output.keys[stream][:count]) - set(later.keys[stream])
            if missing:
                problems.append(f"{len(missing)} rows of {stream} are in no sync, by its state")
        return problems

    def _stopped(self, number: signal.Signals, moment: _Moment) -> tuple[str, str, int, float]:
        unit, amount = moment
        lines: list[str] = []
        enough = threading.Event()
        with fork_server().popen("read", *self._files()) as process:
            assert process.stdout is not None
            assert process.stderr is not None

            def read_lines(stdout: Any) -> None:
                for line in stdout:
                    lines.append(line.decode())
                    if unit == "lines" and len(lines) >= amount:
                        enough.set()
                enough.set()

            reader = threading.Thread(target=read_lines, args=(process.stdout,))
            reader.start()
            enough.wait(amount if unit == "seconds" else LONGEST_READ_S)
            sent = time.monotonic()
            process.send_signal(number)
            try:
                code = process.wait(2 * LONGEST_END_S)
            finally:
                process.send_signal(signal.SIGKILL)
            reader.join()
            return "".join(lines), process.stderr.read().decode(), code, time.monotonic() - sent

    def _read(self, states: list[dict[str, Any]]) -> Output:
        self._write("state.json", [{"type": "STREAM", "stream": state["stream"]} for state in states])
        state = ["--state", str(self._folder / "state.json")] if states else []
        return Output.of(_stdout_of("read", *self._files(), *state), self._key_fields)

    def _streams(self) -> list[dict[str, Any]]:
        stdout = _stdout_of("discover", "--config", str(self._folder / "config.json"))
        (catalog,) = [message["catalog"] for message in map(json.loads, stdout.splitlines()) if "catalog" in message]
        return list(catalog["streams"])

    def _files(self) -> list[str]:
        return ["--config", str(self._folder / "config.json"), "--catalog", str(self._folder / "catalog.json")]

    def _write(self, name: str, content: Any) -> None:
        (self._folder / name).write_text(json.dumps(content))


def _configured(stream: Mapping[str, Any]) -> dict[str, Any]:
    mode = "incremental" if "incremental" in stream["supported_sync_modes"] else "full_refresh"
    return {"stream": dict(stream), "sync_mode": mode, "destination_sync_mode": "append"}


def _stdout_of(*arguments: str) -> str:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=LONGEST_READ_S, check=True)
    return done.stdout


def main() -> int:
    """Stop one read for each seed, and print what they did wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="0:30", help="first seed and the one after the last, such as 0:30")
    first, end = map(int, parser.parse_args().seeds.split(":"))
    failed = 0
    with StoppedReads() as reads:
        for seed in range(first, end):
            for problem in reads.problems(seed):
                failed += 1
                sys.stdout.write(f"seed {seed}: {problem}\n")
    sys.stdout.write(f"{end - first} reads stopped: {failed} problems\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
