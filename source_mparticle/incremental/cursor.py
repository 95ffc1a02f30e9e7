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

from source_mparticle.incremental.judgement import Judgement
from source_mparticle.incremental.moments import Doubt, TimeField
from source_mparticle.incremental.state import key_of, state_of

_logger = logging.getLogger("airbyte")


class ChangesCursor(Cursor):
    """The cursors of a stream's partitions, which move when a partition was read to its end and never move back."""

    def __init__(
        self,
        stream: str,
        time: TimeField,
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
        self._doubts: Counter[Doubt] = Counter()
        self._closed = 0
        self._closed_at_last_state = 0

    def judged(self, partition: Partition) -> "JudgedPartition":
        """The partition, less the rows that the saved state proves old."""
        stream_slice = partition.to_slice()
        key = key_of(stream_slice.partition if isinstance(stream_slice, StreamSlice) else {})
        with self._lock:
            return JudgedPartition(partition, key, Judgement(self._time, self._start, self._cursors.get(key)))

    def close_partition(self, partition: Partition) -> None:
        """Take note that a partition was read to its end."""
        if not isinstance(partition, JudgedPartition):
            raise TypeError(f"{self._stream} can only close partitions that it has judged.")
        judgement = partition.judgement
        with self._lock:
            before = self._cursors.get(partition.key)
            self._doubts += judgement.doubts
            if judgement.cursor and (before is None or judgement.cursor > before):
                self._cursors[partition.key] = judgement.cursor
            self._closed += 1
            # A state names every partition, so one after each of thousands would be longer than all the records.
            if self._closed >= 2 * self._closed_at_last_state:
                self._emit_state()

    def forget_all_but(self, keys: Collection[str]) -> None:
        """Forget partitions that no longer exist: one that comes back starts from its beginning."""
        with self._lock:
            self._cursors = {key: cursor for key, cursor in self._cursors.items() if key in keys}

    @property
    def state(self) -> dict[str, Any]:
        """The state to save now."""
        return state_of(self._cursors, self._time, self._made_with)

    def observe(self, record: Record) -> None:
        """Do nothing: the rows were seen when they were judged, those left out included."""

    def should_be_synced(self, record: Record) -> bool:  # noqa: ARG002 - the CDK names it
        """True: what is left out is left out before."""
        return True

    def ensure_at_least_one_state_emitted(self) -> None:
        """End the stream with the state of all that was read, and say which times proved nothing."""
        with self._lock:
            self._emit_state()
        if self._doubts:
            reasons = ", ".join(f"{count} {doubt.value}" for doubt, count in sorted(self._doubts.items(), key=str))
            _logger.info(
                "%s: %d rows were emitted whatever the saved state says, because of their %s: %s.",
                self._stream,
                self._doubts.total(),
                self._time.name,
                reasons,
            )

    def _emit_state(self) -> None:
        self._closed_at_last_state = self._closed
        states = ConnectorStateManager()
        states.update_state_for_stream(self._stream, None, self.state)
        self._messages.emit_message(states.create_state_message(self._stream, None))


class JudgedPartition(Partition):
    """One partition of a stream, less the rows that are proven old."""

    def __init__(self, whole: Partition, key: str, judgement: Judgement) -> None:
        self._whole = whole
        self.key = key
        self.judgement = judgement

    def read(self) -> Iterable[Record]:
        """The rows that are not proven old."""
        for record in self._whole.read():
            if self.judgement.emits(record.data):
                yield record

    def to_slice(self) -> Mapping[str, Any] | None:
        """The slice of the whole partition."""
        return self._whole.to_slice()

    def stream_name(self) -> str:
        """The name of the stream."""
        return self._whole.stream_name()

    def __hash__(self) -> int:
        return hash(self._whole)
