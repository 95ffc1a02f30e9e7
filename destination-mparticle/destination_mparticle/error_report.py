"""What Airbyte is told of an error that ends a command."""

import traceback
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

    An unexpected error may quote a record. Of such an error only its type and the places it came through are told.
    """
    if isinstance(error, SyncError):
        stack_trace = "".join(traceback.format_exception(error))
        return ErrorReport(error.message, error.message, stack_trace, error.failure_type)
    kind = type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames)]
    return ErrorReport(
        message=f"The connector failed unexpectedly ({kind}). This is an error of the connector; "
        "please report it with the place named in the internal message.",
        internal_message=f"{kind} at {' < '.join(places)}",
        stack_trace="\n".join([kind, *places]),
        failure_type=FailureType.SYSTEM,
    )
