"""Keeps requests from being sent faster than an API allows."""

from collections.abc import Callable
from threading import Lock


class RateLimiter:
    """Lets `per_second` requests a second through, evenly, from any number of threads.

    `clock` gives seconds on a monotonic clock, `sleep` waits.
    """

    def __init__(self, per_second: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may be sent."""
        with self._lock:
            now = self._clock()
            mine = max(self._next, now)
            self._next = mine + self._interval
        if mine > now:
            self._sleep(mine - now)
