"""What ends a command, and what Airbyte hears of it."""

import pytest

from destination_mparticle.errors import ConfigError, SyncError, TransientError, UnrecoverableError
from destination_mparticle.traced_errors import as_traced


def trace_of(error: BaseException) -> dict[str, str]:
    with pytest.raises(type(error)) as raised:
        raise error
    trace = as_traced(raised.value).as_airbyte_message().trace
    assert trace is not None
    assert trace.error is not None
    failure = trace.error.failure_type
    return {
        "message": trace.error.message,
        "internal_message": trace.error.internal_message or "",
        "stack_trace": trace.error.stack_trace or "",
        "failure_type": "" if failure is None else failure.value,
    }


@pytest.mark.parametrize(
    ("error", "failure_type"),
    [
        (ConfigError("One.", "Two."), "config_error"),
        (TransientError("One.", "Two."), "transient_error"),
        (UnrecoverableError("One.", "Two."), "system_error"),
    ],
)
def test_an_error_keeps_its_kind_and_all_of_its_sentences(error: SyncError, failure_type: str) -> None:
    trace = trace_of(error)
    assert (trace["message"], trace["internal_message"]) == ("One. Two.", "One. Two.")
    assert trace["failure_type"] == failure_type


def test_there_is_an_example_of_every_kind_of_error_above() -> None:
    assert set(SyncError.__subclasses__()) == {ConfigError, TransientError, UnrecoverableError}


def test_of_an_unexpected_error_nothing_is_told_but_its_type_and_its_places() -> None:
    trace = trace_of(ValueError("ann@example.com"))
    assert "ValueError at test_errors.py:" in trace["internal_message"]
    assert "ann@example.com" not in str(trace)
