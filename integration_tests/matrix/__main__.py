"""Prints the cells that fail: `python -m integration_tests.matrix [-n PROCESSES] [--all] [-k TEXT]`."""

import argparse
import os
import sys

from integration_tests.matrix.cases import cases
from integration_tests.matrix.runner import run


def main() -> int:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("-k", default="", help="only cases with this text in their name")
    parser.add_argument("--all", action="store_true", help="also the faults that do not always run")
    chosen = parser.parse_args()
    wanted = [case for case in cases() if chosen.k in str(case) and (chosen.all or case.is_short)]
    return run(chosen.n, lambda _: wanted)


if __name__ == "__main__":
    sys.exit(main())
