"""The two ways a sync ends early, as Airbyte's traced exceptions."""

from collections.abc import Sequence

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException


def config_error(*problems: str) -> AirbyteTracedException:
    """Something the user has to change: one sentence per problem, all of them at once."""
    return _error(problems, FailureType.config_error)


def transient_error(*problems: str) -> AirbyteTracedException:
    """Something that another attempt may get past."""
    return _error(problems, FailureType.transient_error)


def system_error(*problems: str) -> AirbyteTracedException:
    """Something that neither the user's configuration nor patience will mend."""
    return _error(problems, FailureType.system_error)


def _error(problems: Sequence[str], failure_type: FailureType) -> AirbyteTracedException:
    text = " ".join(problems)
    return AirbyteTracedException(message=text, internal_message=text, failure_type=failure_type)
