"""The write: every record from stdin to mParticle, and every state back.

parse - map - validate - group - pack - send - account for
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from destination_mparticle import tuning
from destination_mparticle.config import Config
from destination_mparticle.errors import config_error, heed, log_advice, system_error
from destination_mparticle.events_api.client import EventsClient
from destination_mparticle.events_api.sender_pool import SenderPool
from destination_mparticle.mapping.columns import ColumnWatch
from destination_mparticle.mapping.compile import compile_plans, unmapped_stream
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.objects.apis import EVENTS_API, PLATFORM_API
from destination_mparticle.objects.event_batch import looks_like_a_batch
from destination_mparticle.options import option
from destination_mparticle.pipeline.batch import Batch, Row
from destination_mparticle.pipeline.byte_budget import ByteBudget, Progress
from destination_mparticle.pipeline.grouping import ByUser, Grouping, Single
from destination_mparticle.pipeline.prepare import Defaults, Preparer
from destination_mparticle.pipeline.routing import Router
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.platform_api.worker import AccountWorker
from destination_mparticle.protocol.catalog import CatalogStream, StreamKey
from destination_mparticle.protocol.messages import Record, State, read_messages
from destination_mparticle.protocol.output import Output
from destination_mparticle.shutdown import Interrupted, Shutdown
from destination_mparticle.sink import DryRunSink, MparticleSink, Sink
from destination_mparticle.tracking.record_tracker import RecordTracker
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.tracking.statistics import SyncStatistics, by_reason
from destination_mparticle.validation.reasons import Rejection

_logger = logging.getLogger("airbyte")


@dataclass(frozen=True)
class Run:
    """What is fixed when a sync starts."""

    config: Config
    catalog: Mapping[StreamKey, CatalogStream]
    plans: Mapping[StreamKey, Plan[Any]]
    started: datetime
    name: str
    """Names the run's folder in the store of rejected records: the platform's sync id, else an id of its own."""

    @classmethod
    def begin(cls, config: Config, catalog: Mapping[StreamKey, CatalogStream]) -> "Run":
        """Compile the mappings. Raises a config error that lists everything that is wrong with them."""
        sync_id = next((stream.sync_id for stream in catalog.values() if stream.sync_id is not None), None)
        name = f"sync_{sync_id}" if sync_id is not None else f"run_{uuid.uuid4().hex}"
        compiled = compile_plans(config, catalog)
        heed(compiled.findings)
        return cls(config, catalog, compiled.plans, datetime.now(timezone.utc), name)


def write(run: Run, lines: Iterable[bytes], output: Output, shutdown: Shutdown | None = None) -> None:
    """Send everything that the input holds. Raises an Airbyte error when not all of it could be sent.

    Raises `Interrupted` after a signal, once what is under way is settled.
    """
    config = run.config
    traffic = Progress(shutdown=shutdown)
    store = open_store(config.storage, run.name, run.started)
    states = ByteBudget(tuning.STATE_BYTES, traffic)
    if config.validate_only:
        _logger.info("validate_only is set: nothing is sent, and no state is confirmed.")
        accounts = RecordTracker(run.catalog, store, states, None, stop_at_reject=False)
        process(run, lines, accounts, DryRunSink(accounts))
    else:
        accounts = RecordTracker(run.catalog, store, states, output.line, stop_at_reject=not config.skip_rejected)
        gate = ByteBudget(tuning.IN_FLIGHT_BYTES, traffic)
        outlet = MparticleSink(_lanes(run, accounts, gate), AccountWorker.to(config, accounts, gate))
        process(run, lines, accounts, outlet)
    if accounts.ledger.rejected() and not config.skip_rejected:
        raise config_error(*_what_was_rejected(accounts.ledger, is_rehearsal=config.validate_only))


def _what_was_rejected(ledger: SyncStatistics, *, is_rehearsal: bool) -> list[str]:
    rejected = ledger.rejected()
    received = ledger.total(lambda tally: tally.received)
    said = [f"{rejected.total()} of {received} records were rejected: {by_reason(rejected)}."]
    if is_rehearsal:
        return [*said, "Nothing was sent. Fix the mapping or the data."]
    accepted, held_back = ledger.total(lambda tally: tally.accepted), ledger.total(lambda tally: tally.held_back)
    return [
        *said,
        f"The first of them ended the sending (accepted: {accepted}, valid but not sent: {held_back}).",
        "Fix the mapping or the data and run the sync again; of events, mParticle drops what it already has.",
        f"Or set {option('on_rejected')} to skip, to send the valid records and report the others.",
    ]


def process(run: Run, lines: Iterable[bytes], accounts: RecordTracker, outlet: Sink) -> None:
    """Lead the input through a sync's stages into an outlet."""
    try:
        stages = _Stages(run, accounts, outlet)
        for message in read_messages(lines):
            if isinstance(message, Record):
                stages.record(message)
            else:
                stages.state(message)
        stages.end()
    except Interrupted:
        outlet.drain(tuning.DRAIN_SECONDS)
        outlet.abandon()
        raise
    except BaseException:
        outlet.abandon()
        raise
    finally:
        accounts.close()


