#!/usr/bin/env python3
"""Runs each component's tests from inside its folder, as its own pyproject.toml says, and ends with the total count.

All run at the same time, because many tests wait. The output of the last component is shown as it comes, that of each
other component once it has ended. A command that is named with `--beside` runs at the same time, and must succeed too.

Tests with the marker `timing` measure time: they run one after another, and all else leaves them the processor.

usage: run_tests.py [--beside COMMAND] FOLDER...
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

# For pytest to end its workers, and for them to end their servers.
GRACE_SECONDS = 15.0

ORDINARY = ["-m", "not image_tests and not timing"]
TIMING = ["-m", "timing", "--numprocesses=0"]
NOTHING_SELECTED = 5


def main(arguments: list[str]) -> int:
    """Test every component, also after one has failed; 0 when all of them passed. A signal ends them all."""
    parser = argparse.ArgumentParser(description="Run each component's tests.")
    parser.add_argument("--beside", metavar="COMMAND", help="a command to run at the same time")
    parser.add_argument("components", metavar="FOLDER", nargs="+")
    chosen = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    return _run_all(chosen.components, chosen.beside)


def _run_all(components: list[str], beside: str | None) -> int:
    started = time.monotonic()
    total: Counter[str] = Counter()
    broken = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as started_runs:
        _say(f"Testing {', '.join(components)}")
        places = (Path(folder, str(number)) for number in count())
        runs = [Run(component, next(places), ORDINARY) for component in components]
        if beside:
            runs.insert(0, Run(beside, next(places), command=shlex.split(beside)))
        for run in runs:
            started_runs.enter_context(run.started(_environment(is_last=run is runs[-1]), in_sight=run is runs[-1]))
        measuring = [Run(component, next(places), TIMING) for component in components]
        for run in measuring:
            with run.started(_environment(is_last=False), in_sight=False, gives_way=False):
                run.wait()
        for run in [*measuring, *reversed(runs)]:
            if not run.succeeded():
                broken.append(run.name)
            if run.report.is_file():
                total += _count(run.report)
    if broken:
        _say(f"These did not succeed: {', '.join(broken)}")
    _say(f"{_sentence(total)} in {time.monotonic() - started:.1f}s")
    return 1 if broken else 0


def _environment(*, is_last: bool) -> dict[str, str]:
    """What tests run with: compiled modules, which many processes share, and all workers for the last and longest."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if not is_last:
        environment.setdefault("PYTEST_XDIST_AUTO_NUM_WORKERS", str(os.cpu_count() or 1))
    return environment


class Run:
    """The selected tests in one folder, or a command. `place` is the path of its files, without their suffixes."""

    def __init__(
        self, name: str, place: Path, selected: Sequence[str] = (), *, command: list[str] | None = None
    ) -> None:
        self.name = name
        self.report = place.with_suffix(".xml")
        self._output = place.with_suffix(".txt")
        self._folder = None if command else name
        pytest = [sys.executable, "-m", "pytest", "--quiet", f"--junitxml={self.report}", *selected]
        self._command = command or pytest
        self._may_be_empty = selected is TIMING

    @contextmanager
    def started(self, environment: dict[str, str], *, in_sight: bool, gives_way: bool = True) -> Iterator[None]:
        """Start the tests, which end with the `with` block at the latest. `gives_way` to processes that do not."""
        with self._output.open("w") as output:
            shown = None if in_sight else output
            self._process = subprocess.Popen(  # noqa: S603 - what the command line names
                self._command,
                cwd=self._folder,
                env=environment,
                stdout=shown,
                stderr=shown,
                preexec_fn=partial(_prepare, gives_way=gives_way),  # noqa: PLW1509 - there are no threads
            )
            with self._process:
                try:
                    yield
                finally:
                    self._end()

    def _end(self) -> None:
        """End the process and all that it has started, unless it has ended."""
        if self._process.poll() is None:
            # Pytest takes it for Ctrl-C: it ends its workers and undoes its fixtures.
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for the end. Returns the exit code."""
        return self._process.wait()

    def succeeded(self) -> bool:
        """Wait for the end, and show what was not in sight."""
        code = self.wait()
        if code == NOTHING_SELECTED and self._may_be_empty:
            return True
        if output := self._output.read_text():
            _say(f"{self.name}:\n{output}")
        return code == 0


def _prepare(*, gives_way: bool) -> None:
    """Make the new process what a run needs."""
    # A group of its own, so that a signal of the terminal comes once, from here. No session of its own: Linux compares
    # the niceness of processes within a session only.
    os.setpgid(0, 0)
    if gives_way:
        os.nice(19)


def _count(report: Path) -> Counter[str]:
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by pytest a moment ago
    counts: Counter[str] = Counter()
    for suite in suites:
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        counts["failed"] += number["failures"]
        counts["errors"] += number["errors"]
        counts["skipped"] += number["skipped"]
        counts["passed"] += 2 * number["tests"] - sum(number.values())
    return counts


def _sentence(total: Counter[str]) -> str:
    """Like pytest's own closing line; what did not occur is left out, but never `passed`."""
    kinds = [kind for kind in ("failed", "errors", "passed", "skipped") if total[kind] or kind == "passed"]
    return ", ".join(f"{total[kind]} {kind}" for kind in kinds)


def _stop(number: int, _frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def _say(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
