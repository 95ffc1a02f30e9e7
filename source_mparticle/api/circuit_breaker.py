"""When to stop retrying: circuit breakers of a host and of an endpoint. An open one stays open for the whole sync."""

from dataclasses import dataclass, field

from source_mparticle.api.errors import Unavailable


@dataclass(frozen=True)
class RetryLimits:
    """How long and how often requests are retried. `waits`, `max_pause` and `max_outage` are seconds.

    `waits` are the longest waits before each retry of a request, and `max_pause` is the longest pause that a host may
    ask for. The breaker of an endpoint opens after `max_failures` failed requests in a row, all their retries used up,
    or after `max_outage` without a success. The breaker of a host opens after the same time, if requests to at least
    `min_endpoints` of its endpoints failed meanwhile.
    """

    waits: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 16.0)
    max_pause: float = 300.0
    max_outage: float = 300.0
    max_failures: int = 3
    # Fewer may keep all workers busy, so that nothing else of the host has been requested.
    min_endpoints: int = 3


@dataclass
class HostCircuitBreaker:
    """The failures of one host since its last success. `error` is set once the breaker is open."""

    failing_since: float | None = None
    failed_endpoints: set[str] = field(default_factory=set)
    paused_until: float = float("-inf")
    error: Unavailable | None = None

    def attempt_failed(self, now: float) -> None:
        """Record a failed attempt, which may be retried."""
        self.failing_since = now if self.failing_since is None else self.failing_since

    def request_failed(self, endpoint: str) -> None:
        """Record that a request to an endpoint is not retried."""
        self.failed_endpoints.add(endpoint)

    def should_open(self, at: float, limits: RetryLimits) -> bool:
        """Whether no further attempt should be made at that time."""
        return len(self.failed_endpoints) >= limits.min_endpoints and _is_too_long(self.failing_since, at, limits)

    def succeeded(self) -> None:
        """Start counting from zero."""
        self.failing_since = None
        self.failed_endpoints.clear()

    def pause(self, until: float, now: float) -> bool:
        """Send no request before `until`; returns whether this starts a pause."""
        is_new = self.paused_until <= now
        self.paused_until = max(self.paused_until, until)
        return is_new


@dataclass
class EndpointCircuitBreaker:
    """The failures of one endpoint. `error` is set once the breaker is open."""

    max_failures: int
    failing_since: float | None = None
    failures: int = 0
    retrying: int = 0
    successes: int = 0
    is_reported: bool = False
    error: Unavailable | None = None

    def attempt_failed(self, now: float) -> None:
        """Record a failed attempt, which may be retried."""
        self.failing_since = now if self.failing_since is None else self.failing_since

    def request_failed(self, error: Unavailable) -> None:
        """Count a request that is not retried."""
        self.failures += 1
        if self.failures >= self.max_failures:
            self.error = error

    def should_open(self, at: float, limits: RetryLimits) -> bool:
        """Whether no further attempt should be made at that time."""
        return _is_too_long(self.failing_since, at, limits)

    def has_slot(self) -> bool:
        """Whether one more request may retry: no more do than it takes to know that all would fail."""
        return self.retrying < self.max_failures - self.failures

    def succeeded(self) -> None:
        """Start counting from zero."""
        self.successes += 1
        self.failures = 0
        self.failing_since = None


def _is_too_long(since: float | None, at: float, limits: RetryLimits) -> bool:
    return since is not None and at - since > limits.max_outage
