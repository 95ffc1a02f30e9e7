#!/usr/bin/env python3
"""Runs each component's tests from inside its folder, as its own pyproject.toml says, and ends with the total count.

usage: run_tests.py FOLDER...
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET


def main(components: list[str]) -> int:
    """Test every component, also after one has failed; 0 when all of them passed."""
    started = time.monotonic()
    total: Counter[str] = Counter()
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        for number, component in enumerate(components):
            _say(f"Testing {component}")
            report = Path(folder, f"{number}.xml")
            command = [sys.executable, "-m", "pytest", "--quiet", f"--junitxml={report}"]
            if subprocess.run(command, cwd=component, check=False).returncode:  # noqa: S603 - our own interpreter
                broken.append(component)
            if report.is_file():
                total += _count(report)
    if broken:
        _say(f"Tests did not succeed in: {', '.join(broken)}")
    _say(f"{_sentence(total)} in {time.monotonic() - started:.1f}s")
    return 1 if broken else 0


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
