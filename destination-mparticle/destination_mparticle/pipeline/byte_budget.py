"""Bounds the bytes that are under way, so that a slow server slows reading instead of filling memory."""

import time
from collections.abc import Callable
from threading import Condition

from destination_mparticle import tuning
from destination_mparticle.errors import transient_error
from destination_mparticle.shutdown import Shutdown

_TICK_SECONDS = 0.2


class Progress:
    """Whether anything moves on the way to mParticle. All gates of a run share one, and so every wait of the reader.

    A wait ends when what is waited for happens, when the traffic is given up, when the process is asked to stop, and,
    with a transient error, when nothing has moved for `patience` seconds.
    """

    def __init__(self, patience: float = tuning.STALL_SECONDS, shutdown: Shutdown | None = None) -> None:
        self.changed = Condition()
        self._patience = patience
        self._shutdown = shutdown or Shutdown()
        self._goes_on = True
        self._moved = time.monotonic()

    def move(self) -> None:
        """Take note that something was answered for good."""
        with self.changed:
            self._moved = time.monotonic()
            self.changed.notify_all()

    def give_up(self) -> None:
        """End every wait, because nothing will move any more."""
        with self.changed:
            self._goes_on = False
            self.changed.notify_all()

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Wait until something is over."""
        self.move()
        with self.changed:
            while self._goes_on and not is_over():
                self._shutdown.raise_if_requested()
                if time.monotonic() - self._moved > self._patience:
                    raise transient_error(
                        f"mParticle has answered nothing for good in {self._patience:.0f} seconds. What was accepted "
                        "is confirmed by the states that were sent; run the sync again for the rest."
                    )
                self.changed.wait(_TICK_SECONDS)

    def wait_at_most(self, seconds: float, is_over: Callable[[], bool]) -> None:
        """Wait until something is over, also for a process that was asked to stop, but only for so many seconds."""
        ends = time.monotonic() + seconds
        with self.changed:
            while self._goes_on and not is_over() and time.monotonic() < ends:
                self.changed.wait(_TICK_SECONDS)


class ByteBudget:
    """Counts bytes in and out. Entering waits while the gate is full, unless nothing is inside."""

    def __init__(self, limit: int, traffic: Progress) -> None:
        self.traffic = traffic
        self._limit = limit
        self._inside = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is inside."""
        return self._inside <= 0

    def enter(self, weight: int, let_go: Callable[[], None]) -> None:
        """Take room, waiting for it. Before it waits it calls `let_go`, so that nothing inside waits for company."""
        if not self._has_room(weight):
            let_go()
            self.traffic.wait(lambda: self._has_room(weight))
        with self.traffic.changed:
            self._inside += weight

    def leave(self, weight: int) -> None:
        """Make room."""
        with self.traffic.changed:
            self._inside -= weight
        self.traffic.move()

    def _has_room(self, weight: int) -> bool:
        return self.is_empty or self._inside + weight <= self._limit
