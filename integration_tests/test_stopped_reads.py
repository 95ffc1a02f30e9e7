"""A read that is stopped loses nothing. More of them: `python -m integration_tests.stopped_reads --seeds 0:30`."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from integration_tests.stopped_reads import StoppedReads


@pytest.fixture(scope="module")
def reads() -> Iterator[StoppedReads]:
    with StoppedReads() as reads:
        yield reads


def test_a_read_that_is_stopped_at_any_moment_says_nothing_that_is_not_so(reads: StoppedReads) -> None:
    assert {seed: reads.problems(seed) for seed in range(2)} == {0: [], 1: []}


def test_a_stream_that_is_complete_without_a_row_is_found(reads: StoppedReads) -> None:
    output = deepcopy(reads.whole)
    output.keys["apps"].pop()
    output.states.clear()
    assert reads.lost(output) == ["apps is COMPLETE without all of its rows"]


def test_a_state_that_stands_for_rows_that_were_not_printed_is_found(reads: StoppedReads) -> None:
    output = deepcopy(reads.whole)
    state, _ = output.states["audiences"]
    output.states = {"audiences": (state, 0)}
    (problem,) = reads.lost(output)
    assert problem.endswith("rows of audiences are in no sync, by its state")
