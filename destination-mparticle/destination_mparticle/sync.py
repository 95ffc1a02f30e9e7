"""The write: every record from stdin to mParticle, and every state back.

parse - map - validate - group - pack - send - account for
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol

from destination_mparticle import policy
from destination_mparticle.accounting.accounts import Accounts
from destination_mparticle.accounting.ledger import by_reason
from destination_mparticle.accounting.rejects import open_store
from destination_mparticle.config import Config
from destination_mparticle.delivery.batch import Batch
from destination_mparticle.delivery.client import EventsClient
from destination_mparticle.delivery.gate import Gate
from destination_mparticle.delivery.grouping import Grouper
from destination_mparticle.delivery.lanes import Lanes
from destination_mparticle.delivery.prepare import Defaults, Preparer
from destination_mparticle.delivery.routing import Router
from destination_mparticle.errors import config_error, system_error
from destination_mparticle.mapping.compile import compile_plans, unmapped_stream
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.rawbatch import looks_like_a_batch
from destination_mparticle.protocol.catalog import CatalogStream, StreamKey
from destination_mparticle.protocol.messages import Record, State, read_messages
from destination_mparticle.protocol.output import Output
from destination_mparticle.validation.reasons import Rejection

_logger = logging.getLogger("airbyte")


class Outlet(Protocol):
    """Where closed batches go."""

    def send(self, batch: Batch) -> None:
        """Take a batch."""

    def flush(self) -> None:
        """Hold nothing back."""

    def finish(self) -> None:
        """Return when every batch is settled."""

    def abandon(self) -> None:
        """Stop as soon as possible."""


@dataclass(frozen=True)
class Run:
    """What is fixed when a sync starts."""

    config: Config
    catalog: Mapping[StreamKey, CatalogStream]
    plans: Mapping[StreamKey, Plan]
    started: datetime
    salt: str
    """Makes the ids of upserts differ from those of other syncs: the platform's sync id, else one of this run."""

    @classmethod
    def begin(cls, config: Config, catalog: Mapping[StreamKey, CatalogStream]) -> "Run":
        """Compile the mappings. Raises a config error that lists everything that is wrong with them."""
        sync_id = next((stream.sync_id for stream in catalog.values() if stream.sync_id is not None), None)
        salt = f"sync_{sync_id}" if sync_id is not None else f"run_{uuid.uuid4().hex}"
        return cls(config, catalog, compile_plans(config.streams, catalog), datetime.now(timezone.utc), salt)


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
        process(run, lines, accounts, _lanes(run, accounts, gate))
    rejected = accounts.ledger.rejected()
    if rejected and not config.skip_rejected:
        received = sum(tally.received for tally in accounts.ledger.tallies.values())
        raise config_error(
            f"{rejected.total()} of {received} records were rejected: {by_reason(rejected)}.",
            "Nothing was sent." if config.validate_only else "Every valid record was sent.",
            "Mend the mapping or the data, or set `on_rejected` to skip, and run the sync again.",
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


class NoOutlet:
    """Sends nothing and counts every batch as accepted."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def send(self, batch: Batch) -> None:
        """Count the batch."""
        self._accounts.accepted(batch)

    def flush(self) -> None:
        """Nothing is held back."""

    def finish(self) -> None:
        """Nothing is under way."""

    def abandon(self) -> None:
        """Nothing is under way."""


class _Stages:
    """The stages of every stream, up to the outlet."""

    def __init__(self, run: Run, accounts: Accounts, outlet: Outlet) -> None:
        self._accounts = accounts
        self._outlet = outlet
        defaults = Defaults(run.config.environment, run.config.data_plan, Router.at(run.started), run.salt)
        window = max(policy.SMALLEST_WINDOW_BYTES, policy.WINDOW_BYTES // max(1, len(run.catalog)))
        self._preparers = {key: Preparer(key, plan, defaults) for key, plan in run.plans.items()}
        self._groupers = {key: Grouper(key, run.salt, window) for key in run.plans}
        self._unproven = {key for key, plan in run.plans.items() if plan.by_shape}

    def record(self, record: Record) -> None:
        stream = record.stream
        if stream not in self._preparers:
            raise system_error(f"A record came for stream {stream}, which is not in the catalog.")
        if stream in self._unproven:
            if not looks_like_a_batch(record.data):
                raise config_error(unmapped_stream(stream))
            self._unproven.remove(stream)
        row = self._accounts.received(stream, record.line)
        try:
            prepared = self._preparers[stream].prepare(record.data, row)
        except Rejection as rejection:
            self._accounts.rejected(stream, row, rejection)
            return
        self._accounts.prepared(stream, prepared.cut)
        if isinstance(prepared.ready, Batch):
            self._outlet.send(prepared.ready)
        else:
            self._send(self._groupers[stream].add(prepared.ready))

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
