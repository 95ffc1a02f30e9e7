"""A fault at each single request of a full sync. All of them: `python -m integration_tests.every_request`."""

from typing import Any

import pytest

from integration_tests.every_request.cases import RequestCase, pairs, request_cases
from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.resources import RESOURCES, resource_of
from integration_tests.matrix.shared import shared_matrix
from integration_tests.matrix.table import rows

# Each share has another fault at another request.
SHARES, CASES_OF_A_SHARE = 4, 8
PAIRS = 12


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return shared_matrix()


@pytest.fixture(scope="module")
def cases(matrix: Matrix) -> list[RequestCase]:
    return list(request_cases(matrix.judge.requests))


def test_every_request_of_a_sync_meets_every_fault(matrix: Matrix, cases: list[RequestCase]) -> None:
    asked = {request.split()[1] for request in matrix.healthy.asked}
    of_each_fault: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        of_each_fault.setdefault((case.fault.name, case.mode), set()).add(case.path)
    assert {resource_of(path) for path in asked} - {None} == set(RESOURCES)
    assert set(matrix.healthy.asked.values()) == {1}
    assert [fault for fault, paths in of_each_fault.items() if paths != asked] == []


@pytest.mark.parametrize("share", range(SHARES))
def test_a_fault_at_one_request_costs_no_other_stream_a_row(
    matrix: Matrix, cases: list[RequestCase], share: int
) -> None:
    step = len(cases) / (SHARES * CASES_OF_A_SHARE)
    chosen = [cases[int((share + SHARES * number) * step)] for number in range(CASES_OF_A_SHARE)]
    findings = [finding for case in chosen for finding in matrix.findings(case)]
    assert not findings, "\n".join(rows(findings))


def test_two_faults_in_one_sync_cost_no_more_than_each_of_them(matrix: Matrix, cases: list[RequestCase]) -> None:
    found = {
        f"{first}, and {second}": rows(findings)
        for first, second in pairs(cases, range(PAIRS))
        if (findings := matrix.judge.findings(first, matrix.sync(first, second)))
    }
    assert found == {}


def test_both_faults_of_a_pair_are_met(matrix: Matrix, cases: list[RequestCase]) -> None:
    named = {str(case): case for case in cases}
    sync = matrix.sync(named["503 / once at /v1/users"], named["reset / once at /v1/accounts"])
    assert {path for path, times in sync.asked.items() if times == 2} == {"GET /v1/users", "GET /v1/accounts"}


def lose_a_row(sync: Any) -> None:
    sync.rows["role_tasks"].pop()


def call_a_part_complete(sync: Any) -> None:
    sync.statuses["data_points"][-1] = "COMPLETE"


@pytest.mark.parametrize(("spoil", "kind"), [(lose_a_row, "lost"), (call_a_part_complete, "complete")])
def test_a_row_that_is_lost_to_another_streams_fault_is_found(
    matrix: Matrix, cases: list[RequestCase], spoil: Any, kind: str
) -> None:
    case = next(case for case in cases if case.path == "/v1/apps/882/datapoints" and str(case).startswith("500 / for"))
    sync = matrix.sync(case)
    assert matrix.judge.findings(case, sync) == []
    spoil(sync)
    assert kind in {finding.kind for finding in matrix.judge.findings(case, sync)}
