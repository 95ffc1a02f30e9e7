"""From the records of a stream to batches for the Events API."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from destination_mparticle import tuning
from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.compile import unmapped_stream
from destination_mparticle.mapping.findings import Finding
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import DataPlan, StreamKey
from destination_mparticle.objects.event_batch import looks_like_a_batch
from destination_mparticle.options import option
from destination_mparticle.pipeline.ahead import PreparedAhead
from destination_mparticle.pipeline.batch import Batch, PreparedRecord
from destination_mparticle.pipeline.grouping import ByUser, Grouping, Single
from destination_mparticle.pipeline.ids import RecordIds
from destination_mparticle.pipeline.prepare import Defaults, Prepared, Preparer
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Router
from destination_mparticle.sync_run import Run


class EventStage:
    """Prepares records and groups them. See `sending.stage.Stage`.

    With `must_check_shape`, the first record has to show that the stream, which has no mapping, holds batches.
    """

    def __init__(
        self,
        stream: StreamKey,
        preparer: Preparer,
        record_ids: RecordIds,
        grouping: Grouping,
        *,
        must_check_shape: bool,
    ) -> None:
        self._stream = stream
        self._record_ids = record_ids
        self._preparer = preparer
        self._grouping = grouping
        self._must_check_shape = must_check_shape

    def prepare(self, data: Mapping[str, Any], record: TrackedRecord) -> Prepared[PreparedRecord | Batch]:
        """Return the record ready to be grouped, or a batch that came ready-made."""
        if self._must_check_shape:
            if not looks_like_a_batch(data):
                raise ConfigError(unmapped_stream(self._stream, option))
            self._must_check_shape = False
        return self._preparer.prepare(data, record)

    def take(self, ahead: PreparedAhead, record: TrackedRecord) -> Prepared[PreparedRecord] | None:
        """Return what `prepare` would, or None where an equal record came before."""
        return ahead.prepared(record) if self._record_ids.take_first(ahead.key) else None

    def add(self, prepared: Prepared[PreparedRecord | Batch]) -> Iterable[Batch]:
        """Return the batches that the record closes. A batch that came ready-made is not grouped."""
        ready = prepared.ready
        return (ready,) if isinstance(ready, Batch) else self._grouping.add(ready)

    def close(self) -> Iterator[Batch]:
        """Close the open batches, and let the count of equal records start again."""
        yield from self._grouping.close()
        self._record_ids.start_interval()

    def discard(self) -> int:
        """Drop the open batches."""
        return self._grouping.discard()

    def findings(self) -> Iterator[Finding]:
        """Yield what is worth saying about how the records were grouped."""
        return self._grouping.findings()


def open_event_stage(run: Run, stream: StreamKey, plan: Plan[dict[str, Any]]) -> EventStage:
    """Return the stage of a stream that is written through the Events API."""
    by_user = run.config.grouping == "by_user"
    duplicate_window = run.share(tuning.DUPLICATE_WINDOW_RECORDS, tuning.MIN_DUPLICATE_WINDOW_RECORDS)
    record_ids = RecordIds(stream.identity, duplicate_window, by_position=by_user)
    preparer = Preparer(stream, plan, batch_defaults(run), record_ids)
    window_bytes = run.share(tuning.WINDOW_BYTES, tuning.MIN_WINDOW_BYTES)
    grouping = ByUser(stream, _new_id, window_bytes) if by_user else Single(stream, _new_id)
    return EventStage(stream, preparer, record_ids, grouping, must_check_shape=plan.by_shape)


def batch_defaults(run: Run) -> Defaults:
    """Return what all batches of a run have in common."""
    return Defaults(run.config.environment, _data_plan(run.config.data_plan), Router.at(run.started), _new_id)


def _data_plan(plan: DataPlan | None) -> dict[str, str | int] | None:
    """Return the plan as batches name it."""
    if plan is None:
        return None
    return {"plan_id": plan.plan_id, **({} if plan.plan_version is None else {"plan_version": plan.plan_version})}


def _new_id() -> str:
    return str(uuid.uuid4())
