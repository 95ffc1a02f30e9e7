"""The write: every record from stdin to mParticle, and every state back.

parse - map - validate - group - pack - send - account for
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from destination_mparticle import policy
from destination_mparticle.accounting.accounts import Accounts
from destination_mparticle.accounting.ledger import by_reason
from destination_mparticle.accounting.rejects import open_store
from destination_mparticle.config import Config
from destination_mparticle.delivery.batch import Batch, Draft, Row
from destination_mparticle.delivery.client import EventsClient
from destination_mparticle.delivery.gate import Gate
from destination_mparticle.delivery.grouping import Grouper
from destination_mparticle.delivery.lanes import Lanes
from destination_mparticle.delivery.prepare import Defaults, Preparer
from destination_mparticle.delivery.routing import Router
from destination_mparticle.errors import config_error, heed, log_advice, system_error
from destination_mparticle.mapping.account import AccountPlan
from destination_mparticle.mapping.columns import ColumnWatch
from destination_mparticle.mapping.compile import compile_plans, unmapped_stream
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.rawbatch import looks_like_a_batch
from destination_mparticle.options import option
from destination_mparticle.outlet import MparticleOutlet, NoOutlet, Outlet
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.platform_api.lane import AccountLane
from destination_mparticle.protocol.catalog import CatalogStream, StreamKey
from destination_mparticle.protocol.messages import Record, State, read_messages
from destination_mparticle.protocol.output import Output
from destination_mparticle.validation.reasons import Rejection

_logger = logging.getLogger("airbyte")


@dataclass(frozen=True)
class Run:
    """What is fixed when a sync starts."""

    config: Config
    catalog: Mapping[StreamKey, CatalogStream]
    plans: Mapping[StreamKey, Plan | AccountPlan]
    started: datetime
    salt: str
    """Makes the ids of upserts differ from those of other syncs: the platform's sync id, else one of this run."""

    @classmethod
    def begin(cls, config: Config, catalog: Mapping[StreamKey, CatalogStream]) -> "Run":
        """Compile the mappings. Raises a config error that lists everything that is wrong with them."""
        sync_id = next((stream.sync_id for stream in catalog.values() if stream.sync_id is not None), None)
        salt = f"sync_{sync_id}" if sync_id is not None else f"run_{uuid.uuid4().hex}"
        compiled = compile_plans(config, catalog)
        heed(compiled.findings)
        return cls(config, catalog, compiled.plans, datetime.now(timezone.utc), salt)


def write(run: Run, lines: Iterable[bytes], output: Output) -> None:
    """Send everything that the input holds. Raises an Airbyte error when not all of it could be sent."""
    config = run.config
    gate = Gate(policy.IN_FLIGHT_BYTES)
    store = open_store(config.storage, run.salt, run.started)
    emit = None if config.validate_only else output.line
    accounts = Accounts(run.catalog, store, gate, emit, stop_at_reject=not config.skip_rejected)
    if config.validate_only:
        _logger.info("validate_only is set: nothing is sent, and no state is confirmed.")
        process(run, lines, accounts, NoOutlet(accounts))
    else:
        outlet = MparticleOutlet(_lanes(run, accounts, gate), AccountLane.to(config, accounts, gate))
        process(run, lines, accounts, outlet)
    rejected = accounts.ledger.rejected()
    if rejected and not config.skip_rejected:
        received = sum(tally.received for tally in accounts.ledger.tallies.values())
        raise config_error(
            f"{rejected.total()} of {received} records were rejected: {by_reason(rejected)}.",
            "Nothing was sent." if config.validate_only else "Every valid record was sent.",
            f"Fix the mapping or the data, or set {option('on_rejected')} to skip, and run the sync again.",
        )


def process(run: Run, lines: Iterable[bytes], accounts: Accounts, outlet: Outlet) -> None:
    """Lead the input through a sync's stages into an outlet."""
    try:
        stages = _Stages(run, accounts, outlet)
        for message in read_messages(lines):
            if isinstance(message, Record):
                stages.record(message)
            else:
                stages.state(message)
        stages.end()
    except BaseException:
        outlet.abandon()
        raise
    finally:
        accounts.close()


class _Stages:
    """The stages of every stream, up to the outlet."""

    def __init__(self, run: Run, accounts: Accounts, outlet: Outlet) -> None:
        self._accounts = accounts
        self._outlet = outlet
        defaults = Defaults(run.config.environment, run.config.data_plan, Router.at(run.started), run.salt)
        window = max(policy.SMALLEST_WINDOW_BYTES, policy.WINDOW_BYTES // max(1, len(run.catalog)))
        self._plans = run.plans
        self._columns = ColumnWatch({key: plan.assignments for key, plan in run.plans.items()})
        self._account_plans = {key: plan for key, plan in run.plans.items() if isinstance(plan, AccountPlan)}
        plans = {key: plan for key, plan in run.plans.items() if isinstance(plan, Plan)}
        self._preparers = {key: Preparer(key, plan, defaults) for key, plan in plans.items()}
        self._groupers = {key: Grouper(key, run.salt, window) for key in plans}
        self._unproven = {key for key, plan in plans.items() if plan.by_shape}

    def record(self, record: Record) -> None:
        stream = record.stream
        if stream not in self._preparers and stream not in self._account_plans:
            raise system_error(f"A record came for stream {stream}, which is not in the catalog.")
        if stream in self._unproven:
            if not looks_like_a_batch(record.data):
                raise config_error(unmapped_stream(stream))
            self._unproven.remove(stream)
        self._columns.see(stream, record.data)
        row = self._accounts.received(stream, record.line)
        try:
            self._send_on(stream, record.data, row)
        except Rejection as rejection:
            self._plans[stream].locate(rejection)
            self._accounts.rejected(stream, row, rejection)

    def _send_on(self, stream: StreamKey, data: Mapping[str, Any], row: Row) -> None:
        account_plan = self._account_plans.get(stream)
        if account_plan is not None:
            self._outlet.change(AccountChange(stream, row, account_plan.map(data)))
            return
        prepared = self._preparers[stream].prepare(data, row)
        self._accounts.prepared(stream, prepared.cut)
        if isinstance(prepared.ready, Batch):
            self._outlet.send(prepared.ready)
        else:
            self._group(self._groupers[stream], prepared.ready)

    def state(self, state: State) -> None:
        """Close what the state covers, so that it can be confirmed."""
        covered = list(self._groupers) if state.stream is None else [state.stream]
        for stream in covered:
            if stream in self._groupers:
                self._send(self._groupers[stream].close())
                self._preparers[stream].state_passed()
        self._outlet.flush()
        self._accounts.state(state)

    def end(self) -> None:
        for grouper in self._groupers.values():
            self._send(grouper.close())
        self._outlet.finish()
        log_advice(self._columns.findings())

    def _group(self, grouper: Grouper, draft: Draft) -> None:
        closed = grouper.add(draft)
        if closed is not None:
            self._outlet.send(closed)
        if grouper.is_full:
            self._send(grouper.close())

    def _send(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            self._outlet.send(batch)


def _lanes(run: Run, accounts: Accounts, gate: Gate) -> Lanes:
    config = run.config
    return Lanes(
        lambda: EventsClient(config.events_url, config.api_key, config.api_secret),
        accounts,
        batches_per_second=config.max_batches_per_second,
        salt=run.salt,
        pod=config.pod,
        gate=gate,
    )
