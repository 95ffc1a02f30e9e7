"""Sends requests with patience: what every request to mParticle needs, whether it asks for a token or for data."""

import time
from collections.abc import Callable
from typing import TypeVar

from source_mparticle.api import problems
from source_mparticle.api.exchange import Received, Request, Wire
from source_mparticle.api.hosts import host_of
from source_mparticle.api.patience import Patience, Way
from source_mparticle.api.retry_after import retry_after

Result = TypeVar("Result")


class Transport:
    """`wall_clock` gives the time of day in seconds since 1970."""

    def __init__(self, wire: Wire, patience: Patience, wall_clock: Callable[[], float] = time.time) -> None:
        self._wire = wire
        self._patience = patience
        self._wall_clock = wall_clock

    def send(
        self, request: Request, endpoint: str, attempt: Callable[[], Result], verdicts: int | None = None
    ) -> Result:
        """The result of `attempt`, tried again as `Patience.persist` does."""
        way = Way(host_of(request.url), endpoint)
        return self._patience.persist(way, attempt, verdicts)

    def exchange(self, request: Request, token: str | None = None) -> Received:
        """One exchange. Raises for redirects and for what passes, and leaves every other status to the caller."""
        received = self._wire.exchange(request, token)
        status = received.status
        if status in problems.REDIRECTS:
            raise problems.redirected(status, request.name, received.headers.get("Location", ""), request.option)
        if problems.is_passing(status):
            raise problems.overloaded(status, request.name, retry_after(received.headers, self._wall_clock()))
        return received
