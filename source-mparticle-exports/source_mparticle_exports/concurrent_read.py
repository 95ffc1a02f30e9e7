"""The CDK's concurrent reading, for records that are pieces of many rows."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Final

from airbyte_cdk.models import AirbyteMessage
from airbyte_cdk.sources.concurrent_source.concurrent_read_processor import ConcurrentReadProcessor
from airbyte_cdk.sources.concurrent_source.concurrent_source import ConcurrentSource
from airbyte_cdk.sources.concurrent_source.thread_pool_manager import ThreadPoolManager
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.partitions.types import QueueItem
from airbyte_cdk.sources.types import Record
from airbyte_cdk.sources.utils.slice_logger import SliceLogger

from source_mparticle_exports.row_lines import lines_in

WAITING_ITEMS: Final = 16
"""How many pieces, states and logs wait to be written. They are what memory is spent on, so they are few."""


class PieceReading(ConcurrentSource):
    """Counts the rows of a piece, where the CDK counts records."""

    def _handle_item(
        self, queue_item: QueueItem, concurrent_stream_processor: ConcurrentReadProcessor
    ) -> Iterable[AirbyteMessage]:
        yield from super()._handle_item(queue_item, concurrent_stream_processor)
        if isinstance(queue_item, Record) and (lines := lines_in(queue_item.data)):
            counts = concurrent_stream_processor._record_counter  # noqa: SLF001 - what the CDK logs at the end
            counts[queue_item.stream_name] += lines.count - 1


def piece_reading(
    workers: int,
    queue: Queue[QueueItem],
    logger: logging.Logger,
    slice_logger: SliceLogger,
    message_repository: MessageRepository,
) -> PieceReading:
    """Return the reading, by so many threads beside one that finds out what there is to read."""
    pool = ThreadPoolExecutor(max_workers=workers + 1, thread_name_prefix="workerpool")
    return PieceReading(ThreadPoolManager(pool, logger), logger, slice_logger, queue, message_repository, 1)
