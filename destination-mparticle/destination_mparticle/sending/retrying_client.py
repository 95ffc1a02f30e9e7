"""Requests that are retried until they have a final response: the one way out, whatever the API."""

import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from destination_mparticle.errors import SyncError
from destination_mparticle.http.call import Call
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.rate_limiter import SharedRateLimiter
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.http.retry import Verdict, retry_call, verdict
from destination_mparticle.sending.run_context import RunContext
from destination_mparticle.sending.shipment import Shipment
from destination_mparticle.sending.threads import Stopped


@dataclass(frozen=True)
class RetryContext:
    """What the clients of one API share in a run.

    `credentials_error` makes the error of a 401 or 403 from the status and the name of the request. `accepted` are the
    statuses that confirm a request, `rate_limiter` is None for an API that publishes no limit.
    """

    run: RunContext
    credentials_error: Callable[[int, str], SyncError]
    accepted: Collection[int]
    rate_limiter: SharedRateLimiter | None = None
    clock: Callable[[], float] = time.monotonic
    rng: random.Random = field(default_factory=random.Random)


class RetryingClient:
    """Sends requests on one connection, each until its response is final."""

    def __init__(self, client: HttpClient, context: RetryContext) -> None:
        self._client = client
        self._context = context

    def send(self, call: Call, shipments: Sequence[Shipment]) -> ApiResponse:
        """Send a request that may be repeated as it is, and return the final response.

        Raises the API's credentials error, a `TransientError` when the retries are exhausted, and `Stopped`.
        """
        return self.retry(call, lambda _retries: self.send_once(call, len(shipments)), shipments)

    def retry(self, call: Call, attempt: Callable[[int], ApiResponse], shipments: Sequence[Shipment]) -> ApiResponse:
        """Repeat an attempt at a call that does more than send it again. Otherwise like `send`."""
        context, run = self._context, self._context.run
        final = retry_call(attempt, run.http.retry, sleep=self._sleep, clock=context.clock, rng=context.rng)
        run.budget.progress.advance()
        run.listener.requested(
            shipments,
            retries=final.retries,
            waited=final.waited,
            percentage=0.0 if context.rate_limiter is None else context.rate_limiter.percentage_used,
        )
        if self.verdict(final.response) is Verdict.CREDENTIALS:
            raise context.credentials_error(final.response.status or 0, str(call))
        return final.response

    def send_once(self, call: Call, shipments: int = 1) -> ApiResponse:
        """Send a request that carries so many shipments, without retrying it."""
        rate_limiter = self._context.rate_limiter
        if rate_limiter is not None:
            rate_limiter.wait(shipments, self._sleep)
        response = self._client.send(call)
        if rate_limiter is not None:
            rate_limiter.observe(response, shipments)
        return response

    @property
    def batches_per_request(self) -> int | None:
        """The most batches of a request that suit the current rate, or None for any number."""
        rate_limiter = self._context.rate_limiter
        return None if rate_limiter is None else rate_limiter.batches_per_request

    def verdict(self, response: ApiResponse) -> Verdict:
        """Judge a response by what this API accepts."""
        return verdict(response, self._context.accepted)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _sleep(self, seconds: float) -> None:
        stopped = self._context.run.threads.stopped
        if stopped.wait(seconds) if seconds > 0 else stopped.is_set():
            raise Stopped
