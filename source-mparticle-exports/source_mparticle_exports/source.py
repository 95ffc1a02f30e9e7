"""The source: the CDK's file-based source, with the streams of this connector."""

import logging
from collections.abc import Mapping
from queue import Queue
from typing import Any

from airbyte_cdk.logger import AirbyteLogFormatter
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteStateMessage,
    ConfiguredAirbyteCatalog,
    ConnectorSpecification,
    Level,
    Status,
)
from airbyte_cdk.sources.file_based.config.abstract_file_based_spec import AbstractFileBasedSpec
from airbyte_cdk.sources.file_based.config.file_based_stream_config import FileBasedStreamConfig
from airbyte_cdk.sources.file_based.config.jsonl_format import JsonlFormat
from airbyte_cdk.sources.file_based.file_based_source import FileBasedSource
from airbyte_cdk.sources.file_based.stream import AbstractFileBasedStream
from airbyte_cdk.sources.file_based.stream.cursor import AbstractFileBasedCursor
from airbyte_cdk.sources.message import InMemoryMessageRepository
from airbyte_cdk.sources.message.concurrent_repository import ConcurrentMessageRepository
from airbyte_cdk.sources.streams import Stream
from airbyte_cdk.sources.streams.concurrent.partitions.types import QueueItem

from source_mparticle_exports.check import problem_with
from source_mparticle_exports.concurrent_read import WAITING_ITEMS, piece_reading
from source_mparticle_exports.config import DEFAULT_WORKERS, ExportsConfig
from source_mparticle_exports.config_problems import normalized
from source_mparticle_exports.cursor import ExportCursor
from source_mparticle_exports.parser import ExportParser
from source_mparticle_exports.stream import ExportFileStream
from source_mparticle_exports.stream_reader import ExportReader


class SourceMparticleExports(FileBasedSource):
    """Reads what mParticle exported to a bucket or a folder. Its records are pieces of many rows (`row_lines`)."""

    _concurrency_level = DEFAULT_WORKERS  # type: ignore[assignment] # as the CDK asks to

    def __init__(
        self,
        catalog: ConfiguredAirbyteCatalog | None,
        config: Mapping[str, Any] | None,
        state: list[AirbyteStateMessage] | None,
    ) -> None:
        # Rows and states share one queue. With a repository of its own, a state could overtake the rows it stands for.
        self._queue: Queue[QueueItem] = Queue(maxsize=WAITING_ITEMS)
        self._reader = ExportReader()
        settings = config or {}
        self._parser = ExportParser(skips_broken_lines=settings.get("on_broken_line") == "skip")
        super().__init__(
            stream_reader=self._reader,
            spec_class=ExportsConfig,
            catalog=catalog,
            config=config,
            state=state,
            parsers={JsonlFormat: self._parser},
            cursor_cls=ExportCursor,
        )
        workers = settings.get("num_workers")
        if not isinstance(workers, int) or workers < 1:
            # What is wrong with it is said before anything is read.
            workers = DEFAULT_WORKERS
        self._concurrent_source = piece_reading(
            workers, self._queue, self.logger, self._slice_logger, self.message_repository
        )

    @property
    def message_repository(self) -> ConcurrentMessageRepository:
        """Where messages wait that are no rows."""
        if not isinstance(self._message_repository, ConcurrentMessageRepository):
            level = Level(AirbyteLogFormatter.level_mapping[self.logger.level])
            self._message_repository = ConcurrentMessageRepository(self._queue, InMemoryMessageRepository(level))
        return self._message_repository

    @classmethod
    def read_config(cls, config_path: str) -> dict[str, Any]:
        """Return the configuration in a file, without what is empty."""
        return normalized(super().read_config(config_path))

    def spec(self, *args: Any, **kwargs: Any) -> ConnectorSpecification:
        """Return the specification, which is `spec.json`."""
        return super(FileBasedSource, self).spec(*args, **kwargs)

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:
        """Tell whether the exports can be read, else what keeps them from it."""
        self._reader.config = self._get_parsed_config(config)
        problem = problem_with(self._reader, self._parser, logger)
        return AirbyteConnectionStatus(status=Status.FAILED if problem else Status.SUCCEEDED, message=problem)

    def streams(self, config: Mapping[str, Any]) -> list[Stream]:
        """Return the streams of the catalog, or all where there is none."""
        if self.catalog:
            return super().streams(config)
        parsed = self._get_parsed_config(config)
        return [self._make_default_stream(stream, None, parsed) for stream in parsed.streams]

    def _get_parsed_config(self, config: Mapping[str, Any]) -> ExportsConfig:
        parsed = ExportsConfig(**config)
        if not self.catalog:
            return parsed
        return parsed.limited_to(frozenset(stream.stream.name for stream in self.catalog.streams))

    def _make_default_stream(
        self,
        stream_config: FileBasedStreamConfig,
        cursor: AbstractFileBasedCursor | None,
        parsed_config: AbstractFileBasedSpec,  # noqa: ARG002 - the CDK's signature
    ) -> AbstractFileBasedStream:
        return ExportFileStream(
            config=stream_config,
            catalog_schema=self.stream_schemas.get(stream_config.name),
            stream_reader=self.stream_reader,
            availability_strategy=self.availability_strategy,
            discovery_policy=self.discovery_policy,
            parsers=self.parsers,
            validation_policy=self._validate_and_get_validation_policy(stream_config),
            errors_collector=self.errors_collector,
            cursor=cursor,
        )
