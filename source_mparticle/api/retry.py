"""Retries: one budget for all requests of a sync, whichever thread sends them.

A failed request is retried after growing waits. A pause that a host asks for holds for every request to it. Circuit
breakers stop the retries of an endpoint that stays unavailable, and of a host where several endpoints do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime
from threading import Condition
from typing import TypeVar

from source_mparticle.api.circuit_breaker import EndpointCircuitBreaker, HostCircuitBreaker, RetryLimits
from source_mparticle.api.errors import MparticleError, Unavailable
from source_mparticle.api.single_flight import again

Result = TypeVar("Result")

# mParticle's documentation spells the header both ways.
RETRY_AFTER_HEADERS = ("Retry-After", "RetryAfter")
# No sync waits longer, and a number may have any number of digits.
LONGEST_RETRY_AFTER_SECONDS = 3600.0


@dataclass(frozen=True)
class Endpoint:
    """Where a request goes: to a host, and to an endpoint of it. `name` is any name for what fails together."""

    host: str
    name: str


@dataclass
class _Call:
    """One request with all its attempts, and the breakers that watch it."""

    host: HostCircuitBreaker
    endpoint: EndpointCircuitBreaker
    failures: int = 0
    has_slot: bool = False
    waited_until: float = float("-inf")


class Retrier:
    """The retry budget of one sync.

    `clock` gives seconds on a monotonic clock, `sleep` waits, `random` gives numbers from 0 to 1, and `log` takes a
    line for the log. No wait goes beyond `deadline`, a time on the same clock.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        log: Callable[[str], None],
        limits: RetryLimits | None = None,
        deadline: float = float("inf"),
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._log = log
        self._limits = limits or RetryLimits()
        self._deadline = deadline
        # Guards the breakers. No thread sleeps or sends while it holds this.
        self._changed = Condition()
        self._hosts: dict[str, HostCircuitBreaker] = {}
        self._endpoints: dict[Endpoint, EndpointCircuitBreaker] = {}

    def call(self, endpoint: Endpoint, attempt: Callable[[], Result], max_failures: int | None = None) -> Result:
        """The result of `attempt`, called again while it raises `Unavailable` and the budget lasts.

        The last `Unavailable` is raised as final; one that `attempt` itself got elsewhere passes through. So does any
        other error, because then the host did respond. `max_failures` replaces the limit of that name.
        """
        call = self._call(endpoint, max_failures or self._limits.max_failures)
        try:
            while True:
                self._wait_for_pause(call)
                try:
                    result = attempt()
                except Unavailable as error:
                    if error.is_final:
                        raise
                    self._wait_to_retry(endpoint, call, error)
                except MparticleError:
                    self._succeeded(call)
                    raise
                else:
                    self._succeeded(call)
                    return result
        finally:
            self._release_slot(call)

    def wait(self, number: int) -> bool:
        """Wait as long as before a retry of that number, counted from 1; False where the budget allows none."""
        if number > len(self._limits.waits):
            return False
        wait = self._limits.waits[number - 1] * self._random()
        if self._clock() + wait >= self._deadline:
            return False
        self._sleep(wait)
        return True

    def _call(self, endpoint: Endpoint, max_failures: int) -> _Call:
        with self._changed:
            return _Call(
                self._hosts.setdefault(endpoint.host, HostCircuitBreaker()),
                self._endpoints.setdefault(endpoint, EndpointCircuitBreaker(max_failures)),
            )

    def _wait_for_pause(self, call: _Call) -> None:
        """Return when no pause is on. Raises the error of an open breaker."""
        while True:
            with self._changed:
                _raise_if_open(call)
                until = call.host.paused_until
                left = until - self._clock()
            # A pause is waited for once, however exact the clock and the sleep are.
            if left <= 0 or until <= call.waited_until:
                return
            self._sleep(left)
            call.waited_until = until

    def _wait_to_retry(self, endpoint: Endpoint, call: _Call, error: Unavailable) -> None:
        with self._changed:
            # A breaker that other requests opened meanwhile holds for this one too.
            _raise_if_open(call)
            wait = self._next_wait(endpoint, call, error)
            seen = call.endpoint.successes
            line = self._log_line(endpoint, call, error)
        if line:
            self._log(line)
        self._take_slot(call, seen)
        if wait:
            self._sleep(wait)

    def _next_wait(self, endpoint: Endpoint, call: _Call, error: Unavailable) -> float:
        """The seconds to wait before the next attempt, pauses apart. Raises the final error where there is none."""
        now, asked = self._clock(), error.retry_after
        call.host.attempt_failed(now)
        call.endpoint.attempt_failed(now)
        is_last = call.failures == len(self._limits.waits)
        wait = 0.0 if asked or is_last else self._limits.waits[call.failures] * self._random()
        call.failures += 1
        resumes = now + (asked or wait)
        is_refused = is_last or (asked or 0) > self._limits.max_pause or resumes >= self._deadline
        at = now if is_refused else resumes
        endpoint_opens = call.endpoint.should_open(at, self._limits)
        if endpoint_opens or is_refused:
            call.host.request_failed(endpoint.name)
        if call.host.should_open(at, self._limits):
            call.host.error = error
        elif endpoint_opens:
            call.endpoint.error = error
        elif is_refused:
            call.endpoint.request_failed(error)
        else:
            return wait
        self._changed.notify_all()
        raise _final(error)

    def _log_line(self, endpoint: Endpoint, call: _Call, error: Unavailable) -> str | None:
        """Start the pause that was asked for; the line for the log, the first time."""
        now, asked, is_reported = self._clock(), error.retry_after, call.endpoint.is_reported
        call.endpoint.is_reported = True
        if not asked:
            return None if is_reported else f"{error} Trying again."
        is_new = call.host.pause(now + asked, now)
        return (
            f"{endpoint.host} asked for a pause of {asked:.0f} seconds ({error.status}); all streams wait."
            if is_new
            else None
        )

    def _take_slot(self, call: _Call, successes: int) -> None:
        """Wait for a slot among the requests that retry, for a success of the endpoint, or for an open breaker."""
        if call.has_slot:
            return
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    call.endpoint.has_slot()
                    or call.endpoint.successes != successes
                    or call.endpoint.error
                    or call.host.error
                )
            )
            _raise_if_open(call)
            call.has_slot = True
            call.endpoint.retrying += 1

    def _release_slot(self, call: _Call) -> None:
        if call.has_slot:
            with self._changed:
                call.endpoint.retrying -= 1
                self._changed.notify_all()

    def _succeeded(self, call: _Call) -> None:
        with self._changed:
            call.host.succeeded()
            call.endpoint.succeeded()
            self._changed.notify_all()


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a response asks its reader to wait, from a number or an HTTP date; None where it asks for none.

    `now` is the time of day in seconds since 1970. A date in the past asks for no wait, and nothing asks for more than
    an hour.
    """
    for header in RETRY_AFTER_HEADERS:
        value = headers.get(header, "").strip()
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
            return min(float(value), LONGEST_RETRY_AFTER_SECONDS)
        timestamp = _http_date(value)
        if timestamp is not None:
            return min(max(0.0, timestamp - now), LONGEST_RETRY_AFTER_SECONDS)
    return None


def _http_date(text: str) -> float | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # An HTTP date is in GMT, whether it says so or not.
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).timestamp()


def _raise_if_open(call: _Call) -> None:
    error = call.host.error or call.endpoint.error
    if error:
        raise _final(error)


def _final(error: Unavailable) -> Unavailable:
    final = again(error)
    final.is_final = True
    return final
