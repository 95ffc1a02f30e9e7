"""A batch as it is sent: bytes, and the records that are in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import orjson

from destination_mparticle import tuning
from destination_mparticle.json_writing import canonical_json, kept
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.ids import digest
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route

_ID_MARK: Final = b',"source_request_id":"'
_EVENTS_MARK: Final = b'","events":['
_END: Final = b"]}"
_ID_BYTES: Final = 36
_FRAME_BYTES: Final = len(_ID_MARK) + _ID_BYTES + len(_EVENTS_MARK) + len(_END) - 1


@dataclass(slots=True)
class PreparedRecord:
    """One validated record, ready to be grouped with others of its user.

    `envelope` is the batch without events and id, as JSON; `event` is the one event, or None for a record that only
    changes the user.
    """

    user: str
    route: Route
    envelope: bytes
    event: bytes | None
    record: TrackedRecord
    event_bytes: int = field(init=False)
    batch_bytes: int = field(init=False)
    """The exact size of a batch that holds nothing else."""
    weight: int = field(init=False)
    """What the record costs in memory, roughly, in bytes.

    Batches close by it, so it must come out the same in a replay: the line does not count as it came, because what
    the platform writes around the content differs from run to run.
    """

    def __post_init__(self) -> None:
        self.event_bytes = len(self.event or b"")
        self.batch_bytes = len(self.envelope) + self.event_bytes + _FRAME_BYTES
        kept = len(self.envelope) + self.event_bytes + self.record.content_bytes
        self.weight = kept + tuning.RECORD_OVERHEAD_BYTES


@dataclass(slots=True)
class Batch:
    """One user's batch: what is sent, and the records that it settles. See `sending.shipment.Shipment`."""

    batches: ClassVar[int] = 1

    stream: StreamKey
    user: str
    route: Route
    body: bytes
    events: int
    records: Sequence[TrackedRecord]
    parts: Sequence[PreparedRecord] = ()
    """What it was assembled from, so that it can be split. Empty for a batch that came ready-made."""
    weight: int = field(init=False)
    """What the batch costs in memory, roughly, in bytes."""

    def __post_init__(self) -> None:
        lines = sum([len(record.line) for record in self.records])
        parts = sum([len(part.envelope) + part.event_bytes for part in self.parts])
        self.weight = len(self.body) + lines + parts + len(self.records) * tuning.RECORD_OVERHEAD_BYTES

    @property
    def preview(self) -> Mapping[str, Any]:
        """The endpoint and the batch."""
        return {"endpoint": self.route.value, "batch": orjson.Fragment(self.body)}


NewId = Callable[[], str]
"""Makes an id that was never used before."""


def assemble(stream: StreamKey, prepared: Sequence[PreparedRecord], new_id: NewId) -> Batch:
    """Make one batch of records that share user, route and envelope.

    With events, the id is a function of what is sent, so that mParticle drops what it already has. Without events the
    batch is an upsert, which must never be dropped, since the user may have changed in between: it gets a new id.
    """
    first = prepared[0]
    events = [part.event for part in prepared if part.event is not None]
    joined = b",".join(events)
    request_id = digest(first.envelope, joined) if events else new_id()
    body = b"".join((first.envelope[:-1], _ID_MARK, request_id.encode(), _EVENTS_MARK, joined, _END))
    records = [part.record for part in prepared]
    return Batch(stream, first.user, first.route, body, len(events), records, prepared)


def ready_made(
    stream: StreamKey, user: str, route: Route, batch: dict[str, Any], record: TrackedRecord, new_id: NewId
) -> Batch:
    """Make a batch of a record that came as one. It keeps its own ids and gets those that it lacks."""
    events = batch.get("events") or []
    for index, event in enumerate(events):
        if not event["data"].get("source_message_id"):
            event["data"]["source_message_id"] = digest(record.record_id.encode(), b"%d" % index)
    if batch.get("source_request_id") in {None, ""}:
        batch["source_request_id"] = digest(canonical_json(batch)) if events else new_id()
    return Batch(stream, user, route, kept(canonical_json(batch)), len(events), (record,))


def split(batch: Batch) -> tuple[Batch, Batch] | None:
    """Split a batch in two, in order. Returns None where that is no use: one record, or the equal ones of an upsert."""
    middle = len(batch.parts) // 2
    if middle == 0 or not batch.events:
        return None
    first, second = batch.parts[:middle], batch.parts[middle:]
    return assemble(batch.stream, first, _no_id), assemble(batch.stream, second, _no_id)


def _no_id() -> str:
    raise AssertionError("a batch with events has an id of its own")
