"""What a sync knows of the trouble it met: how much of it there may be at a host, and at an endpoint."""

from dataclasses import dataclass

from source_mparticle.api.problems import Unavailable


@dataclass(frozen=True)
class Limits:
    """How much trouble is put up with; all but `verdicts` in seconds.

    `waits` are the longest waits before each further try of a request, `pause` is the longest pause that a host may ask
    for, `trouble` how long a host may be in trouble without a success between. After `verdicts` failed requests in a
    row, all their tries used up, an endpoint is given up.
    """

    waits: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 16.0)
    pause: float = 300.0
    trouble: float = 300.0
    verdicts: int = 3


@dataclass
class HostTrouble:
    """Trouble of one host since its last success. `verdict` is set once it was too much."""

    since: float | None = None
    paused_until: float = float("-inf")
    verdict: Unavailable | None = None

    def lasts_until(self, moment: float, now: float) -> float:
        """For how many seconds the trouble will have lasted when the next try is made at `moment`."""
        if self.since is None:
            self.since = now
        return moment - self.since

    def pause(self, until: float, now: float) -> bool:
        """Let no request leave before `until`; whether that is news."""
        is_news = self.paused_until <= now
        self.paused_until = max(self.paused_until, until)
        return is_news


@dataclass
class EndpointTrouble:
    """Trouble of what fails together. `verdict` is set once it was too much."""

    limit: int
    verdicts: int = 0
    trying_again: int = 0
    successes: int = 0
    is_known: bool = False
    verdict: Unavailable | None = None

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
