"""Pack closed batches into requests."""

from collections.abc import Collection
from dataclasses import dataclass

from destination_mparticle.mparticle import limits
from destination_mparticle.pipeline.batch import Batch
from destination_mparticle.pipeline.routing import Route


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
    def users(self) -> frozenset[str]:
        """Whose batches it holds."""
        return frozenset(batch.user for batch in self.batches)

    @property
    def weight(self) -> int:
        """What it costs in memory, roughly, in bytes."""
        return sum(batch.weight for batch in self.batches)


class _Open:
    """A request that still takes batches."""

    def __init__(self, batch: Batch) -> None:
        self.batches = [batch]
        self.users = {batch.user}
        self.bytes = len(batch.body) + 1
        self.events = batch.events

    def add(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.users.add(batch.user)
        self.bytes += len(batch.body) + 1
        self.events += batch.events

    def fits(self, batch: Batch, max_batches: int) -> bool:
        # n bodies take n - 1 commas and two brackets: one byte more than every body with a comma.
        return (
            len(self.batches) < max_batches
            and self.events + batch.events <= limits.REQUEST_EVENTS
            and self.bytes + len(batch.body) + 2 <= limits.REQUEST_BYTES
        )


class Packer:
    """Fills requests up to mParticle's limits, one for each route at a time, keeping the order of a user's batches.

    With `one_for_each_user`, no request holds two batches of a user. mParticle may refuse one batch of a request and
    accept the next, so only then can nothing of a user overtake what is refused.
    """

    def __init__(self, max_batches: int = limits.REQUEST_BATCHES, *, one_for_each_user: bool = True) -> None:
        self._max_batches = min(max_batches, limits.REQUEST_BATCHES)
        self._one_for_each_user = one_for_each_user
        self._open: dict[Route, _Open] = {}

    def add(self, batch: Batch) -> list[Request]:
        """Take a batch and return the requests that it closed."""
        closed = [self._close(route) for route in self._to_close_before(batch)]
        current = self._open.get(batch.route)
        if current is None:
            self._open[batch.route] = _Open(batch)
        else:
            current.add(batch)
        return closed

    def close(self) -> list[Request]:
        """Return what is packed so far."""
        return [self._close(route) for route in list(self._open)]

    def _to_close_before(self, batch: Batch) -> Collection[Route]:
        """Return the routes whose requests have to leave before this batch can be taken."""
        return [
            route
            for route, current in self._open.items()
            if (batch.user in current.users and (self._one_for_each_user or route is not batch.route))
            or (route is batch.route and not current.fits(batch, self._max_batches))
        ]

    def _close(self, route: Route) -> Request:
        return Request(route, tuple(self._open.pop(route).batches))
