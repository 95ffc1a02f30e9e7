"""Report an error that nobody foresaw without repeating what it says, since it may quote a record."""

import traceback

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException


def as_traced(error: BaseException) -> AirbyteTracedException:
    """Return an Airbyte error with the kind of the error and the places it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return AirbyteTracedException(
        message=f"The connector failed unexpectedly ({type(error).__name__}). This is an error of the connector; "
        "please report it with the place named in the internal message.",
        internal_message=f"{type(error).__name__} at {places}",
        failure_type=FailureType.system_error,
    )
