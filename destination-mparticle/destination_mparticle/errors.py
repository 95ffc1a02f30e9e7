"""The ways a sync ends early, as Airbyte's traced exceptions, and what is said before it begins."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle.mapping.findings import Finding, Severity

_logger = logging.getLogger("airbyte")
_LEVELS: Final = {Severity.WARNING: logging.WARNING, Severity.NOTICE: logging.INFO}


def log_advice(findings: Iterable[Finding]) -> list[str]:
    """Log the warnings and notices among findings, each once, and return the texts of the errors."""
    unique = list(dict.fromkeys(findings))
    for finding in unique:
        if finding.severity in _LEVELS:
            _logger.log(_LEVELS[finding.severity], finding.text)
    return [finding.text for finding in unique if finding.severity is Severity.ERROR]


def heed(findings: Iterable[Finding]) -> None:
    """Log the warnings and notices among findings. Raises a config error that lists all of the errors."""
    problems = log_advice(findings)
    if problems:
        raise config_error(*problems)


def config_error(*problems: str) -> AirbyteTracedException:
    """Something the user has to change: one sentence per problem, all of them at once."""
    return _error(problems, FailureType.config_error)


def transient_error(*problems: str) -> AirbyteTracedException:
    """Something that another attempt may get past."""
    return _error(problems, FailureType.transient_error)


def system_error(*problems: str) -> AirbyteTracedException:
    """Something that neither the user's configuration nor patience will fix."""
    return _error(problems, FailureType.system_error)


def _error(problems: Sequence[str], failure_type: FailureType) -> AirbyteTracedException:
    text = " ".join(problems)
    return AirbyteTracedException(message=text, internal_message=text, failure_type=failure_type)