class _Stages:
    """The stages of every stream, up to the outlet.

    Once a record is rejected in a sync that is to fail for it, what is open is discarded and the rest of the input is
    only checked. What was closed before depends on earlier records alone, so the next sync sends it with the same ids.
    """

    def __init__(self, run: Run, accounts: RecordTracker, outlet: Sink) -> None:
        self._accounts = accounts
        self._outlet = outlet
        self._only_checks = False
        defaults = Defaults(
            run.config.environment,
            run.config.data_plan,
            Router.at(run.started),
            _new_id,
            by_position=run.config.grouping == "by_user",
            ordinal_rows=_share(tuning.ORDINAL_ROWS, run, tuning.FEWEST_ORDINAL_ROWS),
        )
        self._plans = run.plans
        self._columns = ColumnWatch({key: plan.assignments for key, plan in run.plans.items()})
        self._account_plans = {key: plan for key, plan in run.plans.items() if plan.api is PLATFORM_API}
        plans = {key: plan for key, plan in run.plans.items() if plan.api is EVENTS_API}
        self._preparers = {key: Preparer(key, plan, defaults) for key, plan in plans.items()}
        self._groupings = {key: _grouping(key, run) for key in plans}
        self._unproven = {key for key, plan in plans.items() if plan.by_shape}

    def record(self, record: Record) -> None:
        stream = record.stream
        if stream not in self._preparers and stream not in self._account_plans:
            raise system_error(f"A record came for stream {stream}, which is not in the catalog.")
        if stream in self._unproven:
            if not looks_like_a_batch(record.data):
                raise config_error(unmapped_stream(stream, option))
            self._unproven.remove(stream)
        if self._accounts.has_stopped and not self._only_checks:
            self._stop_sending()
        row = self._accounts.received(stream, record.line)
        try:
            self._columns.see(stream, record.data)
            self._send_on(stream, record.data, row)
        except Rejection as rejection:
            self._plans[stream].name_columns(rejection)
            self._accounts.rejected(stream, row, rejection)

    def _send_on(self, stream: StreamKey, data: Mapping[str, Any], row: Row) -> None:
        account_plan = self._account_plans.get(stream)
        if account_plan is not None:
            operation = account_plan.map(data)
            if self._only_checks:
                self._accounts.held_back(stream, 1)
            else:
                self._outlet.change(AccountChange(stream, row, operation))
            return
        prepared = self._preparers[stream].prepare(data, row)
        self._accounts.prepared(stream, prepared.cut)
        if self._only_checks:
            self._accounts.held_back(stream, 1)
        elif isinstance(prepared.ready, Batch):
            self._outlet.send(prepared.ready)
        else:
            self._send(self._groupings[stream].add(prepared.ready))

    def _stop_sending(self) -> None:
        self._only_checks = True
        for stream, grouping in self._groupings.items():
            self._accounts.held_back(stream, grouping.discard())

    def state(self, state: State) -> None:
        """Close what the state covers, so that it can be confirmed."""
        if self._accounts.has_stopped:
            return
        covered = list(self._groupings) if state.stream is None else [state.stream]
        for stream in covered:
            if stream in self._groupings:
                self._send(self._groupings[stream].close())
                self._preparers[stream].state_passed()
        self._outlet.let_go()
        self._accounts.state(state)

    def end(self) -> None:
        if self._accounts.has_stopped:
            self._stop_sending()
        for grouping in self._groupings.values():
            self._send(grouping.close())
        self._outlet.finish()
        log_advice(self._columns.findings())

    def _send(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            self._outlet.send(batch)


def _new_id() -> str:
    return str(uuid.uuid4())


def _grouping(stream: StreamKey, run: Run) -> Grouping:
    if run.config.grouping == "single":
        return Single(stream, _new_id)
    return ByUser(stream, _new_id, _share(tuning.WINDOW_BYTES, run, tuning.SMALLEST_WINDOW_BYTES))


def _share(whole: int, run: Run, least: int) -> int:
    """Return what each stream gets of something, at least `least`."""
    return max(least, whole // max(1, len(run.catalog)))


def _lanes(run: Run, accounts: RecordTracker, gate: ByteBudget) -> SenderPool:
    config = run.config
    by_user = config.grouping == "by_user"
    return SenderPool(
        lambda: EventsClient(config.events_url, config.api_key, config.api_secret),
        accounts,
        batches_per_second=config.max_batches_per_second,
        pod=config.pod,
        gate=gate,
        whole=by_user and not config.skip_rejected,
        one_for_each_user=by_user,
    )
