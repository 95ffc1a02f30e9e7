"""Stop on request: SIGINT or SIGTERM ends the process within seconds, whatever it is waiting for."""

import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# For the line that is being written; a reader that takes none holds nobody up for longer.
GRACE_SECONDS = 3.0
STDERR = 2


class Shutdown:
    """Waits for a signal in a thread of its own, because the main thread may wait for workers or for a reader.

    `finish_output` may be set to what has to be done before the process ends; it runs in another thread, for no longer
    than the grace, and must leave nothing that still writes.
    """

    def __init__(self) -> None:
        self.finish_output: Callable[[], None] = _do_nothing
        self._wakeups, self._wake = os.pipe()

    @classmethod
    def install(cls) -> "Shutdown":
        """Take the signals over. Works for process 1 of a container too, which the system shields from defaults."""
        shutdown = cls()
        os.set_blocking(shutdown._wake, False)
        signal.set_wakeup_fd(shutdown._wake, warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, _do_nothing)
        # Taken by that thread alone: a signal cuts a write to a slow reader short, and where Python runs unbuffered
        # (PYTHONUNBUFFERED), the rest of the text would be lost and the next message follow the half of one.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        Thread(target=shutdown._watch, name="signals", daemon=True).start()
        return shutdown

    def _watch(self) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        number = os.read(self._wakeups, 1)[0]
        Thread(target=self._finish, name="last output", daemon=True).start()
        # Readable when the output is finished, and when a second signal comes from somebody who will not wait.
        select.select([self._wakeups], [], [], GRACE_SECONDS)
        _say(f"source-mparticle was stopped by {signal.Signals(number).name} before it was done.\n")
        # Not sys.exit: it waits for every worker.
        os._exit(128 + number)

    def _finish(self) -> None:
        with suppress(Exception):
            self.finish_output()
        os.write(self._wake, b"\0")


def _say(line: str) -> None:
    with suppress(OSError):
        # Only if it can be done at once: stderr may lead to the same reader that takes nothing.
        _, ready, _ = select.select([], [STDERR], [], 0)
        if ready:
            os.write(STDERR, line.encode())


def _do_nothing(*_: object) -> None:
    return
