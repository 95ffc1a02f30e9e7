"""Lines from a file descriptor, until it ends or the process is asked to stop."""

import os
import select
from collections.abc import Iterator
from typing import Final

from destination_mparticle.errors import UnrecoverableError
from destination_mparticle.line_splitter import LineSplitter
from destination_mparticle.shutdown import Shutdown

_BLOCK_BYTES: Final = 1 << 20

MAX_LINE_BYTES: Final = 100_000_000
"""Several times what Airbyte passes on, and little enough to fit in memory."""


class InputLines:
    """The lines that come from a file descriptor, without their ends."""

    def __init__(self, descriptor: int, shutdown: Shutdown) -> None:
        self._descriptor = descriptor
        self._shutdown = shutdown

    def blocks(self) -> Iterator[list[bytes]]:
        """Yield the lines that end in what has come, which may be none. Raises `Interrupted` before it, or as it waits.

        Raises an `UnrecoverableError` for a line that is too long to be read, or never ends.
        """
        splitter, ended = LineSplitter(), 0
        while block := self._read():
            lines = splitter.ended_by(block)
            ended += len(lines)
            yield lines
            if splitter.begun_bytes > MAX_LINE_BYTES:
                raise UnrecoverableError(
                    f"Input line {ended + 1} is longer than {MAX_LINE_BYTES // 1_000_000} MB; nothing after it was "
                    "read."
                )
        if rest := splitter.rest():
            yield rest

    def is_ready(self) -> bool:
        """Whether something has come that is not read yet, be it the end or a signal."""
        return bool(select.select(self._watched, (), (), 0)[0])

    def _read(self) -> bytes:
        self._shutdown.raise_if_requested()
        select.select(self._watched, (), ())
        self._shutdown.raise_if_requested()
        return os.read(self._descriptor, _BLOCK_BYTES)

    @property
    def _watched(self) -> list[int]:
        wakeup = self._shutdown.wakeup_fd
        return [self._descriptor] if wakeup is None else [self._descriptor, wakeup]
