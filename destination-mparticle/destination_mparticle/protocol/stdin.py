"""Lines from a file descriptor, until it ends or the process is asked to stop."""

import os
import select
from collections.abc import Iterator
from typing import Final

from destination_mparticle.shutdown import Shutdown

_CHUNK_BYTES: Final = 1 << 20


def lines(descriptor: int, shutdown: Shutdown) -> Iterator[bytes]:
    """Yield lines without their ends. Raises `Interrupted` between two lines, or while it waits for one."""
    begun: list[bytes] = []
    while True:
        shutdown.raise_if_requested()
        _wait(descriptor, shutdown)
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            break
        first, *others = chunk.split(b"\n")
        begun.append(first)
        for line in others:
            yield b"".join(begun)
            shutdown.raise_if_requested()
            begun = [line]
    if any(begun):
        yield b"".join(begun)


def _wait(descriptor: int, shutdown: Shutdown) -> None:
    watched = [descriptor] if shutdown.wakeup_fd is None else [descriptor, shutdown.wakeup_fd]
    select.select(watched, (), ())
    shutdown.raise_if_requested()
