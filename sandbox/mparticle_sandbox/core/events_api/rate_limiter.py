"""The rate of batches: its limit, and the limit of its growth."""

from collections import deque
from typing import NamedTuple

_WINDOW_S = 1.0


class RateLimits(NamedTuple):
    """Batches per second, and by how many the rate may grow from one second to the next; a growth of 0 is no limit."""

    batches_per_second: int
    growth: int


class Admission(NamedTuple):
    """`exceeded` is None, `app` (rate) or `acceleration` (growth); `retry_after_s` comes with every second refusal."""

    exceeded: str | None
    percentage_used: int
    retry_after_s: int | None


class RateLimiter:
    """Admits or refuses requests by the number of batches in the last second and in the second before it.

    A request passes while the last second holds fewer than `batches_per_second` batches, and fewer than the second
    before it plus `growth`. What the request itself brings counts from then on: no request is too large to pass.
    """

    def __init__(self) -> None:
        self._current: deque[tuple[float, int]] = deque()
        self._previous: deque[tuple[float, int]] = deque()
        self._current_total = 0
        self._previous_total = 0
        self._refusals = 0

    def admit(self, batches: int, now: float, limits: RateLimits) -> Admission:
        """Decide about a request with this number of batches at `now` (seconds); only admitted ones count as used."""
        self._forget(now)
        grown = self._previous_total + limits.growth if limits.growth else limits.batches_per_second
        if self._current_total >= limits.batches_per_second:
            return self._refusal("app")
        if self._current_total >= grown:
            return self._refusal("acceleration")
        self._current.append((now, batches))
        self._current_total += batches
        used = self._current_total / min(limits.batches_per_second, grown)
        return Admission(None, min(100, round(100 * used)), None)

    def _refusal(self, exceeded: str) -> Admission:
        self._refusals += 1
        return Admission(exceeded, 100, 1 if self._refusals % 2 else None)

    def _forget(self, now: float) -> None:
        while self._current and self._current[0][0] <= now - _WINDOW_S:
            aged = self._current.popleft()
            self._current_total -= aged[1]
            self._previous.append(aged)
            self._previous_total += aged[1]
        while self._previous and self._previous[0][0] <= now - 2 * _WINDOW_S:
            self._previous_total -= self._previous.popleft()[1]
