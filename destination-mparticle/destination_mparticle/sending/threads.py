"""The threads that send. The first failure stops all of them, whatever API they send to."""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

from destination_mparticle import tuning
from destination_mparticle.sending.byte_budget import Progress


class Stopped(Exception):
    """The sync has failed elsewhere, and this thread ends."""


class SenderThreads:
    """Starts, stops and joins the sending threads of a run, and keeps the first error that ended one of them."""

    def __init__(self, progress: Progress) -> None:
        self.stopped = Event()
        self.progress = progress
        self._error: Exception | None = None
        self._lock = Lock()
        self._threads: list[Thread] = []

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Run `work` in a thread of its own. It raises `Stopped` when it ends because of `stopped`."""
        thread = Thread(target=self._run, args=(work,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def raise_failure(self) -> None:
        """Raise the error that ended a thread, if one did."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Tell every thread to end, and end every wait for what they do."""
        self.stopped.set()
        self.progress.abort()

    def join(self) -> None:
        """Wait a short time for the threads to end."""
        ends = time.monotonic() + tuning.JOIN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001 - the end of a thread; the reader raises it again
            with self._lock:
                self._error = self._error or error
            self.stop()
