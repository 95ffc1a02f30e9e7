"""Runs a command as a whole process, and measures it from outside.

The command is started by a small process of its own, this file. A process inherits the peak memory of the one that
starts it, and that of a benchmark may be larger than what it measures.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Usage:
    """What a process took: seconds by the clock, seconds of processors (user and system), bytes at its peak."""

    seconds: float
    cpu: float
    memory: int


def measured(command: Sequence[str | Path], *, stdin: Path | IO[bytes] | None = None, stdout: Path) -> Usage:
    """Run a command to its end, with its input and its output in files. Raises RuntimeError if it fails."""
    with ExitStack() as stack:
        report = stack.enter_context(tempfile.NamedTemporaryFile())
        errors = stack.enter_context(tempfile.TemporaryFile())
        source: Any = stack.enter_context(stdin.open("rb")) if isinstance(stdin, Path) else stdin or subprocess.DEVNULL
        launch = [sys.executable, "-I", "-S", __file__, report.name, *map(str, command)]
        subprocess.run(
            launch, stdin=source, stdout=stack.enter_context(stdout.open("wb")), stderr=errors, cwd=ROOT, check=True
        )
        result = json.loads(report.read())
        if result.pop("code") != 0:
            errors.seek(0)
            said = (errors.read() or stdout.read_bytes())[-2000:].decode(errors="replace")
            raise RuntimeError(f"{command[0]} failed:\n{said}")
        return Usage(**result)


def _launch(report: str, *command: str) -> None:
    started = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    # The kernel counts in kilobytes, except for macOS, which counts in bytes.
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    result = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "memory": memory}
    Path(report).write_text(json.dumps({**result, "code": os.waitstatus_to_exitcode(status)}))


if __name__ == "__main__":
    _launch(*sys.argv[1:])
