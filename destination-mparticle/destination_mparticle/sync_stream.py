"""Run a sync in a thread and yield the lines that it writes, each as soon as it is written."""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Final

from destination_mparticle import tuning

_JOIN_SECONDS: Final = tuning.DRAIN_SECONDS + 2 * tuning.JOIN_SECONDS


class LineQueue:
    """A file for whole lines that another thread reads. Writing waits while too many lines are unread."""

    def __init__(self, limit: int = tuning.STATE_QUEUE_LINES) -> None:
        self._limit = limit
        self._lines: deque[bytes] = deque()
        self._is_closed = False
        self._changed = Condition()

    def write(self, line: bytes) -> None:
        """Add a line. After the queue was closed, the line is dropped."""
        with self._changed:
            while len(self._lines) >= self._limit and not self._is_closed:
                self._changed.wait()
            if not self._is_closed:
                self._lines.append(line)
                self._changed.notify_all()

    def flush(self) -> None:
        """A line can be read once it is written."""

    def close(self) -> None:
        """Take no more lines. What was written before can still be read."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def read(self) -> bytes | None:
        """Return the next line, waiting for it, or None after the last one."""
        with self._changed:
            while not self._lines and not self._is_closed:
                self._changed.wait()
            line = self._lines.popleft() if self._lines else None
            self._changed.notify_all()
            return line


def stream_lines(work: Callable[[LineQueue], None], stop: Callable[[], None]) -> Iterator[bytes]:
    """Run `work` in a thread and yield the lines that it writes. Raises what it raises, after its last line.

    Where the reader stops before the last line, `stop` is called, which makes `work` end early, and waited for.
    """
    queue = LineQueue()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work(queue)
        except BaseException as error:  # noqa: BLE001 - the reader raises it again
            errors.append(error)
        finally:
            queue.close()

    thread = Thread(target=run, name="sync", daemon=True)
    thread.start()
    is_complete = False
    try:
        while (line := queue.read()) is not None:
            yield line
        is_complete = True
    finally:
        if not is_complete:
            stop()
            queue.close()
            thread.join(_JOIN_SECONDS)
    thread.join()
    if errors:
        raise errors[0]
