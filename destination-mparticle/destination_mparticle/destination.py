"""The connector as the CDK knows it."""

import json
import logging
import signal
from argparse import Namespace
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from airbyte_cdk.destinations import Destination
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteMessageSerializer,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
    FailureType,
    Status,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from destination_mparticle import commands
from destination_mparticle.error_report import report
from destination_mparticle.errors import SyncError
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.shutdown import Shutdown
from destination_mparticle.sync import write
from destination_mparticle.sync_run import Run
from destination_mparticle.sync_stream import stream_lines


class DestinationMparticle(Destination):
    """Writes to mParticle's Events API and Platform API."""

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002
        """Say whether a sync could start, with one sentence per error."""
        errors = commands.failed_checks(config)
        if errors:
            return AirbyteConnectionStatus(status=Status.FAILED, message=" ".join(errors))
        return AirbyteConnectionStatus(status=Status.SUCCEEDED)

    def write(
        self,
        config: Mapping[str, Any],
        configured_catalog: ConfiguredAirbyteCatalog,
        input_messages: Iterable[AirbyteMessage],
    ) -> Generator[AirbyteMessage, None, None]:
        """Write messages that are parsed already, and yield each state as soon as it is confirmed.

        The messages are read in another thread. A caller that stops iterating stops the sync as a signal does: what is
        being sent is given a few seconds. The command line reads raw lines instead.
        """
        shutdown = Shutdown()
        catalog = parse_catalog(ConfiguredAirbyteCatalogSerializer.dump(configured_catalog))
        try:
            run = Run.begin(commands.load_config(config), catalog)
            lines = stream_lines(
                lambda queue: write(run, _lines(input_messages, shutdown), Output(queue), shutdown),
                stop=lambda: shutdown.request(signal.SIGTERM),
            )
            for line in lines:
                yield AirbyteMessageSerializer.load(json.loads(line))
        except SyncError as error:
            raise _traced(error) from error

    def parse_args(self, args: list[str]) -> Namespace:
        """Read the command line."""
        return commands.parse_args(args)

    def run(self, args: list[str]) -> None:
        """Run one command of the command line."""
        commands.run(args)


def _traced(error: SyncError) -> AirbyteTracedException:
    told = report(error)
    return AirbyteTracedException(
        message=told.message,
        internal_message=told.internal_message,
        failure_type=FailureType(told.failure_type.value),
        exception=error,
    )


def _lines(messages: Iterable[AirbyteMessage], shutdown: Shutdown) -> Iterator[bytes]:
    for message in messages:
        shutdown.raise_if_requested()
        # The standard library's JSON, because orjson drops what is no number and refuses integers beyond 64 bits.
        yield json.dumps(AirbyteMessageSerializer.dump(message)).encode()
