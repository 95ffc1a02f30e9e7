"""The contract of what a stream's records go through before they are sent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from destination_mparticle.mapping.findings import Finding
from destination_mparticle.pipeline.ahead import PreparedAhead
from destination_mparticle.pipeline.prepare import Prepared
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.sending.shipment import Shipment

Ready = TypeVar("Ready")


class Stage(Protocol[Ready]):
    """Turns the records of one stream into shipments. What it does depends on the input alone, never on time."""

    def prepare(self, data: Mapping[str, Any], record: TrackedRecord) -> Prepared[Ready]:
        """Map and check a record. Raises a `Rejection`, or a `SyncError` where the stream as a whole is wrong."""

    def take(self, ahead: PreparedAhead, record: TrackedRecord) -> Prepared[Ready] | None:
        """Return what `prepare` would of a record that was prepared ahead. None is for one that has to be prepared."""

    def add(self, prepared: Prepared[Ready]) -> Iterable[Shipment]:
        """Take a prepared record and return the shipments that it completes."""

    def close(self) -> Iterator[Shipment]:
        """Complete every open shipment, at a state of the stream and at the end of the input."""

    def discard(self) -> int:
        """Drop the open shipments and return how many records were in them."""

    def findings(self) -> Iterator[Finding]:
        """Yield what is worth a line in the log at the end of a sync that has sent everything."""
