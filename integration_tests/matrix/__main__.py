"""Prints the cells that fail: `python -m integration_tests.matrix [-n PROCESSES] [--all] [-k TEXT]`."""

import argparse
import queue
import sys
from concurrent.futures import ThreadPoolExecutor

from integration_tests.matrix.cases import Case, cases
from integration_tests.matrix.judge import Finding
from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.table import table


def main() -> None:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=2, help="processes")
    parser.add_argument("-k", default="", help="only cases with this text in their name")
    parser.add_argument("--all", action="store_true", help="also the faults that do not always run")
    chosen = parser.parse_args()
    wanted = [case for case in cases() if chosen.k in str(case) and (chosen.all or case.is_short)]
    waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
    for case in wanted:
        waiting.put(case)
    with ThreadPoolExecutor(chosen.n) as pool:
        outcomes = list(pool.map(lambda number: _run(waiting, number), range(chosen.n)))
    findings = [finding for share, _, _ in outcomes for finding in share]
    cells = sum(count for _, count, _ in outcomes)
    cpu_seconds = sum(spent for _, _, spent in outcomes)
    sys.stdout.write(table(findings, cells, len(wanted), cpu_seconds))


def _run(waiting: "queue.SimpleQueue[Case]", number: int) -> tuple[list[Finding], int, float]:
    with Matrix(core=number) as matrix:
        findings = list(matrix.health)
        while not waiting.empty():
            findings += matrix.findings(waiting.get())
            sys.stderr.write(f"\r{waiting.qsize()} syncs to go ")
        return findings, matrix.cells, matrix.cpu_seconds


if __name__ == "__main__":
    main()
