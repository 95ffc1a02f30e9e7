"""What a sync knows of the trouble it met: how much of it there may be at a host, and at an endpoint."""

from dataclasses import dataclass, field

from source_mparticle.api.problems import Unavailable


@dataclass(frozen=True)
class Limits:
    """How much trouble is put up with; all but `verdicts` in seconds.

    `waits` are the longest waits before each further try of a request, and `pause` is the longest pause that a host may
    ask for. An endpoint is given up after `verdicts` failed requests in a row, all their tries used up, or when it was
    in trouble for `trouble` without a success between. A host is given up when it was in trouble for as long, and
    requests to at least `endpoints` of its endpoints were given up meanwhile.
    """

    waits: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 16.0)
    pause: float = 300.0
    trouble: float = 300.0
    verdicts: int = 3
    # Fewer may keep all workers busy, so that nothing else of the host has been asked.
    endpoints: int = 3


@dataclass
class HostTrouble:
    """Trouble of one host since its last success. `verdict` is set once it was too much."""

    since: float | None = None
    given_up: set[str] = field(default_factory=set)
    paused_until: float = float("-inf")
    verdict: Unavailable | None = None

    def failed(self, now: float) -> None:
        """Note a failure of a request, which may be tried again."""
        self.since = now if self.since is None else self.since

    def gave_up(self, endpoint: str) -> None:
        """Note that a request to an endpoint is not tried again."""
        self.given_up.add(endpoint)

    def is_too_much(self, moment: float, limits: Limits) -> bool:
        """Whether no further try should be made at `moment`."""
        return len(self.given_up) >= limits.endpoints and _is_too_long(self.since, moment, limits)

    def succeeded(self) -> None:
        """Start counting anew."""
        self.since = None
        self.given_up.clear()

    def pause(self, until: float, now: float) -> bool:
        """Let no request leave before `until`; whether that is news."""
        is_news = self.paused_until <= now
        self.paused_until = max(self.paused_until, until)
        return is_news


@dataclass
class EndpointTrouble:
    """Trouble of what fails together. `verdict` is set once it was too much."""

    limit: int
    since: float | None = None
    verdicts: int = 0
    trying_again: int = 0
    successes: int = 0
    is_known: bool = False
    verdict: Unavailable | None = None

    def failed(self, now: float) -> None:
        """Note a failure of a request, which may be tried again."""
        self.since = now if self.since is None else self.since

    def is_too_much(self, moment: float, limits: Limits) -> bool:
        """Whether no further try should be made at `moment`."""
        return _is_too_long(self.since, moment, limits)

    def count(self, problem: Unavailable) -> None:
        """Count a request that was given up."""
        self.verdicts += 1
        if self.verdicts >= self.limit:
            self.verdict = problem

    def has_seat(self) -> bool:
        """Whether one more request may try again: no more do than it takes to know that all would fail."""
        return self.trying_again < self.limit - self.verdicts

    def succeeded(self) -> None:
        """Start counting anew."""
        self.successes += 1
        self.verdicts = 0
        self.since = None


def _is_too_long(since: float | None, moment: float, limits: Limits) -> bool:
    return since is not None and moment - since > limits.trouble
