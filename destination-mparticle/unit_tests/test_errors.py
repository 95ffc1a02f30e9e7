"""What ends a command, and what Airbyte hears of it."""

import pytest

from destination_mparticle.error_report import ErrorReport, report
from destination_mparticle.errors import ConfigError, SyncError, TransientError, UnrecoverableError


def report_of(error: BaseException) -> ErrorReport:
    with pytest.raises(type(error)) as raised:
        raise error
    return report(raised.value)


@pytest.mark.parametrize(
    ("error", "failure_type"),
    [
        (ConfigError("One.", "Two."), "config_error"),
        (TransientError("One.", "Two."), "transient_error"),
        (UnrecoverableError("One.", "Two."), "system_error"),
    ],
)
def test_an_error_keeps_its_kind_and_all_of_its_sentences(error: SyncError, failure_type: str) -> None:
    told = report_of(error)
    assert (told.message, told.internal_message) == ("One. Two.", "One. Two.")
    assert told.failure_type.value == failure_type
    assert "test_errors.py" in told.stack_trace


def test_there_is_an_example_of_every_kind_of_error_above() -> None:
    assert set(SyncError.__subclasses__()) == {ConfigError, TransientError, UnrecoverableError}


def test_of_an_unexpected_error_nothing_is_told_but_its_type_and_its_places() -> None:
    told = report_of(ValueError("ann@example.com"))
    assert "ValueError at test_errors.py:" in told.internal_message
    assert "test_errors.py:" in told.stack_trace
    assert "ann@example.com" not in str(told)


def test_an_unexpected_error_that_another_one_came_of_is_told_without_its_words() -> None:
    try:
        try:
            raise ValueError("ann@example.com")
        finally:
            raise_config_error()
    except ConfigError as error:
        told = report(error)

    assert told.message == "One."
    assert "in raise_config_error" in told.stack_trace
    assert "\nValueError\ntest_errors.py:" in told.stack_trace
    assert "ann@example.com" not in str(told)


def raise_config_error() -> None:
    raise ConfigError("One.")
