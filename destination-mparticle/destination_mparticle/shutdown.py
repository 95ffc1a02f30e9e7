"""Being asked to stop: the first SIGTERM or SIGINT ends reading; a second one, or the end of the grace, the process."""

import os
import signal
from types import FrameType

from destination_mparticle import tuning

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Interrupted(Exception):
    """The process was asked to stop."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number


class Shutdown:
    """Whether the process was asked to stop. Nothing asks for it unless `install` was called."""

    def __init__(self) -> None:
        self._signal_number: int | None = None
        self._wake: int | None = None

    @classmethod
    def install(cls) -> "Shutdown":
        """Take the signals over. Works for process 1 of a container too, which the system shields from defaults."""
        shutdown = cls()
        readable, writable = os.pipe()
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        shutdown._wake = readable
        for number in _SIGNALS:
            signal.signal(number, shutdown._take)
        signal.signal(signal.SIGALRM, shutdown._leave)
        return shutdown

    @property
    def wake(self) -> int | None:
        """A file descriptor that becomes readable when a signal comes, to wait for together with others."""
        return self._wake

    def raise_if_requested(self) -> None:
        """Raise `Interrupted` if a signal came."""
        if self._signal_number is not None:
            raise Interrupted(self._signal_number)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        # Only a note: whoever is in the middle of something finishes it and looks here before the next wait.
        if self._signal_number is not None:
            os._exit(exit_code(number))
        self._signal_number = number
        signal.setitimer(signal.ITIMER_REAL, tuning.GRACE_SECONDS)

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        # Not even writing to stdout gets on; whoever asked is about to kill the process.
        os._exit(exit_code(self._signal_number or signal.SIGTERM))


def exit_code(signal_number: int) -> int:
    """Return the exit code by which a shell knows that a signal ended a process."""
    return 128 + signal_number


def exit_at_once() -> None:
    """Make a signal end the process without a word, for commands that have nothing to finish."""

    def leave(number: int, _frame: FrameType | None) -> None:
        os._exit(exit_code(number))

    for number in _SIGNALS:
        signal.signal(number, leave)
