"""Make a record ready to leave: map it, check it, route it, and give it its ids."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from destination_mparticle import limits
from destination_mparticle.compact import compact_json
from destination_mparticle.config import DataPlan
from destination_mparticle.delivery.batch import Batch, Draft, NewId, Row, ready_made, size
from destination_mparticle.delivery.ids import RowIds
from destination_mparticle.delivery.routing import Router
from destination_mparticle.delivery.users import user_key
from destination_mparticle.mapping.plan import RAW_OBJECT, Plan
from destination_mparticle.protocol.catalog import StreamKey
from destination_mparticle.validation.fit import fit
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check


@dataclass(frozen=True)
class Defaults:
    """What every batch of a run has in common."""

    environment: Literal["production", "development"]
    data_plan: DataPlan | None
    router: Router
    new_id: NewId


@dataclass(frozen=True)
class Prepared:
    """A record that may leave, and the fields of it that had to be cut."""

    ready: Draft | Batch
    cut: tuple[str, ...]


class Preparer:
    """Prepares the records of one stream."""

    def __init__(self, stream: StreamKey, plan: Plan, defaults: Defaults) -> None:
        self._stream = stream
        self._plan = plan
        self._defaults = defaults
        self._row_ids = RowIds(f"{stream.namespace}\x00{stream.name}")

    def prepare(self, data: Mapping[str, Any], row: Row) -> Prepared:
        """Return what may leave. Raises a `Rejection`."""
        row_id, content_bytes = self._row_ids.next(data)
        batch = self._plan.map(data)
        self._add_defaults(batch)
        cut = fit(batch)
        check(batch)
        route = self._defaults.router.route(
            event["data"].get("timestamp_unixtime_ms") for event in batch.get("events") or ()
        )
        row = replace(row, row_id=row_id, content_bytes=content_bytes)
        if self._plan.object_name == RAW_OBJECT:
            made = ready_made(self._stream, user_key(batch), route, batch, row, self._defaults.new_id)
            _check_size(len(made.body))
            return Prepared(made, cut)
        events = batch.pop("events", ())
        draft = Draft(user_key(batch), route, _envelope(batch), _event(events, row_id), row)
        _check_size(size(draft.envelope, [len(draft.event or b"")]))
        return Prepared(draft, cut)

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


def _envelope(batch: Mapping[str, Any]) -> bytes:
    return compact_json(batch, orjson.OPT_SORT_KEYS)


def _event(events: list[dict[str, Any]] | tuple[()], row_id: str) -> bytes | None:
    for event in events:
        event["data"].setdefault("source_message_id", row_id)
        return compact_json(event)
    return None
