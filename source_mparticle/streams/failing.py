"""Streams that are selected but that the configuration does not offer: each fails, and the others go on."""

import logging
from collections.abc import Iterable

from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import FinalStateCursor
from airbyte_cdk.sources.streams.concurrent.default_stream import DefaultStream
from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator

from source_mparticle.api.errors import MparticleError
from source_mparticle.traced_errors import traced_errors


class FailingStream(DefaultStream, PartitionGenerator):
    """Fails with an error instead of being read. The CDK would drop such a stream and end the sync with success."""

    def __init__(self, name: str, error: MparticleError, messages: MessageRepository) -> None:
        self._error = error
        super().__init__(
            partition_generator=self,
            name=name,
            json_schema={},
            primary_key=[],
            cursor_field=None,
            logger=logging.getLogger("airbyte"),
            cursor=FinalStateCursor(name, None, messages),
        )

    def generate(self) -> Iterable[Partition]:
        """Raise the trace of the error."""
        with traced_errors():
            raise self._error
