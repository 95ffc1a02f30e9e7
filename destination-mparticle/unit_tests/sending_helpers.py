"""Helpers of the tests of what sends: a listener that notes every result, and batches to send."""

from collections.abc import Sequence
from typing import Any

from destination_mparticle.http.retry import RetryPolicy
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.batch import Batch, PreparedRecord, assemble
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.shipment import Shipment
from destination_mparticle.sending.threads import SenderThreads

EVENTS_URL = "https://s2s.us1.mparticle.com/v2"
LIVE = f"{EVENTS_URL}/bulkevents"


class ResultNotes:
    """A `ResultListener` that notes what it is told."""

    def __init__(self) -> None:
        self.accepted_shipments: list[Any] = []
        self.refusals: list[tuple[Any, str]] = []
        self.requests: list[dict[str, float]] = []
        self.held_back_records = 0

    def accepted(self, shipments: Sequence[Shipment]) -> None:
        self.accepted_shipments += shipments

    def refused(self, shipment: Shipment, error_text: str) -> None:
        self.refusals.append((shipment, error_text))

    def held_back(self, stream: StreamKey, records: int) -> None:  # noqa: ARG002 - the protocol has it
        self.held_back_records += records

    def requested(
        self,
        shipments: Sequence[Shipment],  # noqa: ARG002 - the protocol has it
        *,
        retries: int,
        waited: float,
        percentage: float,
    ) -> None:
        self.requests.append({"retries": retries, "waited": waited, "percentage": percentage})

    @property
    def accepted_ids(self) -> list[str]:
        """The ids of the accepted records."""
        return [record.record_id for shipment in self.accepted_shipments for record in shipment.records]

    @property
    def refused_ids(self) -> list[tuple[str, str]]:
        """The ids of the refused records, each with what mParticle said."""
        return [(record.record_id, text) for shipment, text in self.refusals for record in shipment.records]


def run_context(results: ResultNotes, retry_seconds: float = 0.5) -> RunContext:
    """A run with quick retries, to send in the thread of the test."""
    progress = Progress()
    retry = RetryPolicy(base_seconds=0.001, cap_seconds=0.002, total_seconds=retry_seconds)
    return RunContext(results, SenderThreads(progress), ByteBudget(10**9, progress), HttpSettings(retry=retry))


def batch(*names: str, user: str = "u", line: bytes = b"") -> Batch:
    """A batch with one event for each name, which is also the id of its record."""
    prepared = [
        PreparedRecord(user, Route.LIVE, b'{"mpid":1}', b'"%s"' % name.encode(), TrackedRecord(line, 1, 0, name))
        for name in names
    ]
    return assemble(StreamKey("", "s"), prepared, lambda: "never used")
