"""Bounds the bytes that are waiting or being sent, so that a slow server slows reading instead of filling memory."""

import time
from collections.abc import Callable
from threading import Condition
from typing import Final

from destination_mparticle import tuning
from destination_mparticle.errors import TransientError

_TICK_SECONDS: Final = 0.2


class Progress:
    """Whether mParticle responds. All budgets of a run share one, and so do all waits of the reader.

    A wait ends when what it waits for happens and when the run is aborted. It raises what `check_interrupt` raises, and
    a `TransientError` when there was no progress for `timeout` seconds.
    """

    def __init__(
        self, timeout: float = tuning.STALL_SECONDS, check_interrupt: Callable[[], None] = lambda: None
    ) -> None:
        self.changed = Condition()
        self._timeout = timeout
        self._check_interrupt = check_interrupt
        self._is_aborted = False
        self._advanced_at = time.monotonic()

    def advance(self) -> None:
        """Note that a request has its final response."""
        with self.changed:
            self._advanced_at = time.monotonic()
            self.changed.notify_all()

    def abort(self) -> None:
        """End every wait, because there will be no more progress."""
        with self.changed:
            self._is_aborted = True
            self.changed.notify_all()

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Wait until something is over."""
        self.advance()
        with self.changed:
            while not self._is_aborted and not is_over():
                self._check_interrupt()
                if time.monotonic() - self._advanced_at > self._timeout:
                    raise TransientError(
                        f"mParticle has given no final response to any request in {self._timeout:.0f} seconds. What "
                        "was accepted is confirmed by the states that were sent; run the sync again for the rest."
                    )
                self.changed.wait(_TICK_SECONDS)

    def wait_at_most(self, seconds: float, is_over: Callable[[], bool]) -> None:
        """Wait until something is over, even if the process was asked to stop, but only for so many seconds."""
        ends = time.monotonic() + seconds
        with self.changed:
            while not self._is_aborted and not is_over() and time.monotonic() < ends:
                self.changed.wait(_TICK_SECONDS)


class ByteBudget:
    """Counts bytes that are acquired and released. Something larger than the budget fits when nothing else is in it."""

    def __init__(self, limit: int, progress: Progress) -> None:
        self.progress = progress
        self._limit = limit
        self._used = 0

    @property
    def is_empty(self) -> bool:
        """Whether everything was released."""
        return self._used <= 0

    def acquire(self, weight: int, make_room: Callable[[], None] = lambda: None) -> None:
        """Take bytes. Where there is no room, this calls `make_room` first and then waits."""
        if not self._has_room(weight):
            make_room()
            self.progress.wait(lambda: self._has_room(weight))
        with self.progress.changed:
            self._used += weight

    def release(self, weight: int) -> None:
        """Give bytes back."""
        with self.progress.changed:
            self._used -= weight
        self.progress.advance()

    def _has_room(self, weight: int) -> bool:
        return self.is_empty or self._used + weight <= self._limit
