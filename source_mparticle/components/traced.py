"""Tells Airbyte whose turn it is when something went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_mparticle.api.problems import ConfigurationProblem, MparticleError, Unavailable


def failure_type(problem: MparticleError) -> FailureType:
    """Airbyte's class of failure: the user's to fix, to be tried again, or ours to look into."""
    if isinstance(problem, ConfigurationProblem):
        return FailureType.config_error
    if isinstance(problem, Unavailable):
        return FailureType.transient_error
    return FailureType.system_error


@contextmanager
def as_trace() -> Iterator[None]:
    """Turn a `MparticleError` raised inside the block into the exception that becomes Airbyte's trace message."""
    try:
        yield
    except MparticleError as problem:
        sentence = str(problem)
        raise AirbyteTracedException(
            message=sentence, internal_message=sentence, failure_type=failure_type(problem)
        ) from problem
