"""A response that is wrong at any place, in any way. More: `python -m integration_tests.hostile_responses`."""

from copy import deepcopy
from typing import Any

import pytest

from integration_tests.hostile_responses.cases import MutationJudge, mutation_cases
from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.mutations import mutated
from integration_tests.matrix.reply import Reply
from integration_tests.matrix.shared import shared_matrix
from integration_tests.matrix.table import rows

SEEDS = range(24)
AUDIENCES = "/v1/audiences"


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return shared_matrix()


@pytest.fixture(scope="module")
def judge(matrix: Matrix) -> MutationJudge:
    return matrix.make_judge(MutationJudge)


def test_whatever_a_response_holds_streams_are_whole_or_failed_with_a_cause(
    matrix: Matrix, judge: MutationJudge
) -> None:
    cases = mutation_cases(judge.requests, SEEDS)
    findings = [finding for case in cases for finding in judge.findings(case, matrix.sync(case))]
    assert not findings, "\n".join(rows(findings))


def test_a_seed_makes_the_same_change_each_time() -> None:
    reply = Reply().with_json([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
    bodies = [mutated(reply, seed).body for seed in range(500)]
    assert bodies == [mutated(reply, seed).body for seed in range(500)]
    assert len(set(bodies)) > 100
    assert max(map(len, bodies)) > 10_000_000


def drop_a_row(sync: Any) -> None:
    sync.rows["audiences"].pop()


def drop_a_row_of_another_request(sync: Any) -> None:
    sync.rows["users"].pop()


def take_a_gigabyte(sync: Any) -> None:
    sync.peak_mb += 1024


def print_a_traceback(sync: Any) -> None:
    sync.strange.append("a traceback in the logs")


@pytest.mark.parametrize(
    ("spoil", "kinds"),
    [
        (drop_a_row, {"lost"}),
        (drop_a_row_of_another_request, {"lost"}),
        (take_a_gigabyte, {"cost"}),
        (print_a_traceback, {"output"}),
    ],
)
def test_what_a_sync_does_wrong_with_it_is_found(matrix: Matrix, judge: MutationJudge, spoil: Any, kinds: Any) -> None:
    seeds = range(200)
    (case, *_) = [case for case in mutation_cases(judge.requests, seeds) if case.path == AUDIENCES]
    sync = deepcopy(matrix.healthy)
    assert judge.findings(case, sync) == []
    spoil(sync)
    assert {finding.kind for finding in judge.findings(case, sync)} == kinds
