"""Every stream with every fault: COMPLETE with all its rows, or failed with a cause.

Always run are the faults of `integration_tests/matrix/findings.py`. `MATRIX=all` runs the others as well, which takes
minutes: `MATRIX=all python -m pytest integration_tests/test_matrix.py`. To see what fails as one table, with as many
processes as there are cores: `python -m integration_tests.matrix [-n PROCESSES] [--all] [-k TEXT]`.
"""

import os
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from integration_tests.matrix.cases import EXPIRY, HEALTHY, Case, cases
from integration_tests.matrix.faults import FAULTS
from integration_tests.matrix.findings import FINDINGS
from integration_tests.matrix.matrix import Matrix
from integration_tests.matrix.resources import NEEDS, resource_of
from integration_tests.matrix.shared import shared_matrix
from integration_tests.matrix.table import rows
from source_mparticle import SourceMparticle

CASES = [case for case in cases() if case.is_short or os.environ.get("MATRIX") == "all"]
UNHARMED = Case(HEALTHY, EXPIRY, "never", None)


DECLARED = [
    stream
    for component in SourceMparticle().resolved_manifest["streams"]
    for stream in component.get("streams", [component])
]


def requested_paths(stream: dict[str, Any]) -> Iterator[str]:
    """The paths that a declared stream and its parents request, with a value in place of each name in braces."""
    retriever = stream["retriever"]
    path = retriever["requester"]["path"]
    yield re.sub(r"\{(\w+)\}", lambda name: {"org_id": "77", "account_id": "1201"}.get(name[1], "1"), path)
    for parent in retriever.get("partition_router", {}).get("parent_stream_configs", ()):
        yield from requested_paths(parent["stream"])


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return shared_matrix()


def test_the_matrix_knows_every_stream(matrix: Matrix) -> None:
    assert set(matrix.streams) == set(NEEDS)


@pytest.mark.parametrize("stream", DECLARED, ids=lambda stream: stream["name"])
def test_the_matrix_knows_what_each_stream_is_read_for(stream: dict[str, Any]) -> None:
    needed = {resource_of(path) for path in requested_paths(stream)}
    assert needed == set(NEEDS.get(stream["name"], ())), (
        f"add {stream['name']} with its parents to NEEDS, and their paths to RESOURCES, in "
        "integration_tests/matrix/resources.py"
    )


def test_the_faults_that_always_run_exist() -> None:
    assert FINDINGS - set(FAULTS) == set()


def lose_a_row(sync: Any) -> None:
    sync.rows["audiences"].pop()


def double_a_row(sync: Any) -> None:
    sync.rows["audiences"].append(sync.rows["audiences"][0])


def change_a_value(sync: Any) -> None:
    sync.rows["audiences"][0]["size"] = -1


def lose_the_status(sync: Any) -> None:
    del sync.statuses["audiences"]


def fail_with_success(sync: Any) -> None:
    sync.statuses["audiences"][-1] = "INCOMPLETE"


def tell_a_secret(sync: Any) -> None:
    sync.logs.append(f"Authorization: Bearer {sync.token}-1")


@pytest.mark.parametrize(
    ("spoil", "kinds"),
    [
        (lose_a_row, {"lost"}),
        (double_a_row, {"double"}),
        (change_a_value, {"changed"}),
        (lose_the_status, {"status"}),
        (fail_with_success, {"failed in vain", "exit code"}),
        (tell_a_secret, {"leak"}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_a_sync_does_wrong_is_found(matrix: Matrix, spoil: Any, kinds: Any) -> None:
    sync = deepcopy(matrix.healthy)
    spoil(sync)
    assert {finding.kind for finding in matrix.judge.findings(UNHARMED, sync)} == kinds


@pytest.mark.parametrize("fault", dict.fromkeys(case.fault.name for case in CASES))
def test_a_stream_has_all_its_rows_or_fails_with_a_cause(matrix: Matrix, fault: str) -> None:
    findings = [finding for case in _cases_of(fault) for finding in matrix.findings(case)]
    if findings:
        pytest.fail("\n".join(rows(findings)), pytrace=False)


def _cases_of(fault: str) -> list[Case]:
    return [case for case in CASES if case.fault.name == fault]
