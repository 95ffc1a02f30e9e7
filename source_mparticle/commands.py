"""Airbyte's commands as the CDK runs them: builds the source with the files that are named, and prints its messages."""

import io
import logging
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.exception_handler import init_uncaught_exception_handler
from airbyte_cdk.logger import PRINT_BUFFER, init_logger
from airbyte_cdk.models import AirbyteMessage, ConnectorSpecification, FailureType
from airbyte_cdk.utils.airbyte_secrets_utils import update_secrets
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_mparticle.configuration.options import secrets_in
from source_mparticle.configuration.unknown_options import unknown_option_warnings
from source_mparticle.configuration.validation import require_usable
from source_mparticle.failures import NotEveryStreamWasRead
from source_mparticle.library_logs import show_own_lines_only
from source_mparticle.source import SourceMparticle
from source_mparticle.traced_errors import traced_errors

_logger = logging.getLogger("airbyte")

FAILED = 1
WRONG_USAGE = 2


class Entrypoint(AirbyteEntrypoint):
    """The CDK's entry point, with this connector's messages for configuration errors."""

    @staticmethod
    def set_up_secret_filter(config: Mapping[str, Any], connection_specification: Mapping[str, Any]) -> None:
        """Mask the secrets in every message, except for texts so short that they are part of any sentence."""
        update_secrets(secrets_in(config, connection_specification))

    @staticmethod
    def validate_connection(source_spec: ConnectorSpecification, config: Mapping[str, Any]) -> None:
        """Raise the trace of a configuration that cannot be used, and warn of names that are not options."""
        with traced_errors():
            require_usable(config, source_spec.connectionSpecification)
        for warning in unknown_option_warnings(config, source_spec.connectionSpecification):
            _logger.warning(warning)


def run(arguments: Sequence[str]) -> int:
    """Run the command; the exit code is 1 where it failed, except for a check, whose status says so."""
    # Airbyte reads UTF-8, whatever the locale of the machine is.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    init_uncaught_exception_handler(init_logger("airbyte"))
    show_own_lines_only()
    parsed = AirbyteEntrypoint.parse_args(list(arguments))
    if not parsed.command:
        sys.stderr.write("Name a command: spec, check, discover or read.\n")
        return WRONG_USAGE
    with PRINT_BUFFER:
        try:
            _print(_messages(parsed))
        except AirbyteTracedException as failure:
            status = failure.as_connection_status_message() if parsed.command == "check" else None
            is_explained = failure.failure_type != FailureType.system_error or isinstance(
                failure, NotEveryStreamWasRead
            )
            if status is None and not is_explained:
                raise
            _print([AirbyteEntrypoint.airbyte_message_to_string(status or _without_stack(failure))])
            return 0 if status else FAILED
    return 0


def finish_output() -> None:
    """Write what is complete, and let no thread write anything after it."""
    PRINT_BUFFER.lock.acquire()
    PRINT_BUFFER.flush()


def _messages(parsed: Namespace) -> Iterable[str]:
    paths = vars(parsed)
    # The source needs the files when it is built, before the CDK's entry point reads them.
    source = SourceMparticle(
        config=SourceMparticle.read_config(paths["config"]) if paths.get("config") else None,
        catalog=SourceMparticle.read_catalog(paths["catalog"]) if paths.get("catalog") else None,
        state=SourceMparticle.read_state(paths["state"]) if paths.get("state") else None,
        config_path=paths.get("config"),
    )
    yield from Entrypoint(source).run(parsed)


def _print(messages: Iterable[str]) -> None:
    for message in messages:
        # One write with the line break: `print` writes it separately, and other threads may write in between.
        sys.stdout.write(f"{message}\n")


def _without_stack(failure: AirbyteTracedException) -> AirbyteMessage:
    """The trace of a failure that the user or mParticle has to fix, without a stack."""
    message = failure.as_sanitized_airbyte_message()
    if message.trace and message.trace.error:
        message.trace.error.stack_trace = None
    return message
