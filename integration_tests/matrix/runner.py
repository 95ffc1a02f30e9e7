"""Runs cases in several processes and prints the cells that fail."""

import queue
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from integration_tests.matrix.cases import Case
from integration_tests.matrix.judge import Finding, Judge
from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.table import table


def run(processes: int, cases_of: Callable[[Matrix], Iterable[Case]], judge: type[Judge] = Judge) -> int:
    """Run the cases for a matrix, print the table, and return the exit code: 1 where a cell is not as it should be."""
    with ExitStack() as stack, ThreadPoolExecutor(processes) as pool:
        matrices = list(pool.map(lambda number: stack.enter_context(Matrix(number, judge)), range(processes)))
        if unhealthy := [finding for matrix in matrices for finding in matrix.health]:
            # What is wrong without any fault would pass for right in all the others.
            sys.stdout.write(table(unhealthy, 0, processes, 0.0))
            return 1
        waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
        for case in cases_of(matrices[0]):
            waiting.put(case)
        syncs = waiting.qsize()
        findings = [finding for share in pool.map(lambda each: _findings(waiting, each), matrices) for finding in share]
        cells = sum(matrix.cells for matrix in matrices)
        cpu_seconds = sum(matrix.cpu_seconds for matrix in matrices)
    sys.stdout.write(table(findings, cells, syncs, cpu_seconds))
    return 1 if findings else 0


def _findings(waiting: "queue.SimpleQueue[Case]", matrix: Matrix) -> list[Finding]:
    findings: list[Finding] = []
    while True:
        try:
            case = waiting.get_nowait()
        except queue.Empty:
            return findings
        findings += matrix.findings(case)
        sys.stderr.write(f"\r{waiting.qsize()} syncs to go ")
