"""Bounds the bytes that are under way, so that a slow server slows reading instead of filling memory."""

from threading import Condition


class Gate:
    """Counts bytes in and out. Entering waits while the gate is full."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0
        self._open = True
        self._changed = Condition()

    def enter(self, weight: int) -> None:
        """Wait until there is room, or nothing else is inside, or the gate has been given up."""
        with self._changed:
            while self._open and self._inside and self._inside + weight > self._limit:
                self._changed.wait()
            self._inside += weight

    def leave(self, weight: int) -> None:
        """Make room."""
        with self._changed:
            self._inside -= weight
            self._changed.notify_all()

    def give_up(self) -> None:
        """Let everyone through, because nothing will leave any more."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
