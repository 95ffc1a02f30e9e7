"""A process that prepares records ahead, as the one that reads sees it."""

import fcntl
import mmap
import os
import pickle
import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Final, cast

import msgspec

from destination_mparticle import tuning
from destination_mparticle.config import Storage
from destination_mparticle.sync_run import Run
from destination_mparticle.workers.pipes import LineResult, decode_results, encode, pipe_bytes, receive, send

_OTHERS_PIPE_BYTES: Final = 16_000
"""What a pipe holds on the systems that do not say."""

_START: Final = """
import sys
sys.path[:] = sys.argv[1:]
from destination_mparticle.workers.process import main
main()
"""
"""Imports from where this process does, whatever the environment and the current folder hold."""

_LINE_BYTES: Final = 5
"""What a line costs in a pipe besides its own bytes."""

_END_SECONDS: Final = 1.0


class WorkerLostError(Exception):
    """The process has ended, or no longer responds."""


class Worker:
    """Takes blocks of lines and gives back what it prepared of them, in order.

    It is lost once it has not answered, or taken lines, for so many `seconds`. Raises `OSError` where no process can be
    started.
    """

    def __init__(
        self, run: Run, *, seconds: float = tuning.WORKER_SECONDS, interpreter: str | None = sys.executable
    ) -> None:
        self._seconds = seconds
        told = setup(run)
        self._streams = len(run.plans)
        self._process = subprocess.Popen(  # noqa: S603 - this connector's own
            [interpreter or "", "-I", "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            # What interrupts the sync from a terminal means this process alone.
            start_new_session=True,
        )
        self._pipes = cast("tuple[IO[bytes], IO[bytes]]", (self._process.stdin, self._process.stdout))
        self._to, self._from = (pipe.fileno() for pipe in self._pipes)
        os.set_blocking(self._to, False)
        self._capacity = _widened(self._to)
        _widened(self._from)
        self._waiting: list[tuple[int, int]] = []
        """What is asked, in bytes of the pipe and in lines."""
        self._is_ready = False
        with suppress(OSError):
            send(self._to, told, seconds)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether it has started. Raises `WorkerLostError`."""
        if not self._is_ready and select.select((self._from,), (), (), 0)[0]:
            if self._receive():
                raise WorkerLostError
            self._is_ready = True
        return self._is_ready

    def has_room(self, lines: Sequence[bytes]) -> bool:
        """Whether lines can be asked without waiting.

        They must fit the pipe, unless the process waits for them: it does not read while it writes what nobody reads.
        """
        size = sum(map(len, lines)) + len(lines) * _LINE_BYTES
        if not self._waiting:
            return size <= tuning.WORKER_LINE_BYTES
        waiting = sum(taken for taken, _ in self._waiting)
        return waiting + pipe_bytes(size + _LINE_BYTES, mmap.PAGESIZE) <= self._capacity

    def ask(self, lines: Sequence[bytes]) -> None:
        """Have the records in these lines prepared. Raises `WorkerLostError`."""
        content = encode(lines)
        self._waiting.append((pipe_bytes(len(content), mmap.PAGESIZE), len(lines)))
        try:
            send(self._to, content, self._seconds)
        except OSError:
            raise WorkerLostError from None

    def has_results(self) -> bool:
        """Whether the next results can be had without waiting."""
        return bool(select.select((self._from,), (), (), 0)[0])

    def results(self) -> list[LineResult]:
        """Return what was prepared of the earliest lines that were asked. Raises `WorkerLostError`."""
        content = self._receive()
        _, lines = self._waiting.pop(0)
        try:
            results = decode_results(content)
        except (msgspec.MsgspecError, ValueError):
            raise WorkerLostError from None
        if len(results) != lines or any(result.stream not in range(self._streams) for result in results):
            raise WorkerLostError
        return results

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in self._pipes:
            pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)

    def _receive(self) -> bytes:
        try:
            content = receive(self._from, self._seconds)
        except OSError:
            raise WorkerLostError from None
        if content is None:
            raise WorkerLostError
        return content


def setup(run: Run) -> bytes:
    """Return what a process needs of a run: no secret is among it."""
    config = replace(run.config, api_key="", api_secret="", platform=None, storage=Storage())
    return pickle.dumps((config, run.catalog, run.started))


def processors(limit_file: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return how many processors this process may use, at least 1. A container's limit is in a file of its own."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Microseconds of processors in a period of so many microseconds; "max" is no limit.
    with suppress(OSError, ValueError):
        allowed, period = map(int, limit_file.read_text().split())
        count = min(count, allowed // period)
    return max(1, count)


def _widened(descriptor: int) -> int:
    """Let a pipe hold as much as the system allows, and return how many bytes that are."""
    if sys.platform != "linux":
        return _OTHERS_PIPE_BYTES
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, tuning.WORKER_PIPE_BYTES)
    with suppress(OSError):
        return fcntl.fcntl(descriptor, fcntl.F_GETPIPE_SZ)
    return _OTHERS_PIPE_BYTES
