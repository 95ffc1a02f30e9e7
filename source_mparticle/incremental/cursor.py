"""Keeps how far each partition of a stream was read, and tells Airbyte."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import Cursor
from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.types import Record, StreamSlice

from source_mparticle.incremental.change_filter import ChangeFilter
from source_mparticle.incremental.state import key_of, state_of
from source_mparticle.incremental.timestamps import TimestampField, UnusableTimestamp

_logger = logging.getLogger("airbyte")


class ChangesCursor(Cursor):
    """The cursors of a stream's partitions, which move when a partition was read to its end and never move back."""

    def __init__(
        self,
        stream: str,
        time: TimestampField,
        saved: Mapping[str, datetime],
        made_with: Mapping[str, Any],
        start: datetime,
        messages: MessageRepository,
    ) -> None:
        self._stream = stream
        self._time = time
        self._cursors = dict(saved)
        self._made_with = made_with
        self._start = start
        self._messages = messages
        self._lock = Lock()
        self._unusable: Counter[UnusableTimestamp] = Counter()
        self._closed = 0
        self._closed_at_last_state = 0

    def filtered(self, partition: Partition) -> "FilteredPartition":
        """The partition, less the rows that the saved state proves old."""
        stream_slice = partition.to_slice()
        key = key_of(stream_slice.partition if isinstance(stream_slice, StreamSlice) else {})
        with self._lock:
            return FilteredPartition(partition, key, ChangeFilter(self._time, self._start, self._cursors.get(key)))

    def close_partition(self, partition: Partition) -> None:
        """Record that a partition was read to its end."""
        if not isinstance(partition, FilteredPartition):
            raise TypeError(f"{self._stream} can only close partitions that it has filtered.")
        change_filter = partition.change_filter
        with self._lock:
            before = self._cursors.get(partition.key)
            self._unusable += change_filter.unusable
            if change_filter.cursor and (before is None or change_filter.cursor > before):
                self._cursors[partition.key] = change_filter.cursor
            self._closed += 1
            # A state names every partition, so one after each of thousands would be longer than all the records.
            if self._closed >= 2 * self._closed_at_last_state:
                self._emit_state()

    def forget_all_but(self, keys: Collection[str]) -> None:
        """Forget partitions that no longer exist: one that comes back starts from its beginning."""
        with self._lock:
            gone = len(self._cursors.keys() - set(keys))
            self._cursors = {key: cursor for key, cursor in self._cursors.items() if key in keys}
        if gone:
            _logger.info("%s: %d of the saved cursors are of nothing that this sync reads.", self._stream, gone)

    @property
    def state(self) -> dict[str, Any]:
        """The state to save now."""
        return state_of(self._cursors, self._time, self._made_with)

    def observe(self, record: Record) -> None:
        """Do nothing: the filter has seen the rows, those left out included."""

    def should_be_synced(self, record: Record) -> bool:  # noqa: ARG002 - the CDK names it
        """True: what is left out is left out before."""
        return True

    def ensure_at_least_one_state_emitted(self) -> None:
        """End the stream with the state of all that was read, and log which timestamps proved nothing."""
        with self._lock:
            self._emit_state()
        if self._unusable:
            reasons = ", ".join(f"{count} {reason.value}" for reason, count in sorted(self._unusable.items(), key=str))
            _logger.info(
                "%s: %d rows were emitted regardless of the saved state, because of their %s: %s.",
                self._stream,
                self._unusable.total(),
                self._time.name,
                reasons,
            )

    def _emit_state(self) -> None:
        self._closed_at_last_state = self._closed
        states = ConnectorStateManager()
        states.update_state_for_stream(self._stream, None, self.state)
        self._messages.emit_message(states.create_state_message(self._stream, None))


class FilteredPartition(Partition):
    """One partition of a stream, less the rows that are proven old."""

    def __init__(self, whole: Partition, key: str, change_filter: ChangeFilter) -> None:
        self._whole = whole
        self.key = key
        self.change_filter = change_filter

    def read(self) -> Iterable[Record]:
        """The rows that are not proven old."""
        for record in self._whole.read():
            if self.change_filter.emits(record.data):
                yield record

    def to_slice(self) -> Mapping[str, Any] | None:
        """The slice of the whole partition."""
        return self._whole.to_slice()

    def stream_name(self) -> str:
        """The name of the stream."""
        return self._whole.stream_name()

    def __hash__(self) -> int:
        return hash(self._whole)
