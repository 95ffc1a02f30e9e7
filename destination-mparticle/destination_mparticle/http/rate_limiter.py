"""Keep the rate of batches just below mParticle's limit.

`RateLimiter` knows nothing of threads or clocks: it is told the time (seconds, from any fixed start) and what
mParticle responds, and says when the next request may be sent. mParticle reports with every response how much of the
limit is used, the higher of speed and of acceleration. The rate follows that; a 429 lowers it more.
`SharedRateLimiter` shares one among threads.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Final

from destination_mparticle.http.response import ApiResponse

_TOO_MANY_REQUESTS: Final = 429

_TARGET: Final = 0.98
"""Share of the full rate to aim at. The rest absorbs what the network does to even spacing."""

_LATENESS: Final = 0.06
"""Seconds by which a request may come late before those behind it exceed the limit together with it.

A refusal costs more than this room: a pause, and a part of the rate.
"""

_START: Final = 0.6
"""Share of the full rate to begin with: mParticle limits how fast the rate may grow."""

_RAMP: Final = 0.2
"""Share of the full rate that is regained every second."""

_SLOW_RAMP: Final = 0.04
"""The same after a 429 because of acceleration."""

_FLOOR: Final = 0.02
"""Share of the full rate that is always tried, whatever the responses say."""

_SMOOTHING: Final = 0.1
"""Weight of the newest percentage; requests come in bursts, so single values vary."""

_GROW_BELOW: Final = 98.0
_SLOW_DOWN_FROM: Final = 99.0
"""Smoothed percent of the limit below which the rate grows, and from which it shrinks."""

_ESTIMATE_FROM: Final = 20.0
"""Percent of the limit from which the limit can be estimated; below, the reported share is too rounded."""

_RAISE_WEIGHT: Final = 0.1
_LOWER_WEIGHT: Final = 0.4
"""Weights of the newest estimate of the limit: where it is higher, and where it is lower, than the estimate so far."""

_TRUST_ESTIMATE_BELOW: Final = 0.9
"""Share of the configured rate below which the estimated limit replaces it; above, the difference may be noise."""

_SLOW_DOWN: Final = 0.99
_BACK_OFF: Final = 0.85
"""What is left of the rate after a response near the limit, and after a 429."""


class RateLimiter:
    """Spaces requests so that batches leave at the rate that mParticle allows."""

    def __init__(self, batches_per_second: float) -> None:
        self._full = batches_per_second
        self._rate = batches_per_second * _START
        self._ramp = _RAMP
        self._next = 0.0
        self._paused_until = 0.0
        self._last: float | None = None
        self._percentage = 0.0
        self._smoothed = 0.0
        self._limit = batches_per_second
        self._sent: deque[tuple[float, int]] = deque()

    @property
    def percentage_used(self) -> float:
        """The share of the limit that mParticle reported last, in percent."""
        return self._percentage

    @property
    def rate(self) -> float:
        """The current rate in batches per second."""
        return self._rate

    def reserve(self, batches: int, now: float) -> float:
        """Reserve a slot for a request of so many batches and return the seconds to wait before sending it."""
        self._grow(now)
        start = max(self._next, now)
        self._next = start + max(batches / self._rate, self._least_interval(batches))
        self._sent.append((start, batches))
        return start - now

    def _least_interval(self, batches: int) -> float:
        """Return the seconds between two requests of this size, so that a second sees no more than fill the limit."""
        return (1 + _LATENESS) / math.ceil(self._trusted_limit / batches)

    def is_paused(self, now: float) -> bool:
        """Whether a 429 has asked to send nothing yet, also in slots that were reserved before it came."""
        return now < self._paused_until

    def observe(self, percentage: float, now: float) -> None:
        """Take note of `X-mp-rate-limit-percentage-used`, 0 to 100."""
        self._percentage = percentage
        while self._sent and self._sent[0][0] <= now - 1:
            self._sent.popleft()
        recent = [batches for start, batches in self._sent if start <= now]
        # What a request itself brings counts as a whole, although it stands for the time until the next one: half of it
        # is too much, on average. Where few requests fill the limit, that is a large part.
        surplus = 50 * sum(recent) / max(1, len(recent)) / self._trusted_limit
        self._smoothed += (max(0.0, percentage - surplus) - self._smoothed) * _SMOOTHING
        self._estimate_limit(percentage, sum(recent))
        if self._smoothed >= _SLOW_DOWN_FROM:
            self._set_rate(self._rate * _SLOW_DOWN)

    def _estimate_limit(self, percentage: float, recent: int) -> None:
        """Estimate the limit from what was sent in the last second and the share of the limit that it took."""
        # A response that took longer than a second says nothing where nothing was sent in the meantime.
        if recent and percentage >= _ESTIMATE_FROM:
            difference = recent * 100 / percentage - self._limit
            self._limit += difference * (_RAISE_WEIGHT if difference > 0 else _LOWER_WEIGHT)
            self._set_rate(self._rate)

    def limit_exceeded(self, now: float, retry_after: float | None, *, acceleration: bool) -> None:
        """Take note of a 429: nothing is sent for `retry_after` seconds, and then at a lower rate."""
        self._percentage = 100.0
        self._set_rate(self._rate * _BACK_OFF)
        if acceleration:
            self._ramp = _SLOW_RAMP
        self._paused_until = max(self._paused_until, now + (retry_after or 0.0))
        self._next = max(self._next, self._paused_until)

    def _grow(self, now: float) -> None:
        elapsed = now - self._last if self._last is not None else 0.0
        self._last = now
        if self._smoothed < _GROW_BELOW:
            self._set_rate(self._rate + self._full * self._ramp * elapsed)

    @property
    def _trusted_limit(self) -> float:
        limit = self._limit if self._limit < self._full * _TRUST_ESTIMATE_BELOW else self._full
        return max(limit, self._full * _FLOOR)

    def _set_rate(self, rate: float) -> None:
        self._rate = min(self._trusted_limit * _TARGET, max(self._full * _FLOOR, rate))


class SharedRateLimiter:
    """A rate limiter for all threads that send to an API: it makes them wait for a slot and reads their responses."""

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
