"""Middle layer, for tokens and data alike: retries within the sync's budget, no redirects; uses `http_session.py`."""

import time
from collections.abc import Callable
from typing import TypeVar

from source_mparticle.api import errors
from source_mparticle.api.http_session import HttpSession, RawResponse, Request
from source_mparticle.api.retry import Endpoint, Retrier, retry_after
from source_mparticle.api.urls import host_of

Result = TypeVar("Result")


class Transport:
    """`wall_clock` gives the time of day in seconds since 1970."""

    def __init__(self, session: HttpSession, retrier: Retrier, wall_clock: Callable[[], float] = time.time) -> None:
        self._session = session
        self._retrier = retrier
        self._wall_clock = wall_clock

    def call(
        self, request: Request, endpoint: str, attempt: Callable[[], Result], max_failures: int | None = None
    ) -> Result:
        """The result of `attempt`, retried as `Retrier.call` does. `endpoint` names what fails together."""
        return self._retrier.call(Endpoint(host_of(request.url), endpoint), attempt, max_failures)

    def wait_for_retry(self, number: int) -> bool:
        """Wait as long as before a retry of that number, counted from 1; False where the budget allows none."""
        return self._retrier.wait(number)

    def send(self, request: Request, token: str | None = None) -> RawResponse:
        """Send the request once. Raises for redirects and retryable statuses, and leaves other statuses to the caller.

        Retryable are 408, 429 and 5xx.
        """
        raw = self._session.send(request, token)
        status = raw.status
        if status in errors.REDIRECTS:
            raise errors.redirected(status, request.name, raw.headers.get("Location", ""), request.option)
        if errors.is_retryable(status):
            raise errors.overloaded(status, request.name, retry_after(raw.headers, self._wall_clock()))
        return raw
