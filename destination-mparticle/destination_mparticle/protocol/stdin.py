"""Lines from a file descriptor, until it ends or the process is asked to stop."""

import os
import select
from collections.abc import Iterator
from typing import Final

from destination_mparticle.errors import UnrecoverableError
from destination_mparticle.shutdown import Shutdown

_CHUNK_BYTES: Final = 1 << 20

MAX_LINE_BYTES: Final = 100_000_000
"""Several times what Airbyte passes on, and little enough to fit in memory."""


def lines(descriptor: int, shutdown: Shutdown) -> Iterator[bytes]:
    """Yield lines without their ends. Raises `Interrupted` between two lines, or while it waits for one.

    Raises an `UnrecoverableError` for a line that is too long to be read, or never ends.
    """
    begun: list[bytes] = []
    begun_bytes, number = 0, 1
    while True:
        shutdown.raise_if_requested()
        _wait(descriptor, shutdown)
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            break
        first, *others = chunk.split(b"\n")
        begun.append(first)
        begun_bytes += len(first)
        for line in others:
            yield b"".join(begun)
            shutdown.raise_if_requested()
            begun, begun_bytes = [line], len(line)
            number += 1
        if begun_bytes > MAX_LINE_BYTES:
            raise UnrecoverableError(
                f"Input line {number} is longer than {MAX_LINE_BYTES // 1_000_000} MB; nothing after it was read."
            )
    if any(begun):
        yield b"".join(begun)


def _wait(descriptor: int, shutdown: Shutdown) -> None:
    watched = [descriptor] if shutdown.wakeup_fd is None else [descriptor, shutdown.wakeup_fd]
    select.select(watched, (), ())
    shutdown.raise_if_requested()
