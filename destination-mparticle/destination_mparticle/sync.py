"""The write: every record from the input to mParticle, and every state back.

parse - map - validate - group - pack - send - track
"""

import logging
from collections.abc import Iterable
from typing import Any

from destination_mparticle import tuning
from destination_mparticle.errors import ConfigError, UnrecoverableError
from destination_mparticle.findings_log import log_findings
from destination_mparticle.http.settings import DEFAULT_SETTINGS, HttpSettings
from destination_mparticle.mapping.columns import ColumnWatch
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.options import option
from destination_mparticle.pipeline.prepare import Prepared
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.protocol.messages import Record, RecordAhead, State, read_messages, read_record
from destination_mparticle.protocol.output import Output
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.shipment import Shipment
from destination_mparticle.sending.threads import SenderThreads
from destination_mparticle.shutdown import Interrupted, Shutdown
from destination_mparticle.sink import DryRunSink, MparticleSink, Sink
from destination_mparticle.sync_run import Run
from destination_mparticle.tracking.record_tracker import RecordTracker
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.tracking.statistics import SyncStatistics, by_cause
from destination_mparticle.transports import open_channels, open_stages
from destination_mparticle.validation.reasons import Rejection

_logger = logging.getLogger("airbyte")


def write(
    run: Run,
    lines: Iterable[bytes | RecordAhead],
    output: Output,
    shutdown: Shutdown | None = None,
    http: HttpSettings = DEFAULT_SETTINGS,
) -> None:
    """Send everything that the input holds. Raises a `SyncError` when not all of it could be sent.

    Raises `Interrupted` after a signal, once what is being sent has its results.
    """
    config = run.config
    progress = Progress(check_interrupt=(shutdown or Shutdown()).raise_if_requested)
    store = open_store(config.storage, run.name, run.started)
    state_budget = ByteBudget(tuning.STATE_BYTES, progress)
    if config.validate_only:
        _logger.info("validate_only is set: nothing is sent, and no state is confirmed.")
        tracker = RecordTracker(run.catalog, store, state_budget, None, stop_at_reject=False)
        process(run, lines, tracker, DryRunSink(tracker))
    else:
        emit = output.line
        tracker = RecordTracker(run.catalog, store, state_budget, emit, stop_at_reject=not config.skip_rejected)
        budget = ByteBudget(tuning.IN_FLIGHT_BYTES, progress)
        threads = SenderThreads(progress)
        channels = open_channels(config, RunContext(tracker, threads, budget, http))
        process(run, lines, tracker, MparticleSink(channels, threads, budget))
    if tracker.statistics.rejected() and not config.skip_rejected:
        raise _rejected_error(tracker.statistics, is_dry_run=config.validate_only)


def _rejected_error(statistics: SyncStatistics, *, is_dry_run: bool) -> ConfigError:
    rejected = statistics.rejected()
    received = statistics.total(lambda stream: stream.received)
    summary = f"{rejected.total()} of {received} records were rejected: {by_cause(rejected)}."
    if is_dry_run:
        return ConfigError(summary, "Nothing was sent. Fix the mapping or the data.")
    accepted = statistics.total(lambda stream: stream.accepted)
    held_back = statistics.total(lambda stream: stream.held_back)
    return ConfigError(
        summary,
        f"Sending stopped at the first of them (accepted: {accepted}, valid but not sent: {held_back}).",
        "Fix the mapping or the data and run the sync again; mParticle drops the events that it already has.",
        f"Or set {option('on_rejected')} to skip, to send the valid records and report the others.",
    )


def process(run: Run, lines: Iterable[bytes | RecordAhead], tracker: RecordTracker, sink: Sink) -> None:
    """Take the input through the stages of its streams into a sink."""
    try:
        sync = _Sync(run, tracker, sink)
        for message in read_messages(lines):
            if isinstance(message, State):
                sync.state(message)
            elif isinstance(message, Record):
                sync.record(message)
            else:
                sync.record_ahead(message)
        sync.end()
    except Interrupted:
        sink.drain(tuning.DRAIN_SECONDS)
        sink.abort()
        raise
    except BaseException:
        sink.abort()
        raise
    finally:
        tracker.close()


class _Sync:
    """The stages of every stream, up to the sink.

    Once a record is rejected in a sync that is to fail for it, what is open is discarded and the rest of the input is
    only checked. What was closed before depends on earlier records alone, so the next sync sends it with the same ids.
    """

    def __init__(self, run: Run, tracker: RecordTracker, sink: Sink) -> None:
        self._tracker = tracker
        self._sink = sink
        self._only_checks = False
        self._plans = run.plans
        self._columns = ColumnWatch({stream: plan.assignments for stream, plan in run.plans.items()})
        self._stages = open_stages(run)

    def record(self, record: Record) -> None:
        stream = record.stream
        if stream not in self._stages:
            raise UnrecoverableError(f"A record came for stream {stream}, which is not in the catalog.")
        self._prepare(record, self._received(stream, record.line))

    def record_ahead(self, record: RecordAhead) -> None:
        stream = record.stream
        tracked = self._received(stream, record.line)
        prepared = self._stages[stream].take(record.prepared, tracked)
        if prepared is None:
            self._prepare(read_record(record.line), tracked)
        else:
            self._columns.count(stream)
            self._add(stream, prepared)

    def _received(self, stream: StreamKey, line: bytes) -> TrackedRecord:
        if self._tracker.has_stopped and not self._only_checks:
            self._stop_sending()
        return self._tracker.received(stream, line)

    def _prepare(self, record: Record, tracked: TrackedRecord) -> None:
        stream = record.stream
        try:
            self._columns.see(stream, record.data)
            prepared = self._stages[stream].prepare(record.data, tracked)
        except Rejection as rejection:
            self._plans[stream].name_columns(rejection)
            self._tracker.rejected(stream, tracked, rejection)
        else:
            self._add(stream, prepared)

    def _add(self, stream: StreamKey, prepared: Prepared[Any]) -> None:
        self._tracker.truncated(stream, prepared.truncated)
        if self._only_checks:
            self._tracker.held_back(stream, 1)
        else:
            self._send(self._stages[stream].add(prepared))

    def state(self, state: State) -> None:
        """Close what the state covers, so that it can be confirmed."""
        if self._tracker.has_stopped:
            return
        for stream in self._stages if state.stream is None else (state.stream,):
            if stream in self._stages:
                self._send(self._stages[stream].close())
        self._sink.flush_soon()
        self._tracker.state(state)

    def end(self) -> None:
        if self._tracker.has_stopped:
            self._stop_sending()
        for stage in self._stages.values():
            self._send(stage.close())
        self._sink.finish()
        log_findings(self._columns.findings())
        if not self._only_checks:
            log_findings(finding for stage in self._stages.values() for finding in stage.findings())

    def _stop_sending(self) -> None:
        self._only_checks = True
        for stream, stage in self._stages.items():
            self._tracker.held_back(stream, stage.discard())

    def _send(self, shipments: Iterable[Shipment]) -> None:
        for shipment in shipments:
            self._sink.send(shipment)
