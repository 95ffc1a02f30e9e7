"""Prints what went wrong: `python -m integration_tests.hostile_responses [-n PROCESSES] [--seeds FIRST:END]`."""

import argparse
import os
import sys

from integration_tests.hostile_responses.cases import MutationJudge, mutation_cases
from integration_tests.matrix.runner import run


def main() -> int:
    """Run a sync for each seed, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seeds", default="0:1000", help="first seed and the one after the last, such as 0:1000")
    chosen = parser.parse_args()
    seeds = range(*map(int, chosen.seeds.split(":")))
    return run(chosen.n, lambda matrix: mutation_cases(matrix.judge.requests, seeds), MutationJudge)


if __name__ == "__main__":
    sys.exit(main())
