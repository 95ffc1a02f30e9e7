"""A change of an account that is lost, repeated or unanswered is made once."""

from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from reliability.stored import account_names

from .account_syncs import ALL, creations, stats
from .harness import record, state, written


@pytest.mark.parametrize(
    "fault",
    [
        {"accept_then_reset": True},
        {"accept_then_reset": True, "times": 2},
        {"reset": True, "times": 2},
        {"status": 503, "times": 2},
        {"status": 429, "headers": {"Retry-After": "0"}, "times": 2},
    ],
    ids=str,
)
def test_whatever_becomes_of_the_answer_exactly_one_account_is_created(
    sandbox: SandboxProcess, all_three: dict[str, Any], fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v1/accounts", method="POST", **{"times": 1, **fault})

    states, failure = written(all_three, ALL, [record("new", name="Once"), state("new", done=1)])

    assert failure is None
    assert stats(states[0]) == {"recordCount": 1.0, "rejectedRecordCount": 0.0}
    assert list(account_names(sandbox).values()).count("Once") == 1


def test_after_a_lost_answer_the_accounts_are_looked_at_before_another_is_created(
    sandbox: SandboxProcess, all_three: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v1/accounts", method="POST", accept_then_reset=True, times=1)

    written(all_three, ALL, [record("new", name="Once")])

    assert creations(sandbox) == 1


def test_a_name_that_was_there_before_a_lost_answer_is_not_taken_for_the_one_asked_for(
    sandbox: SandboxProcess, all_three: dict[str, Any]
) -> None:
    taken = account_names(sandbox)[1202]
    sandbox.add_fault(path="/v1/accounts", method="POST", reset=True, times=1)

    states, _ = written({**all_three, "on_rejected": "skip"}, ALL, [record("new", name=taken), state("new", done=1)])

    assert stats(states[0]) == {"recordCount": 0.0, "rejectedRecordCount": 1.0}
    assert len(account_names(sandbox)) == 3


def test_a_creation_that_another_run_repeats_is_rejected_and_makes_no_second_account(
    sandbox: SandboxProcess, all_three: dict[str, Any]
) -> None:
    lines = [record("new", name="Once"), state("new", done=1)]

    written(all_three, ALL, lines)
    states, failure = written(all_three, ALL, lines)

    assert states == []
    assert "refused_by_mparticle: 1" in str(failure)
    assert list(account_names(sandbox).values()).count("Once") == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_renaming_and_deleting_are_repeated_until_they_are_answered(
    sandbox: SandboxProcess, all_three: dict[str, Any], method: str
) -> None:
    sandbox.add_fault(path="/v1/accounts*", method=method, accept_then_reset=True, times=1)
    sandbox.add_fault(path="/v1/accounts*", method=method, status=504, times=1)
    lines = [record("names", id=1202, name="Renamed"), record("gone", id=1203), state("gone", done=1)]

    states, failure = written(all_three, ALL, lines)

    assert failure is None
    assert stats(states[0]) == {"recordCount": 1.0, "rejectedRecordCount": 0.0}
    assert account_names(sandbox) == {1201: account_names(sandbox)[1201], 1202: "Renamed"}


def test_deleting_what_is_gone_already_counts_as_accepted(sandbox: SandboxProcess, all_three: dict[str, Any]) -> None:
    lines = [record("gone", id=1203), record("gone", id=1203), state("gone", done=1)]

    states, failure = written(all_three, ALL, lines)

    assert failure is None
    assert stats(states[0]) == {"recordCount": 2.0, "rejectedRecordCount": 0.0}
