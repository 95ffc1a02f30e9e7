"""Pack closed batches into requests."""

from dataclasses import dataclass

from destination_mparticle import limits
from destination_mparticle.delivery.batch import Batch
from destination_mparticle.delivery.routing import Route


@dataclass(frozen=True)
class Request:
    """The batches of one HTTP request, all for one route."""

    route: Route
    batches: tuple[Batch, ...]

    @property
    def body(self) -> bytes:
        """The bytes to send. The same every time, so that a retry carries the same ids."""
        return b"[" + b",".join(batch.body for batch in self.batches) + b"]"

    @property
    def weight(self) -> int:
        """What the request costs in memory, roughly, in bytes."""
        return sum(batch.weight for batch in self.batches)


class Packer:
    """Fills requests of one lane up to mParticle's limits, keeping the order of the batches."""

    def __init__(self, max_batches: int = limits.REQUEST_BATCHES) -> None:
        self._max_batches = min(max_batches, limits.REQUEST_BATCHES)
        self._batches: list[Batch] = []
        self._bytes = 0
        self._events = 0

    def add(self, batch: Batch) -> Request | None:
        """Take a batch and return the request that it closed, if it did not fit that one any more."""
        closed = None if self._fits(batch) else self.close()
        self._batches.append(batch)
        self._bytes += len(batch.body) + 1
        self._events += batch.events
        return closed

    def close(self) -> Request | None:
        """Return what is packed so far, or None."""
        if not self._batches:
            return None
        request = Request(self._batches[0].route, tuple(self._batches))
        self._batches, self._bytes, self._events = [], 0, 0
        return request

    def _fits(self, batch: Batch) -> bool:
        if not self._batches:
            return True
        # n bodies take n - 1 commas and two brackets: one byte more than every body with a comma.
        return (
            batch.route is self._batches[0].route
            and len(self._batches) < self._max_batches
            and self._events + batch.events <= limits.REQUEST_EVENTS
            and self._bytes + len(batch.body) + 2 <= limits.REQUEST_BYTES
        )
