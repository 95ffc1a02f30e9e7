"""Turns this connector's errors into Airbyte's trace messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_mparticle.api.errors import ConfigurationError, MparticleError, Unavailable


def failure_type(error: MparticleError) -> FailureType:
    """Airbyte's class of failure: the user has to fix it, Airbyte should retry, or the connector needs a look."""
    if isinstance(error, ConfigurationError):
        return FailureType.config_error
    if isinstance(error, Unavailable):
        return FailureType.transient_error
    return FailureType.system_error


@contextmanager
def traced_errors() -> Iterator[None]:
    """Turn a `MparticleError` raised inside the block into the exception that becomes Airbyte's trace message."""
    try:
        yield
    except MparticleError as error:
        sentence = str(error)
        # The stack of the error alone: that of the trace adds only how the CDK came to call this connector.
        raise AirbyteTracedException(
            message=sentence, internal_message=sentence, failure_type=failure_type(error), exception=error
        ) from error
