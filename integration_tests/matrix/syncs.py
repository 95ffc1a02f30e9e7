"""Runs syncs in forked processes, one after the other, and reads what they wrote."""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, final
from urllib.parse import urlsplit

Row = dict[str, Any]
# What stands in messages for the address of the server, whose port is another each time.
HOST = "mparticle.test"
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "VIRTUAL_ENV")


@dataclass
class Sync:
    """What one sync did, as far as it can be seen from outside."""

    state: str
    exit_code: int
    seconds: float
    cpu_seconds: float
    peak_mb: int
    asked: dict[str, int]
    asked_elsewhere: list[str]
    token: str | None
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str | None, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    logs: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def read(self, stdout: str, stderr: str) -> None:
        """Take in the messages of the process."""
        # Not `splitlines`: JSON may hold characters that some take for the end of a line.
        for line in stdout.rstrip("\n").split("\n"):
            try:
                message = json.loads(line, parse_constant=_no_constant)
                kind = message["type"]
            except (ValueError, TypeError, KeyError):
                self.strange.append(f"stdout has a line that is no message: {line[:80]}")
                continue
            if kind == "RECORD":
                self.rows[message["record"]["stream"]].append(message["record"]["data"])
            elif kind == "LOG":
                self.logs.append(message["log"]["message"] + str(message["log"].get("stack_trace") or ""))
            elif kind == "TRACE":
                self._trace(message["trace"])
        if "Traceback (most recent call last)" in stderr or any("Traceback" in text for text in self.logs):
            self.strange.append("a traceback in the logs")
        if stderr.strip():
            self.strange.append(f"stderr: {stderr.strip()[:200]}")

    def _trace(self, trace: Mapping[str, Any]) -> None:
        if trace["type"] == "STREAM_STATUS":
            status = trace["stream_status"]
            self.statuses[status["stream_descriptor"]["name"]].append(status["status"])
        elif trace["type"] == "ERROR":
            error = trace["error"]
            stream = (error.get("stream_descriptor") or {}).get("name")
            self.errors[stream].append(error)
            # A trace has a field for the stack, which is no business of the person who reads its message.
            self.traces += [error["message"], str(error.get("internal_message")), str(error.get("stack_trace"))]


@final
class Syncs:
    """A process that forks syncs, for as long as a `with` block lasts.

    They keep to the core of this number, counted from the first again after the last.
    """

    def __init__(self, core: int = 0) -> None:
        self._core = core

    def __enter__(self) -> "Syncs":
        self._folder = tempfile.TemporaryDirectory()
        answers, to_answer = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "integration_tests.matrix.forks", self._folder.name, str(self._core)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[to_answer],
            env={**_environment(), "FORKS_ANSWERS": str(to_answer)},
            text=True,
            cwd=Path(__file__).parents[2],
        )
        os.close(to_answer)
        self._answers = os.fdopen(answers)
        ready = self._answer()
        self.config: dict[str, Any] = ready["config"]
        self.objects: dict[str, list[Row]] = ready["objects"]
        self.keys = {
            each["stream"]["name"]: [path[0] for path in each["stream"]["source_defined_primary_key"]]
            for each in ready["catalog"]["streams"]
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._answers.close()
        self._folder.cleanup()

    def run(self, rules: Sequence[Mapping[str, Any]] = (), token_lasts: int | None = None) -> Sync:
        """One sync of all streams, with these faults and with tokens that last for that many requests."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"rules": list(rules), "token_lasts": token_lasts}) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        sync = Sync(
            answer["state"],
            answer["exit"],
            answer["seconds"],
            answer["cpu_seconds"],
            answer["peak_mb"],
            answer.get("asked", {}),
            answer.get("asked_elsewhere", []),
            answer.get("token"),
        )
        sync.read(self._written("stdout"), self._written("stderr"))
        return sync

    def _written(self, name: str) -> str:
        text = Path(self._folder.name, name).read_text(errors="backslashreplace")
        return text.replace(urlsplit(self.config["api_url"]).netloc, HOST)

    def _answer(self) -> dict[str, Any]:
        line = self._answers.readline()
        assert line, "The forking process ended; what it wrote to stderr says why."
        answer: dict[str, Any] = json.loads(line)
        return answer


def _no_constant(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _environment() -> dict[str, str]:
    """What Python needs of the environment, and no more: each request looks through all of it for proxies."""
    return {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("PYTHON")}
