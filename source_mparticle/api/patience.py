"""Trying again: one budget for all requests of a sync, whichever thread sends them.

A request that meets trouble is tried again after growing waits. A pause that a host asks for holds for every request to
it. An endpoint that stays in trouble, or whose requests fail one after the other, is given up for good; so is a host of
which several endpoints stay in trouble and none answers.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from typing import TypeVar

from source_mparticle.api.problems import MparticleError, Unavailable
from source_mparticle.api.trouble import EndpointTrouble, HostTrouble, Limits

Result = TypeVar("Result")


@dataclass(frozen=True)
class Way:
    """Where a request goes: to a host, and to an endpoint of it, which is any name for what fails together."""

    host: str
    endpoint: str


@dataclass
class _Journey:
    """A request on its way, with all its tries."""

    host: HostTrouble
    endpoint: EndpointTrouble
    failures: int = 0
    has_seat: bool = False
    rested_until: float = float("-inf")


class Patience:
    """The budget of one sync.

    `clock` gives seconds that only go forward, `sleep` waits, `random` gives numbers from 0 to 1, and `tell` hears what
    a reader of the log should know. No wait goes beyond `deadline`, a moment on the same clock.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        tell: Callable[[str], None],
        limits: Limits | None = None,
        deadline: float = float("inf"),
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._tell = tell
        self._limits = limits or Limits()
        self._deadline = deadline
        # Guards what is known of hosts and endpoints. Nobody sleeps or sends while holding it.
        self._changed = Condition()
        self._hosts: dict[str, HostTrouble] = {}
        self._endpoints: dict[Way, EndpointTrouble] = {}

    def persist(self, way: Way, attempt: Callable[[], Result], verdicts: int | None = None) -> Result:
        """The result of `attempt`, called again while it raises `Unavailable` and the budget lasts.

        `Unavailable` comes out as a verdict; one that `attempt` itself met elsewhere passes through. So does any other
        problem, for then the host did answer. `verdicts` stands in place of the limit of that name.
        """
        journey = self._journey(way, verdicts or self._limits.verdicts)
        try:
            while True:
                self._set_out(journey)
                try:
                    result = attempt()
                except Unavailable as problem:
                    if problem.is_verdict:
                        raise
                    self._wait_to_try_again(way, journey, problem)
                except MparticleError:
                    self._arrived(journey)
                    raise
                else:
                    self._arrived(journey)
                    return result
        finally:
            self._leave_seat(journey)

    def _journey(self, way: Way, verdicts: int) -> _Journey:
        with self._changed:
            return _Journey(
                self._hosts.setdefault(way.host, HostTrouble()),
                self._endpoints.setdefault(way, EndpointTrouble(verdicts)),
            )

    def _set_out(self, journey: _Journey) -> None:
        """Return when no pause is on. Raises the verdict of what was given up."""
        while True:
            with self._changed:
                _raise_verdict(journey)
                until = journey.host.paused_until
                rest = until - self._clock()
            # A pause is waited for once, however exact the clock and the sleep are.
            if rest <= 0 or until <= journey.rested_until:
                return
            self._sleep(rest)
            journey.rested_until = until

    def _wait_to_try_again(self, way: Way, journey: _Journey, problem: Unavailable) -> None:
        with self._changed:
            # What others found out meanwhile holds for this request too.
            _raise_verdict(journey)
            wait = self._judged(way, journey, problem)
            seen = journey.endpoint.successes
            news = self._news(way, journey, problem)
        if news:
            self._tell(news)
        self._take_seat(journey, seen)
        if wait:
            self._sleep(wait)

    def _judged(self, way: Way, journey: _Journey, problem: Unavailable) -> float:
        """The seconds to wait before the next try, pauses apart. Raises the verdict where there is none."""
        now, asked = self._clock(), problem.retry_after
        journey.host.failed(now)
        journey.endpoint.failed(now)
        is_last = journey.failures == len(self._limits.waits)
        wait = 0.0 if asked or is_last else self._limits.waits[journey.failures] * self._random()
        journey.failures += 1
        resumes = now + (asked or wait)
        is_refused = is_last or (asked or 0) > self._limits.pause or resumes >= self._deadline
        moment = now if is_refused else resumes
        is_over = journey.endpoint.is_too_much(moment, self._limits)
        if is_over or is_refused:
            journey.host.gave_up(way.endpoint)
        if journey.host.is_too_much(moment, self._limits):
            journey.host.verdict = problem
        elif is_over:
            journey.endpoint.verdict = problem
        elif is_refused:
            journey.endpoint.count(problem)
        else:
            return wait
        self._changed.notify_all()
        raise _verdict(problem)

    def _news(self, way: Way, journey: _Journey, problem: Unavailable) -> str | None:
        """Start the pause that was asked for; what to say, the first time."""
        now, asked, known = self._clock(), problem.retry_after, journey.endpoint.is_known
        journey.endpoint.is_known = True
        if not asked:
            return None if known else f"{problem} Trying again."
        is_new = journey.host.pause(now + asked, now)
        return (
            f"{way.host} asked for a pause of {asked:.0f} seconds ({problem.status}); all streams wait."
            if is_new
            else None
        )

    def _take_seat(self, journey: _Journey, successes: int) -> None:
        """Wait for a seat among those that try again, or until the endpoint is well again or given up."""
        if journey.has_seat:
            return
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    journey.endpoint.has_seat()
                    or journey.endpoint.successes != successes
                    or journey.endpoint.verdict
                    or journey.host.verdict
                )
            )
            _raise_verdict(journey)
            journey.has_seat = True
            journey.endpoint.trying_again += 1

    def _leave_seat(self, journey: _Journey) -> None:
        if journey.has_seat:
            with self._changed:
                journey.endpoint.trying_again -= 1
                self._changed.notify_all()

    def _arrived(self, journey: _Journey) -> None:
        with self._changed:
            journey.host.succeeded()
            journey.endpoint.succeeded()
            self._changed.notify_all()


def _raise_verdict(journey: _Journey) -> None:
    given_up = journey.host.verdict or journey.endpoint.verdict
    if given_up:
        raise _verdict(given_up)


def _verdict(problem: Unavailable) -> Unavailable:
    # A copy: an exception that several threads raise would collect the tracebacks of all.
    verdict = copy.copy(problem)
    verdict.is_verdict = True
    return verdict
