"""What became of every record of a sync: counts, rejected records, and the states that may go out.

Called by the reader and by every thread that sends, under one lock.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from threading import RLock

from destination_mparticle import tuning
from destination_mparticle.events_api.refusals import error_path
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.options import option
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.protocol.messages import State, record_text, state_with_counts
from destination_mparticle.protocol.output import mask
from destination_mparticle.sending.byte_budget import ByteBudget
from destination_mparticle.sending.shipment import Shipment
from destination_mparticle.tracking.checkpoints import Checkpoints
from destination_mparticle.tracking.reject_store import RejectStore
from destination_mparticle.tracking.statistics import SyncStatistics, first_positions, summary
from destination_mparticle.validation.reasons import Reason, Rejection

_logger = logging.getLogger("airbyte")


class RecordTracker:
    """Counts every record in and out, keeps what is rejected, and emits states as receipts.

    It is the `ResultListener` of a sync. States have a `state_budget` of their own, so that they never take the bytes
    that records need. Without `emit`, no state goes out.
    """

    def __init__(
        self,
        streams: Collection[StreamKey],
        store: RejectStore,
        state_budget: ByteBudget,
        emit: Callable[[bytes], None] | None,
        *,
        stop_at_reject: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.statistics = SyncStatistics(streams)
        self._checkpoints: Checkpoints[State] = Checkpoints(streams, stop_at_reject=stop_at_reject)
        self._store = store
        self._keeps_records = store.keeps_records
        self._state_budget = state_budget
        self._emit = emit
        self._is_closed = False
        self._clock = clock
        self._next_summary = clock() + tuning.SUMMARY_SECONDS
        self._lock = RLock()

    @property
    def has_stopped(self) -> bool:
        """Whether a rejected record has ended the sending, so that what follows is only checked."""
        return self._checkpoints.has_stopped

    def received(self, stream: StreamKey, line: bytes) -> TrackedRecord:
        """Count a record in. Its line is kept only if the store would want it.

        Only the reader counts records in, and nobody looks at an interval that still takes them; so no lock is needed.
        """
        statistics = self.statistics.streams[stream]
        statistics.received += 1
        if self._clock() >= self._next_summary:
            self._log_summary_when_due()
        position, interval = self._checkpoints.received(stream)
        kept = line if self._keeps_records else b""
        return TrackedRecord(kept, position, interval, number=statistics.received)

    def truncated(self, stream: StreamKey, fields: Sequence[str]) -> None:
        """Count the fields of a record that were truncated."""
        if fields:
            with self._lock:
                self.statistics.streams[stream].truncated.update(fields)

    def rejected(self, stream: StreamKey, record: TrackedRecord, rejection: Rejection) -> None:
        """Count a rejected record, and store it."""
        with self._lock:
            self.statistics.streams[stream].count_rejected(rejection, record.number)
            if self._store.keeps_records:
                self._store.add(stream, record_text(record.line), rejection)
            for state in self._checkpoints.rejected(record.interval, record.position):
                self._state_budget.release(state.size)
            self._emit_ready()

    def held_back(self, stream: StreamKey, records: int) -> None:
        """Count valid records that are not sent, because one before them was rejected."""
        with self._lock:
            self.statistics.streams[stream].held_back += records

    def accepted(self, shipments: Sequence[Shipment]) -> None:
        """Count the records of shipments that mParticle accepted."""
        with self._lock:
            for shipment in shipments:
                statistics = self.statistics.streams[shipment.stream]
                statistics.events += shipment.events
                statistics.batches += shipment.batches
                records = shipment.records
                statistics.accepted += len(records)
                self._checkpoints.accepted(records[0].interval, len(records))
            self._emit_ready()

    def refused(self, shipment: Shipment, error_text: str) -> None:
        """Reject the records of a shipment that mParticle refused. The text may quote values and credentials."""
        rejection = Rejection(Reason.REFUSED, error_path(error_text, shipment.body), mask(error_text))
        with self._lock:
            for record in shipment.records:
                self.rejected(shipment.stream, record, rejection)

    def requested(self, shipments: Sequence[Shipment], *, retries: int, waited: float, percentage: float) -> None:
        """Count a request for every stream that was in it."""
        with self._lock:
            for stream in {shipment.stream for shipment in shipments}:
                statistics = self.statistics.streams[stream]
                statistics.requests += 1
                statistics.retries += retries
                statistics.waited += waited
                statistics.percentage = percentage
            self._log_summary_when_due()

    def state(self, state: State) -> None:
        """Take a state, and emit it once every record before it is settled."""
        if self._emit is None or self.has_stopped:
            return
        self._state_budget.acquire(state.size)
        with self._lock:
            if not self._checkpoints.state(state, state.stream):
                self._state_budget.release(state.size)
            self._emit_ready()

    def close(self) -> None:
        """Store what is rejected, and log the last summary and where rejected records stand in the input."""
        with self._lock:
            self._is_closed = True
            self._log_summary()
            self._log_positions()
            self._store.flush()

    def _emit_ready(self) -> None:
        # Once the sync has reported how it ended, a thread that did not end in time must not report more.
        if self._emit is None or self._is_closed:
            return
        receipts = self._checkpoints.ready()
        if not receipts:
            return
        # A rejected record is only settled once it is stored.
        self._store.flush()
        for receipt in receipts:
            self._emit(state_with_counts(receipt.state, receipt.accepted, receipt.rejected))
            self._state_budget.release(receipt.state.size)

    def _log_positions(self) -> None:
        kept = "" if self._store.keeps_records else f" Fill in {option('object_storage_config')} to keep such records."
        for stream, statistics in self.statistics.streams.items():
            if statistics.rejected:
                positions = first_positions(statistics)
                _logger.warning("Rejected records of stream %s, counted from 1: %s.%s", stream, positions, kept)

    def _log_summary_when_due(self) -> None:
        with self._lock:
            if self._clock() >= self._next_summary:
                self._log_summary()

    def _log_summary(self) -> None:
        self._next_summary = self._clock() + tuning.SUMMARY_SECONDS
        for stream, statistics in self.statistics.streams.items():
            _logger.info(summary(stream, statistics))
