"""Helper: syncs that send through the rate limiter to a simulated mParticle, ten minutes in a tenth of a second.

Nothing waits here: threads, latencies and late wake-ups are events in virtual time.
"""

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from mparticle_sandbox.core.events_api.rate_limiter import RateLimiter as SandboxLimiter
from mparticle_sandbox.core.events_api.rate_limiter import RateLimits

from destination_mparticle import tuning
from destination_mparticle.http.rate_limiter import RateLimiter
from destination_mparticle.http.retry import RetryPolicy

_LARGEST_REQUEST = 14


@dataclass(frozen=True)
class Response:
    """What mParticle says to a request: `exceeded` is None where it accepts."""

    exceeded: str | None
    percentage: float = 100.0
    retry_after: float | None = None


class Service(Protocol):
    """A way in which mParticle may count batches."""

    def ask(self, batches: int, now: float) -> Response:
        """Accept or refuse a request that arrives at `now`."""


class SandboxService:
    """The sandbox's own count: any second, and its growth over the second before."""

    def __init__(self, limit: int, growth: int = 0) -> None:
        self._limits = RateLimits(limit, growth)
        self._limiter = SandboxLimiter()

    def ask(self, batches: int, now: float) -> Response:
        """Accept or refuse a request."""
        admission = self._limiter.admit(batches, now, self._limits)
        return Response(admission.exceeded, admission.percentage_used, admission.retry_after_s)


class CalendarSeconds:
    """Counts anew with each second of the clock, and refuses what would exceed the limit."""

    def __init__(self, limit: int) -> None:
        self._limit, self._second, self._used = limit, -1, 0

    def ask(self, batches: int, now: float) -> Response:
        """Accept or refuse a request."""
        if int(now) != self._second:
            self._second, self._used = int(now), 0
        if self._used + batches > self._limit:
            return Response("app")
        self._used += batches
        return Response(None, round(100 * self._used / self._limit))


class StrictWindow:
    """Counts the last second, and refuses what would exceed the limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._recent: list[tuple[float, int]] = []

    def ask(self, batches: int, now: float) -> Response:
        """Accept or refuse a request."""
        self._recent = [one for one in self._recent if one[0] > now - 1]
        used = sum(count for _, count in self._recent) + batches
        if used > self._limit:
            return Response("app")
        self._recent.append((now, batches))
        return Response(None, round(100 * used / self._limit))


class TokenBucket:
    """Holds what a second grants; the share used is what is missing from a full bucket."""

    def __init__(self, limit: int) -> None:
        self._limit, self._tokens, self._at = limit, float(limit), 0.0

    def ask(self, batches: int, now: float) -> Response:
        """Accept or refuse a request."""
        self._tokens = min(self._limit, self._tokens + (now - self._at) * self._limit)
        self._at = now
        if self._tokens < batches:
            return Response("app")
        self._tokens -= batches
        return Response(None, round(100 - 100 * self._tokens / self._limit))


@dataclass
class Sync:
    """A sync that never runs out of batches, and what became of its requests. Its requests hold 14 batches at most."""

    limiter: RateLimiter
    starts_at: float = 0.0
    requests: int = 0
    refused: int = 0
    accelerated: int = 0
    accepted: list[tuple[float, int]] = field(default_factory=list)
    waiting: deque[Callable[[], None]] = field(default_factory=deque)
    has_turn: bool = False

    def next_request(self) -> int:
        """Return how many batches the next request holds."""
        parts = max(1, round(_LARGEST_REQUEST / self.limiter.batches_per_request))
        return math.ceil(_LARGEST_REQUEST / parts)

    def batches(self, since: float = 0.0) -> int:
        """How many batches were accepted since a time."""
        return sum(count for at, count in self.accepted if at >= since)


@dataclass
class World:
    """The time that passes between syncs and mParticle, in seconds.

    A request arrives after `latency` and at most `jitter` more, its response after another `response_latency`. A thread
    wakes at most `oversleep` later than it wanted to.
    """

    service: Service
    latency: float = 0.2
    jitter: float = 0.01
    response_latency: float = 0.002
    oversleep: float = 0.001
    seed: int = 1

    def __post_init__(self) -> None:
        """Begin at the time zero."""
        self._rng = random.Random(self.seed)
        self._order = itertools.count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._now = 0.0

    def run(self, seconds: float, *syncs: Sync) -> None:
        """Let the syncs send for so long."""
        for sync in syncs:
            for _ in range(tuning.EVENTS_SENDERS):
                self._at(sync.starts_at, partial(self._begin, sync))
        while self._events[0][0] < seconds:
            self._now, _, happen = heapq.heappop(self._events)
            happen()

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), happen))

    def _begin(self, sync: Sync) -> None:
        self._wait(sync, sync.next_request(), 0)

    def _wait(self, sync: Sync, batches: int, retries: int) -> None:
        """Wait for a turn: one thread after the other reserves a slot and waits for it."""
        sync.waiting.append(partial(self._reserve, sync, batches, retries))
        if not sync.has_turn:
            self._next_turn(sync)

    def _next_turn(self, sync: Sync) -> None:
        sync.has_turn = bool(sync.waiting)
        if sync.waiting:
            sync.waiting.popleft()()

    def _reserve(self, sync: Sync, size: int, retries: int) -> None:
        wake = self._now + sync.limiter.reserve(size, self._now) + self._rng.uniform(0, self.oversleep)
        self._at(wake, partial(self._leave, sync, size, retries))

    def _leave(self, sync: Sync, batches: int, retries: int) -> None:
        if sync.limiter.is_paused(self._now):
            self._reserve(sync, batches, retries)
            return
        arrival = self._now + self.latency + self._rng.uniform(0, self.jitter)
        self._at(arrival, partial(self._arrive, sync, batches, retries))
        self._next_turn(sync)

    def _arrive(self, sync: Sync, batches: int, retries: int) -> None:
        response = self.service.ask(batches, self._now)
        sync.requests += 1
        if response.exceeded is None:
            sync.accepted.append((self._now, batches))
        else:
            sync.refused += 1
            sync.accelerated += response.exceeded == "acceleration"
        self._at(self._now + self.response_latency, partial(self._read, sync, batches, retries, response))

    def _read(self, sync: Sync, batches: int, retries: int, response: Response) -> None:
        if response.exceeded is None:
            sync.limiter.observe(response.percentage, batches, self._now)
            self._begin(sync)
            return
        acceleration = response.exceeded == "acceleration"
        sync.limiter.limit_exceeded(self._now, response.retry_after, acceleration=acceleration)
        wait = RetryPolicy().wait(retries, 0.0, response.retry_after, self._rng)
        if wait is None:
            raise AssertionError("a request was refused for longer than it is retried")
        self._at(self._now + wait, partial(self._wait, sync, batches, retries + 1))
