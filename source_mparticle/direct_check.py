"""`check` without the CDK: the configuration, what is wrong with it, and the connection check."""

import logging
from typing import Any

from source_mparticle.api.errors import ConfigurationError
from source_mparticle.configuration.normalization import normalized
from source_mparticle.configuration.options import secrets_in
from source_mparticle.configuration.unknown_options import unknown_option_warnings
from source_mparticle.configuration.validation import require_usable
from source_mparticle.connection_check import check_failure
from source_mparticle.direct_output import Output
from source_mparticle.files import read_config
from source_mparticle.manifest import option_spec

_logger = logging.getLogger("airbyte")


def check(config_path: str, output: Output) -> None:
    """Print whether a sync could run with the configuration in a file, after what there is to say beside that."""
    output.take_logs()
    spec = option_spec()
    try:
        config = normalized(read_config(config_path), spec)
        for secret in secrets_in(config, spec):
            output.mask(secret)
        require_usable(config, spec)
    except ConfigurationError as error:
        output.message(_status(str(error), output))
        return
    for warning in unknown_option_warnings(config, spec):
        _logger.warning(warning)
    failure = check_failure(config, spec, output.mask)
    if failure:
        _logger.error("Check failed")
    else:
        _logger.info("Check succeeded")
    output.message(_status(failure, output))


def _status(failure: str | None, output: Output) -> dict[str, Any]:
    status = {"status": "FAILED", "message": output.masked(failure)} if failure else {"status": "SUCCEEDED"}
    return {"type": "CONNECTION_STATUS", "connectionStatus": status}
