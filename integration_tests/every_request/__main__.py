"""Prints the cells that fail: `python -m integration_tests.every_request [-n PROCESSES] [--every N] [-k TEXT]`."""

import argparse
import os
import sys
from collections.abc import Iterator

from integration_tests.every_request.cases import RequestCase, request_cases
from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.runner import run


def main() -> int:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("-k", default="", help="only cases with this text in their name")
    parser.add_argument("--every", type=int, default=1, help="only one of so many cases")
    chosen = parser.parse_args()

    def wanted(matrix: Matrix) -> Iterator[RequestCase]:
        named = [case for case in request_cases(matrix.judge.requests) if chosen.k in str(case)]
        yield from named[:: chosen.every]

    return run(chosen.n, wanted)


if __name__ == "__main__":
    sys.exit(main())
