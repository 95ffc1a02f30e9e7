"""The connector as the CDK knows it."""

import io
import json
import logging
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any

from airbyte_cdk.destinations import Destination
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteMessageSerializer,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
)

from destination_mparticle import commands
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.protocol.output import Output
from destination_mparticle.sync import Run, write


class DestinationMparticle(Destination):
    """Writes to mParticle's Events API."""

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002
        """Say whether a sync could start, with one sentence per problem."""
        return commands.connection_status(config)

    def write(
        self,
        config: Mapping[str, Any],
        configured_catalog: ConfiguredAirbyteCatalog,
        input_messages: Iterable[AirbyteMessage],
    ) -> Iterable[AirbyteMessage]:
        """Write messages that are parsed already, and return the states. The command line reads raw lines instead."""
        # The standard library's JSON, because orjson drops what is no number and refuses integers beyond 64 bits.
        lines = (json.dumps(AirbyteMessageSerializer.dump(message)).encode() for message in input_messages)
        catalog = parse_catalog(ConfiguredAirbyteCatalogSerializer.dump(configured_catalog))
        states = io.BytesIO()
        write(Run.begin(commands.load_config(config), catalog), lines, Output(states))
        for line in states.getvalue().splitlines():
            yield AirbyteMessageSerializer.load(json.loads(line))

    def parse_args(self, args: list[str]) -> Namespace:
        """Read the command line."""
        return commands.parse_args(args)

    def run(self, args: list[str]) -> None:
        """Run one command of the command line."""
        commands.run(args)
