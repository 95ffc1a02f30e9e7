"""Stop on request: the first signal ends reading; a second one, or the end of the grace period, ends the process."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from destination_mparticle import tuning

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Interrupted(Exception):
    """The process was asked to stop."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number


class Shutdown:
    """Whether the process was asked to stop. Signals are ignored unless `install` was called."""

    def __init__(self, last_words: Callable[[Interrupted], None] = lambda _: None) -> None:
        self._last_words = last_words
        self._signal_number: int | None = None
        self._wakeup_fd: int | None = None

    @classmethod
    def install(cls, last_words: Callable[[Interrupted], None] = lambda _: None) -> "Shutdown":
        """Handle the signals. Works for process 1 of a container too, for which the system has no default handlers.

        `last_words` says, where the grace period is over, why the process ends. It may interrupt anything, so it must
        not wait.
        """
        shutdown = cls(last_words)
        readable, writable = os.pipe()
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        shutdown._wakeup_fd = readable
        for number in _SIGNALS:
            signal.signal(number, shutdown._on_signal)
        signal.signal(signal.SIGALRM, shutdown._on_alarm)
        return shutdown

    @property
    def wakeup_fd(self) -> int | None:
        """A file descriptor that becomes readable when a signal comes, to wait for together with others."""
        return self._wakeup_fd

    def raise_if_requested(self) -> None:
        """Raise `Interrupted` if a signal came."""
        if self._signal_number is not None:
            raise Interrupted(self._signal_number)

    def request(self, signal_number: int) -> None:
        """Ask for the stop that a signal would ask for, from this process itself."""
        self._signal_number = signal_number

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        # Only a note: what is running finishes and checks it before the next wait.
        if self._signal_number is not None:
            os._exit(exit_code(number))
        self._signal_number = number
        signal.setitimer(signal.ITIMER_REAL, tuning.GRACE_SECONDS)

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        # Nothing advances, maybe not even writing to stdout, and the process is about to be killed.
        number = self._signal_number or signal.SIGTERM
        try:
            self._last_words(Interrupted(number))
        finally:
            os._exit(exit_code(number))


def exit_code(signal_number: int) -> int:
    """Return the exit code by which a shell knows that a signal ended a process."""
    return 128 + signal_number


def exit_at_once() -> None:
    """Make a signal end the process silently, for commands that have nothing to finish."""

    def end(number: int, _frame: FrameType | None) -> None:
        os._exit(exit_code(number))

    for number in _SIGNALS:
        signal.signal(number, end)


def leave(code: int) -> NoReturn:
    """End the process with an exit code, once what it has printed is out. Where that fails, the code is no success.

    Python's own end would wait for threads, and takes the handlers of signals away first: a signal would then decide
    the exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 1
    os._exit(code)
