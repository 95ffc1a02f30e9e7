#!/usr/bin/env python3
"""Runs all long runs that docs/reliability.md describes. Prints the output of each when it ends, and a summary.

Three at once, the longest first: most of them wait for late responses half of their time, and one nearly always.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_AT_ONCE = 3


@dataclass(frozen=True)
class Run:
    """A module with a command line, and the folder that it is run from."""

    folder: str
    module: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.module, *self.arguments))


RUNS = (
    # Of the 1,000 that it would run by itself: each takes a second of two cores.
    Run("destination-mparticle", "reliability.faults", ("--seeds", "0-599")),
    Run("destination-mparticle", "reliability.backpressure"),
    Run("destination-mparticle", "reliability.kills", ("--seeds", "0-199")),
    Run(".", "integration_tests.matrix", ("--all",)),
    # A quarter of them, one request after the other: all take seven minutes of two cores.
    Run(".", "integration_tests.every_request", ("--every", "4")),
    Run(".", "integration_tests.hostile_responses", ("--seeds", "0:1000")),
    Run(".", "integration_tests.stopped_reads", ("--seeds", "0:30")),
    Run("destination-mparticle", "reliability.faults", ("--seeds", "0-19", "--no-dedup")),
    Run("destination-mparticle", "reliability.hostile", ("--seeds", "0-199")),
    Run("sandbox", "tests.helpers.agreement"),
)


def main() -> int:
    """Run everything, and return 1 where a promise was broken."""
    started = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ended = list(pool.map(_run, RUNS))
    lines = [f"{'ok    ' if is_good else 'FAILED'} {seconds:6.0f} s  {run}\n" for run, is_good, seconds in ended]
    sys.stdout.writelines(["\n", *lines, f"{time.monotonic() - started:.0f} s in all\n"])
    return 0 if all(is_good for _, is_good, _ in ended) else 1


def _run(run: Run) -> tuple[Run, bool, float]:
    started = time.monotonic()
    command = [sys.executable, "-m", run.module, *run.arguments]
    done = subprocess.run(  # noqa: S603 - a run of this repository
        command, cwd=ROOT / run.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    # What was overwritten on a terminal is not worth keeping.
    lines = [line.rpartition("\r")[2] for line in done.stdout.decode(errors="replace").split("\n")]
    sys.stdout.write("\n".join([f"\n{run}:", *lines]))
    sys.stdout.flush()
    return run, done.returncode == 0, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
