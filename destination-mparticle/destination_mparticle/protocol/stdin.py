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


def lines(descriptor: int, shutdown: Shutdown) -> Iterator[bytes]:
    """Yield lines without their ends. Raises `Interrupted` between two lines, or while it waits for one.

    Raises an `UnrecoverableError` for a line that is too long to be read, or never ends.
    """
    splitter, ended = LineSplitter(), 0
    while block := _next_block(descriptor, shutdown):
        for line in splitter.ended_by(block):
            yield line
            shutdown.raise_if_requested()
            ended += 1
        if splitter.begun_bytes > MAX_LINE_BYTES:
            raise UnrecoverableError(
                f"Input line {ended + 1} is longer than {MAX_LINE_BYTES // 1_000_000} MB; nothing after it was read."
            )
    yield from splitter.rest()


def _next_block(descriptor: int, shutdown: Shutdown) -> bytes:
    shutdown.raise_if_requested()
    watched = [descriptor] if shutdown.wakeup_fd is None else [descriptor, shutdown.wakeup_fd]
    select.select(watched, (), ())
    shutdown.raise_if_requested()
    return os.read(descriptor, _BLOCK_BYTES)
