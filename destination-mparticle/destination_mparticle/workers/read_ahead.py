"""The lines of the input, with what is prepared of them while they wait for their turn."""

import errno
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from destination_mparticle import tuning
from destination_mparticle.errors import UnrecoverableError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.messages import RecordAhead
from destination_mparticle.sync_run import Run
from destination_mparticle.workers.pipes import LineResult
from destination_mparticle.workers.process import RunPreparer, can_prepare
from destination_mparticle.workers.worker import Worker, WorkerLostError, processors

_logger = logging.getLogger("airbyte")


class Input(Protocol):
    """Lines, as they come."""

    def blocks(self) -> Iterator[list[bytes]]:
        """Yield the lines that have come, waiting for something. No line is in what only begins one."""

    def is_ready(self) -> bool:
        """Whether the next block, be it without a line, can be had without waiting."""


def lines_of(source: Input, run: Run, from_line: int = tuning.WORKERS_FROM_LINE) -> Iterator[bytes | RecordAhead]:
    """Return the lines of a run's input, and after the first ones what is prepared of them, where that is possible."""
    is_possible = any(map(can_prepare, run.plans.values()))
    workers = min(tuning.WORKERS, processors() - 1) if is_possible else 0
    return ReadAhead(source, [*run.plans], RunPreparer(run).prepare, lambda: Worker(run), workers, from_line).lines()


@dataclass
class _Part:
    """Lines whose turn comes: a worker has them, or there are results for them."""

    lines: list[bytes]
    worker: Worker | None
    results: list[LineResult] | None = None


class ReadAhead:
    """Yields all lines in their order. What is prepared of a line comes in its place.

    Once `from_line` lines have passed, so many `workers` are started with `start`. While they are behind, this process
    prepares lines too, with `prepare`. `streams` are those of the run, in its order.
    """

    def __init__(
        self,
        source: Input,
        streams: Sequence[StreamKey],
        prepare: Callable[[bytes], LineResult],
        start: Callable[[], Worker],
        workers: int,
        from_line: int,
    ) -> None:
        self._source = source
        self._streams = streams
        self._prepare = prepare
        self._start = start
        self._to_start = workers
        self._to_pass = from_line
        self._workers: list[Worker] = []
        self._next: deque[list[bytes]] = deque()
        self._ahead: deque[_Part] = deque()
        self._end: StopIteration | UnrecoverableError | None = None
        """Why no more lines come."""

    def lines(self) -> Iterator[bytes | RecordAhead]:
        """Yield every line. No worker outlives this."""
        blocks = self._source.blocks()
        try:
            while True:
                # What is prepared does not wait for a source that is slow.
                if not self._next and not self._end and (not self._ahead or self._source.is_ready()):
                    self._next.extend(_cut(self._read(blocks)))
                if self._next and self._ask(self._next[0]):
                    self._next.popleft()
                elif self._ahead and (not self._next or not self._can_wait()):
                    yield from self._oldest()
                elif self._ahead:
                    lines = self._next.popleft()
                    self._ahead.append(_Part(lines, None, [self._prepare(line) for line in lines]))
                elif self._next:
                    yield from self._unprepared()
                elif self._end:
                    break
        finally:
            for worker in self._workers:
                worker.close()
        if isinstance(self._end, UnrecoverableError):
            raise self._end

    def _read(self, blocks: Iterator[list[bytes]]) -> list[bytes]:
        try:
            return next(blocks)
        except (StopIteration, UnrecoverableError) as end:
            # What came before has its turn first.
            self._end = end
            return []

    def _unprepared(self) -> list[bytes]:
        lines = self._next.popleft()
        self._to_pass -= len(lines)
        if self._to_pass <= 0 and self._to_start:
            self._start_workers()
        return lines

    def _start_workers(self) -> None:
        try:
            for _ in range(self._to_start):
                self._workers.append(self._start())
        except OSError as error:
            reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
            _logger.warning("No further process that prepares records can be started: %s. The sync is slower.", reason)
        self._to_start = 0

    def _ask(self, lines: list[bytes]) -> bool:
        """Have a worker prepare lines. Return whether one could take them."""
        for worker in [*self._workers]:
            try:
                if worker.is_ready() and worker.has_room(lines):
                    worker.ask(lines)
                    self._ahead.append(_Part(lines, worker))
                    return True
            except WorkerLostError:
                self._lose(worker)
        return False

    def _can_wait(self) -> bool:
        """Whether the oldest lines are not prepared yet, so that there is time to prepare others."""
        worker = self._ahead[0].worker
        is_behind = worker in self._workers and worker is not None and not worker.has_results()
        return is_behind and len(self._ahead) < tuning.WORKER_PARTS and _size(self._next[0]) <= tuning.WORKER_LINE_BYTES

    def _oldest(self) -> Iterator[bytes | RecordAhead]:
        part = self._ahead.popleft()
        results = self._results(part.worker) if part.worker else part.results
        if results is None:
            yield from part.lines
            return
        for line, result in zip(part.lines, results, strict=True):
            prepared = result.prepared
            yield line if prepared is None else RecordAhead(self._streams[result.stream], prepared, line)

    def _results(self, worker: Worker) -> list[LineResult] | None:
        if worker not in self._workers:
            return None
        try:
            return worker.results()
        except WorkerLostError:
            self._lose(worker)
            return None

    def _lose(self, worker: Worker) -> None:
        _logger.warning("A process that prepares records has ended early. The sync goes on without it, more slowly.")
        self._workers.remove(worker)
        worker.close()


def _size(lines: list[bytes]) -> int:
    return sum(map(len, lines))


def _cut(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Cut a block of lines so that there is something to do for several processes."""
    part: list[bytes] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= tuning.WORKER_PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
