"""The contract between what sends and what keeps track: a shipment, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.pipeline.record import TrackedRecord


class Shipment(Protocol):
    """What mParticle accepts or refuses as a whole: a batch, or a change to an account."""

    @property
    def stream(self) -> StreamKey:
        """The stream of its records."""

    @property
    def records(self) -> Sequence[TrackedRecord]:
        """The records that it settles, at least one, all of one checkpoint interval."""

    @property
    def body(self) -> bytes:
        """The JSON in which an error may name a place. Empty where errors name none."""

    @property
    def weight(self) -> int:
        """What it costs in memory, roughly, in bytes."""

    @property
    def batches(self) -> int:
        """Batches of the Events API in it."""

    @property
    def events(self) -> int:
        """Events in it."""

    @property
    def preview(self) -> Mapping[str, Any]:
        """What `preview` prints of it besides its stream."""


class ResultListener(Protocol):
    """Is told what became of shipments. Called from several threads."""

    def accepted(self, shipments: Sequence[Shipment]) -> None:
        """Count shipments that mParticle accepted."""

    def refused(self, shipment: Shipment, error_text: str) -> None:
        """Reject the records of a shipment that mParticle refused, for what mParticle says about it."""

    def held_back(self, stream: StreamKey, records: int) -> None:
        """Count valid records that are not sent, because a record before them was rejected."""

    def requested(self, shipments: Sequence[Shipment], *, retries: int, waited: float, percentage: float) -> None:
        """Count a request with its final response.

        `waited` are the seconds between its retries, `percentage` is the share of the rate limit in use.
        """


S_contra = TypeVar("S_contra", contravariant=True)


class Channel(Protocol[S_contra]):
    """The way to one of mParticle's APIs. Its methods are for the reader's thread, and none of them waits."""

    def send(self, shipment: S_contra) -> None:
        """Take a shipment. It is sent after those that it must not overtake."""

    def flush(self) -> None:
        """Send what waits for a fuller request."""

    def flush_soon(self) -> None:
        """Send what waits for a fuller request as soon as few requests are in progress."""

    def close(self) -> None:
        """Let the threads end that send, once they have finished what they are sending."""
