"""Keep the rate of batches just below mParticle's limit, also where others use a part of it.

`RateLimiter` knows nothing of threads or clocks: it is told the time (seconds, from any fixed start) and what
mParticle responds, and says when the next request may be sent. `SharedRateLimiter` shares one among threads.

mParticle limits how fast the rate may grow, and says nowhere by how much. So the first requests leave slowly, and what
is reported of them tells how fast the rate may rise. It does so until mParticle reports most of the limit as used. From
then on it follows the report: it rises slowly while there is room and falls while there is none, and every 429 lowers
it. A sync with a large rate rises more slowly and falls faster than one with a small rate, so that syncs which share a
limit come to share it evenly.
"""

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from destination_mparticle import tuning
from destination_mparticle.http.response import ApiResponse

_TOO_MANY_REQUESTS: Final = 429

_TARGET: Final = 0.98
"""Share of the full rate to aim at. The rest absorbs what the network does to even spacing."""

_LATENESS: Final = 0.06
"""Seconds by which a request may come late before those behind it exceed the limit together with it."""

_FLOOR: Final = 0.01
"""Share of the full rate that is always tried, whatever the responses say."""

_START: Final = 0.1
"""Share of the full rate to begin with, also after a rest."""

_RAMP: Final = 0.4
"""Share of the allowed growth by which the rate rises every second until most of the limit is used."""

_FIRST_GUESS: Final = 0.5
"""Share of the full rate by which it is taken to be allowed to grow in a second, until mParticle has responded."""

_MOST_USED: Final = 90.0
"""Percent of the limit that end the ramp."""

_REST_SECONDS: Final = 2.0
"""Seconds without a request after which the rate starts again from the beginning."""

_USED_UP: Final = 99.5
"""Percent of the limit, right after a request of ours, below which the rate rises and above which it falls."""

_SMOOTHING: Final = 0.05
"""Weight of the newest percentage; requests come in bursts, so single values vary."""

_RISE: Final = 0.002
"""Share of the full rate that a small rate gains every second once the ramp is over."""

_CLEAR_ROOM: Final = 6.0
"""Percent of the limit that must be free for the rate to rise faster."""

_CALM_SECONDS: Final = 20.0
"""Seconds after a 429 before it may: a pause leaves room that is gone once sending goes on."""

_FASTER: Final = 5.0
"""How many times as fast it rises then."""

_FALL: Final = 0.4
"""Share of itself that a rate near the full one loses every second for each percent above `_USED_UP`."""

_OVERSHOT: Final = 0.4
"""Share of the rate that a 429 costs that ends the ramp: then the rate may be far too high."""

_REFUSED: Final = 0.1
"""Share of the rate that any other 429 costs. It answers what was sent up to a second ago, so that all 429s within a
second count as one."""

_COARSE: Final = 1 / 16
"""Share of the limit above which one request is too much of it for the percentage to say anything."""


