"""The CDK's entry point, which also writes rows that are lines already."""

import logging
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import AirbyteMessage, ConnectorSpecification
from airbyte_cdk.sources.connector_state_manager import HashableStreamDescriptor
from airbyte_cdk.sources.source import Source
from airbyte_cdk.utils.memory_monitor import MemoryMonitor

from source_mparticle_exports.config_problems import problems, unknown_options
from source_mparticle_exports.row_lines import RowLines, lines_in
from source_mparticle_exports.storage_errors import config_error

_logger = logging.getLogger("airbyte")

# The CDK looks at the memory after 5,000 rows; so many pieces have about as many.
_PIECES_BETWEEN_LOOKS: Final = 100


class Entrypoint(AirbyteEntrypoint):
    """Runs the commands."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._memory_monitor = MemoryMonitor(check_interval=_PIECES_BETWEEN_LOOKS)

    def read(
        self, source_spec: ConnectorSpecification, config: Mapping[str, Any], catalog: Any, state: list[Any]
    ) -> Iterable[AirbyteMessage]:
        """Write the rows, and return all other messages. Each is asked for when those before it are written."""
        for message in super().read(source_spec, config, catalog, state):
            lines = _lines(message)
            if lines is None:
                yield message
            else:
                sys.stdout.write(lines.text.decode())

    @staticmethod
    def validate_connection(source_spec: ConnectorSpecification, config: Mapping[str, Any]) -> None:
        """Raise `AirbyteTracedException` (config error) for a configuration that cannot be used."""
        schema = source_spec.connectionSpecification
        for sentence in unknown_options(config, schema):
            _logger.warning(sentence)
        if sentences := " ".join(problems(config, schema)):
            raise config_error(sentences)

    @staticmethod
    def handle_record_counts(
        message: AirbyteMessage, stream_message_count: defaultdict[HashableStreamDescriptor, float]
    ) -> AirbyteMessage:
        """Count all rows of a piece: a state says how many came before it."""
        counted = AirbyteEntrypoint.handle_record_counts(message, stream_message_count)
        if message.record and (lines := _lines(message)):
            stream_message_count[HashableStreamDescriptor(name=message.record.stream, namespace=None)] += (
                lines.count - 1
            )
        return counted


def run_command(source: Source, arguments: Sequence[str]) -> None:
    """Run one Airbyte command, as the CDK's `launch` does.

    The CDK's buffer for the output would also take what is written to the standard error.
    """
    parsed = Entrypoint.parse_args(list(arguments))
    entrypoint = Entrypoint(source)
    for message in entrypoint.run(parsed):
        # One write with the line break: another thread may write in between two.
        sys.stdout.write(f"{message}\n")
        sys.stdout.flush()


def _lines(message: AirbyteMessage) -> RowLines | None:
    return lines_in(message.record.data) if message.record else None
