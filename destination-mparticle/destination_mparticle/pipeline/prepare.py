"""Make a record ready to be sent: map it, check it, route it, and give it its ids."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from destination_mparticle.json_writing import canonical_json, kept
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.mparticle import limits
from destination_mparticle.objects import PATH_NAMES
from destination_mparticle.pipeline.batch import Batch, NewId, PreparedRecord, ready_made
from destination_mparticle.pipeline.ids import FirstIds, RecordIds
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Router
from destination_mparticle.pipeline.users import user_key
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check, missing_identity
from destination_mparticle.validation.truncate import truncate
from destination_mparticle.validation.unrepresentable import reject_unrepresentable


@dataclass(frozen=True)
class Defaults:
    """What every batch of a stream has in common. `data_plan` is what `context.data_plan` names, None for no plan."""

    environment: Literal["production", "development"]
    data_plan: Mapping[str, str | int] | None
    router: Router
    new_id: NewId


Ready = TypeVar("Ready")


@dataclass(slots=True)
class Prepared(Generic[Ready]):
    """A record that may be sent, and the fields of it that had to be truncated."""

    ready: Ready
    truncated: Sequence[str] = ()


class Preparer:
    """Prepares the records of one stream."""

    def __init__(
        self, stream: StreamKey, plan: Plan[dict[str, Any]], defaults: Defaults, record_ids: RecordIds | FirstIds
    ) -> None:
        self._stream = stream
        self._plan = plan
        self._defaults = defaults
        self._record_ids = record_ids

    def prepare(self, data: Mapping[str, Any], record: TrackedRecord) -> Prepared[PreparedRecord | Batch]:
        """Return what may be sent. Raises a `Rejection`."""
        layout = self._plan.layout(data)
        record.record_id, record.content_bytes, plain = self._record_ids.next(layout.content(data))
        batch = layout.map(data) if plain else self._map_odd(data)
        self._add_defaults(batch)
        is_known = plain and layout.is_content
        longest = self._plan.longest_text(record.content_bytes) if is_known else math.inf
        truncated = truncate(batch, longest, layout.fitting)
        if truncated or not (is_known and layout.always_fits):
            check(batch)
        user = user_key(batch)
        if not user:
            raise missing_identity()
        try:
            return Prepared(self._ready(batch, user, record), truncated)
        except TypeError:
            # The record's own JSON is fine, but that of a text in it is not.
            reject_unrepresentable(batch, self._names(data))
            raise

    def _map_odd(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Map a record with odd values. It may be sent if none of them is."""
        names = self._names(data)
        try:
            batch = self._plan.map(data)
        except Rejection as rejection:
            if not rejection.field:
                reject_unrepresentable(data, names)
            raise
        reject_unrepresentable(batch, names)
        return batch

    def _names(self, data: Mapping[str, Any]) -> frozenset[str]:
        """Return the names that an error may repeat: of columns, and of fields."""
        chosen = (step for assignment in self._plan.assignments for step in assignment.field.path)
        return PATH_NAMES.union(data, chosen)

    def _ready(self, batch: dict[str, Any], user: str, record: TrackedRecord) -> PreparedRecord | Batch:
        """Route the batch, and return the JSON to send."""
        events = batch.get("events") or ()
        route = self._defaults.router.route([event["data"].get("timestamp_unixtime_ms") for event in events])
        if self._plan.definition.is_ready_made:
            made = ready_made(self._stream, user, route, batch, record, self._defaults.new_id)
            _check_size(len(made.body))
            return made
        text = None
        if events:
            (event,) = events
            event["data"].setdefault("source_message_id", record.record_id)
            text = kept(canonical_json(event))
        batch.pop("events", None)
        prepared = PreparedRecord(user, route, kept(canonical_json(batch)), text, record)
        _check_size(prepared.batch_bytes)
        return prepared

    def _add_defaults(self, batch: dict[str, Any]) -> None:
        environment = batch.setdefault("environment", self._defaults.environment)
        if environment == "production" and self._defaults.environment == "development":
            raise Rejection(
                Reason.ENVIRONMENT,
                "environment",
                "The batch is for production, but the connection is for development; remove it from the batch or "
                "change the connection.",
            )
        plan = self._defaults.data_plan
        if plan is not None:
            context = batch.setdefault("context", {})
            if isinstance(context, dict):
                context.setdefault("data_plan", dict(plan))


def _check_size(size_in_bytes: int) -> None:
    if size_in_bytes > limits.BATCH_BYTES:
        raise Rejection(
            Reason.BATCH_TOO_LARGE,
            "",
            f"The batch has {size_in_bytes:,} bytes; mParticle takes {limits.BATCH_BYTES:,}.",
        )
