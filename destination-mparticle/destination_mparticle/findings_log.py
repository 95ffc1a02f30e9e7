"""Report what was found about the mappings: warnings and notices in the log, errors as one error."""

import logging
from collections.abc import Iterable
from typing import Final

from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.findings import Finding, Severity

_logger = logging.getLogger("airbyte")
_LEVELS: Final = {Severity.WARNING: logging.WARNING, Severity.NOTICE: logging.INFO}


def log_findings(findings: Iterable[Finding]) -> list[str]:
    """Log the warnings and notices among findings, each once, and return the texts of the errors."""
    unique = list(dict.fromkeys(findings))
    for finding in unique:
        if finding.severity in _LEVELS:
            _logger.log(_LEVELS[finding.severity], finding.text)
    return [finding.text for finding in unique if finding.severity is Severity.ERROR]


def raise_on_errors(findings: Iterable[Finding]) -> None:
    """Log the warnings and notices among findings. Raises a `ConfigError` that lists all of the errors."""
    errors = log_findings(findings)
    if errors:
        raise ConfigError(*errors)
