#!/usr/bin/env python3
"""Runs each component's tests from inside its folder, as its own pyproject.toml says, and ends with the total count.

All run at the same time, because many tests wait. The output of the last component is shown as it comes, that of each
other component once it has ended.

usage: run_tests.py FOLDER...
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET


def main(components: list[str]) -> int:
    """Test every component, also after one has failed; 0 when all of them passed."""
    started = time.monotonic()
    total: Counter[str] = Counter()
    broken = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as started_runs:
        _say(f"Testing {', '.join(components)}")
        runs = [Run(component, Path(folder, str(number))) for number, component in enumerate(components)]
        for run in runs:
            started_runs.enter_context(run.started(in_sight=run is runs[-1]))
        for run in reversed(runs):
            if not run.succeeded():
                broken.append(run.component)
            if run.report.is_file():
                total += _count(run.report)
    if broken:
        _say(f"Tests did not succeed in: {', '.join(broken)}")
    _say(f"{_sentence(total)} in {time.monotonic() - started:.1f}s")
    return 1 if broken else 0


class Run:
    """The tests of one component. `place` is the path of its files, without their suffixes."""

    def __init__(self, component: str, place: Path) -> None:
        self.component = component
        self.report = place.with_suffix(".xml")
        self._output = place.with_suffix(".txt")

    @contextmanager
    def started(self, *, in_sight: bool) -> Iterator[None]:
        """Start the tests, which end with the `with` block at the latest."""
        command = [sys.executable, "-m", "pytest", "--quiet", f"--junitxml={self.report}"]
        with self._output.open("w") as output:
            shown = None if in_sight else output
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command, cwd=self.component, stdout=shown, stderr=shown
            )
            with self._process:
                try:
                    yield
                finally:
                    self._process.terminate()

    def succeeded(self) -> bool:
        """Wait for the end, and show what was not in sight."""
        code = self._process.wait()
        if output := self._output.read_text():
            _say(f"{self.component}:\n{output}")
        return code == 0


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


def _say(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
