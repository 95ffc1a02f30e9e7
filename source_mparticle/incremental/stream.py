"""Makes a stream incremental that reads all of its rows."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from airbyte_cdk.models import SyncMode
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.abstract_stream import AbstractStream
from airbyte_cdk.sources.streams.concurrent.cursor import Cursor, CursorField, FinalStateCursor
from airbyte_cdk.sources.streams.concurrent.default_stream import DefaultStream
from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator

from source_mparticle.configuration.options import Options
from source_mparticle.incremental.cursor import ChangesCursor
from source_mparticle.incremental.read_request import ReadRequest
from source_mparticle.incremental.state import SavedState, options_of, saved_in
from source_mparticle.incremental.timestamps import TimestampField

_logger = logging.getLogger("airbyte")


def incremental_stream(
    whole: AbstractStream,
    declared: Mapping[str, Any],
    request: ReadRequest,
    options: Options,
    messages: MessageRepository,
) -> DefaultStream:
    """The stream `whole` with the cursor that the manifest declares for it.

    A full refresh emits all rows, whatever the state says. `options` are those of the sync.
    """
    time = TimestampField(declared["cursor_field"], by_day="%H" not in declared["datetime_format"])
    if request.modes.get(whole.name) != SyncMode.incremental:
        everything = FinalStateCursor(whole.name, None, messages)
        return _stream(whole, _AllRows(whole), time, everything)
    made_with = options_of(options.config, declared["shaped_by"])
    saved = saved_in(request.states.get(whole.name), time, made_with, request.start)
    _log_why_all_is_read(whole.name, saved, options)
    cursor = ChangesCursor(whole.name, time, saved.cursors, made_with, request.start, messages)
    return _stream(whole, _Changes(whole, cursor), time, cursor)


def _stream(
    whole: AbstractStream, partitions: PartitionGenerator, time: TimestampField, cursor: Cursor
) -> DefaultStream:
    key = whole.as_airbyte_stream().source_defined_primary_key or []
    return DefaultStream(
        partition_generator=partitions,
        name=whole.name,
        json_schema=whole.get_json_schema,
        primary_key=[path[0] for path in key],
        cursor_field=CursorField(time.name),
        logger=_logger,
        cursor=cursor,
    )


def _log_why_all_is_read(stream: str, saved: SavedState, options: Options) -> None:
    reason = saved.unusable
    if saved.other_options:
        reason = f"it was made with another {' and another '.join(map(options.named, saved.other_options))}"
    if reason:
        _logger.info("%s is read from its beginning: its saved state is of no use here, because %s.", stream, reason)
    if saved.in_future:
        _logger.info(
            "%s: %d of the saved cursors lie after the start of this sync and prove nothing; all rows that they stand "
            "for are emitted.",
            stream,
            saved.in_future,
        )


class _AllRows(PartitionGenerator):
    def __init__(self, whole: AbstractStream) -> None:
        self._whole = whole

    def generate(self) -> Iterable[Partition]:
        return self._whole.generate_partitions()


class _Changes(PartitionGenerator):
    def __init__(self, whole: AbstractStream, cursor: ChangesCursor) -> None:
        self._whole = whole
        self._cursor = cursor

    def generate(self) -> Iterable[Partition]:
        keys = set()
        for whole in self._whole.generate_partitions():
            partition = self._cursor.filtered(whole)
            keys.add(partition.key)
            yield partition
        self._cursor.forget_all_but(keys)
