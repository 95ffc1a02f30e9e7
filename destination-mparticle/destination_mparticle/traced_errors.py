"""Turn any error into the one that Airbyte reads."""

import traceback

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.errors import SyncError


def as_traced(error: BaseException) -> AirbyteTracedException:
    """Return the Airbyte error that says what ended a command.

    An unexpected error may quote a record. Of such an error only its type and the places it came through are told.
    """
    if isinstance(error, SyncError):
        return AirbyteTracedException(
            message=error.message,
            internal_message=error.message,
            failure_type=FailureType(error.failure_type.value),
            exception=error,
        )
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return AirbyteTracedException(
        message=f"The connector failed unexpectedly ({type(error).__name__}). This is an error of the connector; "
        "please report it with the place named in the internal message.",
        internal_message=f"{type(error).__name__} at {places}",
        failure_type=FailureType.system_error,
    )
