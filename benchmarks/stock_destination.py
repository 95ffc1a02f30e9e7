"""A destination out of the CDK's own classes, which does nothing: what start-up is compared with."""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from airbyte_cdk.destinations import Destination
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteMessage,
    ConfiguredAirbyteCatalog,
    ConnectorSpecification,
    Status,
    Type,
)


class StockDestination(Destination):
    """Confirms every state, and drops every record."""

    def spec(self, logger: logging.Logger) -> ConnectorSpecification:  # noqa: ARG002 - the CDK's
        """No options."""
        return ConnectorSpecification(connectionSpecification={"type": "object", "properties": {}})

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002
        """Ask nobody."""
        return AirbyteConnectionStatus(status=Status.SUCCEEDED)

    def write(
        self,
        config: Mapping[str, Any],  # noqa: ARG002
        configured_catalog: ConfiguredAirbyteCatalog,  # noqa: ARG002
        input_messages: Iterable[AirbyteMessage],
    ) -> Iterable[AirbyteMessage]:
        """Return the states."""
        return (message for message in input_messages if message.type == Type.STATE)


if __name__ == "__main__":
    StockDestination().run(sys.argv[1:])
