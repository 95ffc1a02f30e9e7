"""Make a record ready to leave: map it, check it, route it, and give it its ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from destination_mparticle import tuning
from destination_mparticle.json_writing import canonical_json
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import DataPlan, StreamKey
from destination_mparticle.mparticle import limits
from destination_mparticle.objects import PATH_NAMES
from destination_mparticle.pipeline.batch import Batch, Draft, NewId, Row, ready_made, size
from destination_mparticle.pipeline.ids import RowIds
from destination_mparticle.pipeline.routing import Route, Router
from destination_mparticle.pipeline.users import user_key
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check
from destination_mparticle.validation.truncate import truncate
from destination_mparticle.validation.unrepresentable import reject_unrepresentable


@dataclass(frozen=True)
class Defaults:
    """What every batch of a run has in common."""

    environment: Literal["production", "development"]
    data_plan: DataPlan | None
    router: Router
    new_id: NewId
    by_position: bool = True
    """Whether ids may depend on where a row stands. See `pipeline.ids`."""
    ordinal_rows: int = tuning.ORDINAL_ROWS
    """Rows of a stream among which equal ones are counted."""


@dataclass(frozen=True)
class Prepared:
    """A record that may leave, and the fields of it that had to be cut."""

    ready: Draft | Batch
    cut: tuple[str, ...]


class Preparer:
    """Prepares the records of one stream."""

    def __init__(self, stream: StreamKey, plan: Plan[dict[str, Any]], defaults: Defaults) -> None:
        self._stream = stream
        self._plan = plan
        self._defaults = defaults
        name = f"{stream.namespace}\x00{stream.name}"
        self._row_ids = RowIds(name, defaults.ordinal_rows, by_position=defaults.by_position)

    def prepare(self, data: Mapping[str, Any], row: Row) -> Prepared:
        """Return what may leave. Raises a `Rejection`."""
        row_id, content_bytes, plain = self._row_ids.next(data)
        batch = self._plan.map(data) if plain else self._map_odd(data)
        self._add_defaults(batch)
        cut = truncate(batch)
        check(batch)
        route = self._defaults.router.route(
            event["data"].get("timestamp_unixtime_ms") for event in batch.get("events") or ()
        )
        row = replace(row, row_id=row_id, content_bytes=content_bytes)
        try:
            return Prepared(self._ready(batch, route, row), cut)
        except TypeError:
            # Not the record's JSON is odd, but that of a text in it.
            reject_unrepresentable(batch, self._names(data))
            raise

    def _map_odd(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Map a record with odd values. It may leave if none of them does."""
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

    def _ready(self, batch: dict[str, Any], route: Route, row: Row) -> Draft | Batch:
        """Return the texts to send."""
        user = user_key(batch)
        if self._plan.definition.is_ready_made:
            made = ready_made(self._stream, user, route, batch, row, self._defaults.new_id)
            _check_size(len(made.body))
            return made
        event = _event(batch.get("events") or (), row.row_id)
        batch.pop("events", None)
        draft = Draft(user, route, canonical_json(batch), event, row)
        _check_size(size(draft.envelope, [len(draft.event or b"")]))
        return draft

    def state_passed(self) -> None:
        """Let the count of equal rows start again."""
        self._row_ids.state_passed()

    def _add_defaults(self, batch: dict[str, Any]) -> None:
        environment = batch.setdefault("environment", self._defaults.environment)
        if environment == "production" and self._defaults.environment == "development":
            raise Rejection(
                Reason.ENVIRONMENT,
                "environment",
                "The batch says production and the connection development; remove it from the batch or change the "
                "connection.",
            )
        plan = self._defaults.data_plan
        if plan is not None:
            context = batch.setdefault("context", {})
            if isinstance(context, dict):
                wanted = {"plan_id": plan.plan_id, "plan_version": plan.plan_version}
                context.setdefault("data_plan", {name: value for name, value in wanted.items() if value is not None})


def _check_size(size_in_bytes: int) -> None:
    if size_in_bytes > limits.BATCH_BYTES:
        raise Rejection(
            Reason.BATCH_TOO_LARGE,
            "",
            f"The batch has {size_in_bytes:,} bytes; mParticle takes {limits.BATCH_BYTES:,}.",
        )


def _event(events: Sequence[dict[str, Any]], row_id: str) -> bytes | None:
    for event in events:
        event["data"].setdefault("source_message_id", row_id)
        return canonical_json(event)
    return None
