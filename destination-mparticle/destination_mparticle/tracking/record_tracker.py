"""The book that is kept of a sync: counts, rejected records, and the states that they let out.

Called by the reader and by every lane; one lock keeps the book in order.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from threading import RLock
from typing import Protocol

from destination_mparticle import tuning
from destination_mparticle.events_api.refusals import path_in
from destination_mparticle.pipeline.batch import Batch, Row
from destination_mparticle.pipeline.byte_budget import ByteBudget
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.protocol.messages import State, echo, record_of
from destination_mparticle.protocol.output import mask
from destination_mparticle.tracking.checkpoints import Checkpoints
from destination_mparticle.tracking.reject_store import RejectStore
from destination_mparticle.tracking.statistics import SyncStatistics, summary
from destination_mparticle.validation.reasons import Reason, Rejection

_logger = logging.getLogger("airbyte")


class _Shipment(Protocol):
    """What is sent as a whole: a batch, or a change to an account."""

    @property
    def stream(self) -> StreamKey: ...

    @property
    def rows(self) -> tuple[Row, ...]: ...

    @property
    def body(self) -> bytes: ...


class RecordTracker:
    """Counts every record in and out, keeps what is rejected, and emits states as receipts.

    States wait behind a `gate` of their own, so that they never take the room that records need to get on. Without
    `emit`, no state goes out.
    """

    def __init__(
        self,
        streams: Collection[StreamKey],
        store: RejectStore,
        gate: ByteBudget,
        emit: Callable[[bytes], None] | None,
        *,
        stop_at_reject: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ledger = SyncStatistics(streams)
        self._checkpoints: Checkpoints[State] = Checkpoints(streams, stop_at_reject=stop_at_reject)
        self._store = store
        self._gate = gate
        self._emit = emit
        self._is_closed = False
        self._clock = clock
        self._next_summary = clock() + tuning.SUMMARY_SECONDS
        self._lock = RLock()

    @property
    def has_stopped(self) -> bool:
        """Whether a rejected record has ended the sending, so that what follows is only checked."""
        return self._checkpoints.has_stopped

    def received(self, stream: StreamKey, line: bytes) -> Row:
        """Count a record in. Its line is kept only if the store would want it."""
        with self._lock:
            self.ledger.tallies[stream].received += 1
            self._summarise_when_due()
            return Row(line if self._store.keeps_records else b"", *self._checkpoints.received(stream))

    def prepared(self, stream: StreamKey, cut: Sequence[str]) -> None:
        """Count the fields of a record that were cut to length."""
        if cut:
            with self._lock:
                self.ledger.tallies[stream].cut.update(cut)

    def rejected(self, stream: StreamKey, row: Row, rejection: Rejection) -> None:
        """Write a record off."""
        with self._lock:
            self.ledger.tallies[stream].count_rejected(rejection)
            if self._store.keeps_records:
                self._store.add(stream, record_of(row.line), rejection)
            for state in self._checkpoints.rejected(row.interval, row.position):
                self._gate.leave(state.size)
            self._emit_ready()

    def held_back(self, stream: StreamKey, records: int) -> None:
        """Count valid records that are not sent, because one before them was rejected."""
        with self._lock:
            self.ledger.tallies[stream].held_back += records

    def accepted(self, batch: Batch) -> None:
        """Count the records of a batch that mParticle accepted."""
        with self._lock:
            tally = self.ledger.tallies[batch.stream]
            tally.events += batch.events
            tally.batches += 1
            self._settle(batch)

    def changed(self, change: AccountChange) -> None:
        """Count the record of a change to an account that mParticle carried out."""
        with self._lock:
            self._settle(change)

    def _settle(self, shipment: _Shipment) -> None:
        self.ledger.tallies[shipment.stream].accepted += len(shipment.rows)
        self._checkpoints.accepted(shipment.rows[0].interval, len(shipment.rows))
        self._emit_ready()

    def refused(self, batch: _Shipment, words: str) -> None:
        """Write off the records of what mParticle refused. Its words may quote a value or even the credentials."""
        rejection = Rejection(Reason.REFUSED, path_in(words, batch.body), mask(words))
        with self._lock:
            for row in batch.rows:
                self.rejected(batch.stream, row, rejection)

    def requested(self, batches: Sequence[_Shipment], *, retries: int, waited: float, percentage: float) -> None:
        """Count a request for every stream that was in it."""
        with self._lock:
            for stream in {batch.stream for batch in batches}:
                tally = self.ledger.tallies[stream]
                tally.requests += 1
                tally.retries += retries
                tally.waited += waited
                tally.percentage = percentage
            self._summarise_when_due()

    def state(self, state: State) -> None:
        """Take a state, and emit it once everything before it is settled."""
        if self._emit is None or self.has_stopped:
            return
        self._gate.enter(state.size, lambda: None)
        with self._lock:
            if not self._checkpoints.state(state, state.stream):
                self._gate.leave(state.size)
            self._emit_ready()

    def close(self) -> None:
        """Keep what is rejected for good, and log the last summary."""
        with self._lock:
            self._store.flush()
            self._summarise()
            self._is_closed = True

    def _emit_ready(self) -> None:
        # Once the sync has said how it ended, a lane that could not be waited for has nothing more to say.
        if self._emit is None or self._is_closed:
            return
        receipts = self._checkpoints.ready()
        if not receipts:
            return
        # A rejected record is only settled once it is kept.
        self._store.flush()
        for receipt in receipts:
            self._emit(echo(receipt.state, receipt.accepted, receipt.rejected))
            self._gate.leave(receipt.state.size)

    def _summarise_when_due(self) -> None:
        if self._clock() >= self._next_summary:
            self._summarise()

    def _summarise(self) -> None:
        self._next_summary = self._clock() + tuning.SUMMARY_SECONDS
        for stream, tally in self.ledger.tallies.items():
            _logger.info(summary(stream, tally))
