"""One rate limiter for all threads that send to an API."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from destination_mparticle.http.rate_limiter import RateLimiter
from destination_mparticle.http.response import ApiResponse

_TOO_MANY_REQUESTS: Final = 429


class Throttle:
    """Makes threads wait for their turn, and tells the rate limiter what mParticle responds."""

    def __init__(self, limiter: RateLimiter, clock: Callable[[], float] = time.monotonic) -> None:
        self._limiter = limiter
        self._clock = clock
        self._lock = Lock()

    @property
    def percentage_used(self) -> float:
        """The share of the limit that mParticle reported last, in percent."""
        return self._limiter.percentage_used

    def wait(self, batches: int, sleep: Callable[[float], None]) -> None:
        """Wait for a slot, and for another one if a 429 to some thread has closed it in the meantime."""
        while True:
            with self._lock:
                seconds = self._limiter.reserve(batches, self._clock())
            sleep(seconds)
            with self._lock:
                if not self._limiter.is_paused(self._clock()):
                    return

    def observe(self, response: ApiResponse) -> None:
        """Take note of what a response says about the limit."""
        with self._lock:
            if response.status == _TOO_MANY_REQUESTS:
                self._limiter.limit_exceeded(
                    self._clock(), response.retry_after, acceleration=response.exceeded == "acceleration"
                )
            elif response.percentage_used is not None:
                self._limiter.observe(response.percentage_used, self._clock())