class RateLimiter:
    """Spaces requests so that batches leave at the rate that mParticle allows."""

    def __init__(self, batches_per_second: float) -> None:
        self._full = batches_per_second
        self._is_coarse = math.ceil(batches_per_second / tuning.REQUESTS_PER_SECOND) > batches_per_second * _COARSE
        self._rate = batches_per_second * (_TARGET if self._is_coarse else _START)
        self._ramp = _RAMP
        self._is_ramping = not self._is_coarse
        self._began = -math.inf
        self._answered = 0
        self._growth = batches_per_second * _FIRST_GUESS
        self._next = 0.0
        self._paused_until = 0.0
        self._refused_at = -math.inf
        self._last: float | None = None
        self._percentage = 0.0
        self._smoothed = 0.0

    @property
    def percentage_used(self) -> float:
        """The share of the limit that mParticle reported last, in percent."""
        return self._percentage

    @property
    def rate(self) -> float:
        """The current rate in batches per second."""
        return self._rate

    @property
    def batches_per_request(self) -> int:
        """The most batches of a request that keep the rate even: large requests at a low rate would come in bursts."""
        suited = max(self._rate, self._growth) if self._is_ramping else self._rate
        return math.ceil(suited / tuning.REQUESTS_PER_SECOND)

    def reserve(self, batches: int, now: float) -> float:
        """Reserve a slot for a request of so many batches and return the seconds to wait before sending it."""
        self._adjust(now)
        start = max(self._next, now)
        self._next = start + max(batches / self._rate, self._least_interval(batches))
        return start - now

    def _least_interval(self, batches: int) -> float:
        """Return the seconds between two requests of this size, so that a second sees no more than fill the limit."""
        return (1 + _LATENESS) / math.ceil(self._full / batches)

    def is_paused(self, now: float) -> bool:
        """Whether a 429 has asked to send nothing yet, also in slots that were reserved before it came."""
        return now < self._paused_until

    def observe(self, percentage: float, batches: int, now: float) -> None:
        """Take note of `X-mp-rate-limit-percentage-used`, 0 to 100, that came for a request of so many batches."""
        self._percentage = percentage
        if self._is_coarse:
            return
        self._smoothed += (percentage - self._smoothed) * _SMOOTHING
        if now < self._began + 1:
            # Nothing was sent in the second before, so all that is used now is growth. The percentage is rounded.
            self._answered += batches
            self._growth = min(self._full, self._answered * 100 / (percentage + 1))
        if self._is_ramping and percentage >= _MOST_USED:
            self._is_ramping = False
            self._smoothed = percentage

    def limit_exceeded(self, now: float, retry_after: float | None, *, acceleration: bool) -> None:
        """Take note of a 429: nothing is sent for `retry_after` seconds, and then at a lower rate."""
        self._percentage = 100.0
        self._paused_until = max(self._paused_until, now + (retry_after or 0.0))
        self._next = max(self._next, self._paused_until)
        if now < self._refused_at + 1:
            return
        self._refused_at = now
        self._set_rate(self._rate * (1 - (_OVERSHOT if self._is_ramping else _REFUSED)))
        self._is_ramping = acceleration
        if acceleration:
            self._ramp /= 2
            self._set_rate(self._full * _START)

    def _adjust(self, now: float) -> None:
        """Let the rate rise or fall by what the time since the last request is worth."""
        has_rested = self._last is None or now - self._next > _REST_SECONDS
        elapsed = min(1.0, now - self._last) if self._last is not None else 0.0
        self._last = now
        if has_rested and not self._is_coarse:
            self._begin_ramp(now)
            return
        share = self._rate / self._full
        room = _USED_UP - self._smoothed
        if self._is_ramping:
            self._set_rate(self._rate + self._growth * self._ramp * elapsed)
            self._is_ramping = self._rate < self._full * _TARGET
        elif room > 0:
            is_clear = room > _CLEAR_ROOM and now > self._refused_at + _CALM_SECONDS
            eagerness = _FASTER if is_clear else min(1.0, room)
            self._set_rate(self._rate + self._full * _RISE * (1.2 - share) * eagerness * elapsed)
        else:
            self._set_rate(self._rate * (1 + _FALL * share * room * elapsed))

    def _begin_ramp(self, now: float) -> None:
        self._set_rate(min(self._rate, self._full * _START))
        self._is_ramping = True
        self._began, self._answered, self._growth = now, 0, self._full * _FIRST_GUESS

    def _set_rate(self, rate: float) -> None:
        self._rate = min(self._full * _TARGET, max(self._full * _FLOOR, rate))


class SharedRateLimiter:
    """A rate limiter for all threads that send to an API: it makes them wait for a slot and reads their responses."""

    def __init__(self, limiter: RateLimiter, clock: Callable[[], float] = time.monotonic) -> None:
        self._limiter = limiter
        self._clock = clock
        self._lock = Lock()
        self._turn = Lock()

    @property
    def percentage_used(self) -> float:
        """The share of the limit that mParticle reported last, in percent."""
        return self._limiter.percentage_used

    @property
    def batches_per_request(self) -> int:
        """The most batches of a request that keep the rate even."""
        return self._limiter.batches_per_request

    def wait(self, batches: int, sleep: Callable[[float], None]) -> None:
        """Wait for a slot, and for another one if a 429 to some thread has closed it in the meantime."""
        # One after the other, so that no slot is reserved at a rate that has changed before it comes.
        with self._turn:
            while True:
                with self._lock:
                    seconds = self._limiter.reserve(batches, self._clock())
                sleep(seconds)
                with self._lock:
                    if not self._limiter.is_paused(self._clock()):
                        return

    def observe(self, response: ApiResponse, batches: int) -> None:
        """Take note of what the response to a request of so many batches says about the limit."""
        with self._lock:
            if response.status == _TOO_MANY_REQUESTS:
                self._limiter.limit_exceeded(
                    self._clock(), response.retry_after, acceleration=response.exceeded == "acceleration"
                )
            elif response.percentage_used is not None:
                self._limiter.observe(response.percentage_used, batches, self._clock())
