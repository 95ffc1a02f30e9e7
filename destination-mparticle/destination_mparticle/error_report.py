"""What Airbyte is told of an error that ends a command."""

import traceback
from collections.abc import Iterator
from typing import NamedTuple

from destination_mparticle.errors import FailureType, SyncError


class ErrorReport(NamedTuple):
    """An error in Airbyte's terms: `message` is for the user, `internal_message` for whoever mends the connector."""

    message: str
    internal_message: str
    stack_trace: str
    failure_type: FailureType


def report(error: BaseException) -> ErrorReport:
    """Say what ended a command.

    An unexpected error may quote a record. Of such an error only its type and the places it came through are told, also
    where another error came of it.
    """
    stack_trace = "\n".join(map(_trace, _with_causes(error)))
    if isinstance(error, SyncError):
        return ErrorReport(error.message, error.message, stack_trace, error.failure_type)
    kind = type(error).__name__
    return ErrorReport(
        message=f"The connector failed unexpectedly ({kind}). This is an error of the connector; "
        "please report it with the place named in the internal message.",
        internal_message=f"{kind} at {' < '.join(_places(error))}",
        stack_trace=stack_trace,
        failure_type=FailureType.SYSTEM,
    )


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those it came of, the last one first."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _trace(error: BaseException) -> str:
    if isinstance(error, SyncError):
        return "".join(traceback.format_exception(error, chain=False))
    return "\n".join([type(error).__name__, *_places(error)])


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames)]
