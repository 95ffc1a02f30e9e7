"""Runs a command as a whole process, and measures it from outside.

The command is started by a small process of its own, this file. A process inherits the peak memory of the one that
starts it, and that of a benchmark may be larger than what it measures.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
_WATCH_SECONDS = 0.1


@dataclass(frozen=True)
class Usage:
    """What a process and those that it started took.

    Seconds by the clock, seconds of processors (user and system), and bytes: the sum of the peaks of them all.
    """

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
    others: dict[int, int] = {}
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, others, ended))
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    ended.set()
    watch.join()
    # The kernel counts in kilobytes, except for macOS, which counts in bytes.
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) + sum(others.values())
    result = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "memory": memory}
    Path(report).write_text(json.dumps({**result, "code": os.waitstatus_to_exitcode(status)}))


def _watch(parent: int, peaks: dict[int, int], ended: threading.Event) -> None:
    """Note the peak of each process that a process has started, in bytes, as long as they run. Only Linux tells."""
    while not ended.wait(_WATCH_SECONDS):
        with suppress(OSError):
            for child in map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split()):
                status = Path(f"/proc/{child}/status").read_text()
                (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
                peaks[child] = int(peak.split()[1]) * 1024


if __name__ == "__main__":
    _launch(*sys.argv[1:])
